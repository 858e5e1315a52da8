//! AIFF and AIFF-C files.

use super::Pcm;
use super::chunks::{self, ByteOrder, Chunk};
use super::layout::{Encoding, Layout};
use super::wave_format::{check, default_mask};
use crate::audio_file::bytes::Bytes;
use crate::audio_file::fault::Fault;

/// Bytes of the `COMM` chunk of AIFF; in AIFF-C the compression type follows.
const COMMON_SIZE: usize = 18;

/// Bytes of the `SSND` chunk in front of the samples: offset and block size.
const SOUND_HEADER_SIZE: u64 = 8;

/// From here on, numbers of frames and sizes are what programs write that do not know them yet.
const PLACEHOLDER: u32 = 0x7f00_0000;

/// What the `COMM` chunk says.
struct Common {
    channels: u16,
    frames: u32,
    sample_rate: u32,
    layout: Layout,
}

/// Finds the samples of the AIFF file whose header is at `start`.
///
/// # Errors
/// [`Fault`] if there are none, if they are not PCM, or if the file is cut short.
pub fn find(bytes: &mut Bytes, start: u64) -> Result<Pcm, Fault> {
    let (mut common, mut sound) = (None, None);
    let mut next = chunks::first(bytes, ByteOrder::Big, start + 12)?;
    for _ in 0..chunks::MAX_CHUNKS {
        let Some(chunk) = next else { break };
        match &chunk.id {
            b"COMM" if common.is_none() => common = Some(read_common(bytes, &chunk)?),
            b"SSND" if sound.is_none() => sound = Some(chunk),
            b"SSND" => return Err(Fault::unsupported("its audio is in several SSND chunks")),
            _ => {}
        }
        next = chunks::next(bytes, ByteOrder::Big, &chunk)?;
    }
    let common =
        common.ok_or_else(|| Fault::unsupported("it has no COMM chunk to describe its audio"))?;
    match sound {
        Some(sound) => locate(bytes, &common, &sound),
        // Allowed in files without audio.
        None if common.frames == 0 => Ok(pcm(&common, start, 0)),
        None => Err(Fault::cut_short(format!(
            "it claims {} frames but has no SSND chunk with audio",
            common.frames
        ))),
    }
}

fn read_common(bytes: &mut Bytes, chunk: &Chunk) -> Result<Common, Fault> {
    let mut fields = [0; COMMON_SIZE + 4];
    let size = fields.len().min(chunk.size as usize);
    let read = bytes.read_at(chunk.content, &mut fields[..size])?;
    if read < COMMON_SIZE {
        return Err(Fault::unsupported("its COMM chunk is too short to describe its audio"));
    }
    let [a, b, c, d, e, f, g, h, rate @ .., t, u, v, w] = fields;
    let channels = u16::from_be_bytes([a, b]);
    let frames = u32::from_be_bytes([c, d, e, f]);
    let bits = u16::from_be_bytes([g, h]);
    let sample_rate = read_rate(rate)?;
    check(channels, sample_rate)?;
    let layout = if read < fields.len() { integers(bits)? } else { layout([t, u, v, w], bits)? };
    Ok(Common { channels, frames, sample_rate, layout })
}

/// The nearest whole number of Hz to an 80-bit float. Rates of old Macintoshes are fractions.
fn read_rate(rate: [u8; 10]) -> Result<u32, Fault> {
    let [a, b, mantissa @ ..] = rate;
    let (sign_and_exponent, mantissa) = (u16::from_be_bytes([a, b]), u64::from_be_bytes(mantissa));
    // The point is behind the first of the mantissa's 64 bits.
    let exponent = i32::from(sign_and_exponent & 0x7fff) - 16_383 - 63;
    let rate = (mantissa as f64 * f64::from(exponent.clamp(-1000, 1000)).exp2()).round();
    if sign_and_exponent >> 15 == 0 && rate <= f64::from(u32::MAX) {
        Ok(rate as u32)
    } else {
        Err(Fault::unsupported("its header claims an impossible sample rate"))
    }
}

fn integers(bits: u16) -> Result<Layout, Fault> {
    match bits {
        1..=32 => {
            let bytes = usize::from(bits).div_ceil(8);
            Ok(Layout { encoding: Encoding::Signed(bits.into()), bytes, big_endian: true })
        }
        _ => Err(Fault::unsupported(format!("its header claims {bits} bits per sample"))),
    }
}

/// The layout of a compression type. Where the type states the size of a sample, `bits` is not
/// reliable.
fn layout(compression: [u8; 4], bits: u16) -> Result<Layout, Fault> {
    let big = |encoding, bytes| Layout { encoding, bytes, big_endian: true };
    Ok(match &compression {
        b"NONE" | b"twos" => integers(bits)?,
        b"sowt" => Layout { big_endian: false, ..integers(bits)? },
        b"raw " => match integers(bits)? {
            Layout { encoding: Encoding::Signed(bits), bytes, .. } => {
                big(Encoding::Offset(bits), bytes)
            }
            layout => layout,
        },
        b"in24" => big(Encoding::Signed(24), 3),
        b"in32" => big(Encoding::Signed(32), 4),
        b"42ni" => Layout { big_endian: false, ..big(Encoding::Signed(24), 3) },
        b"23ni" => Layout { big_endian: false, ..big(Encoding::Signed(32), 4) },
        b"fl32" | b"FL32" => big(Encoding::Float, 4),
        b"fl64" | b"FL64" => big(Encoding::Float, 8),
        b"alaw" | b"ALAW" => big(Encoding::ALaw, 1),
        b"ulaw" | b"ULAW" => big(Encoding::MuLaw, 1),
        _ => {
            let name = String::from_utf8_lossy(&compression);
            return Err(Fault::unsupported(format!(
                "its audio is compressed as {}",
                match name.trim_end() {
                    "ima4" => "IMA ADPCM".to_owned(),
                    "GSM" | "agsm" => "GSM".to_owned(),
                    name => name.escape_debug().to_string(),
                }
            )));
        }
    })
}

fn locate(bytes: &mut Bytes, common: &Common, sound: &Chunk) -> Result<Pcm, Fault> {
    let offset = bytes.array_at(sound.content)?.map_or(0, u32::from_be_bytes);
    let start = sound.content + SOUND_HEADER_SIZE + u64::from(offset);
    let present = bytes.len().saturating_sub(start);
    let claimed = match sound.size {
        0 if chunks::fill_the_rest(bytes, ByteOrder::Big, sound.content)? => 0,
        0 | PLACEHOLDER.. if sound.end() > bytes.len() || sound.size == 0 => {
            let content = sound.content + SOUND_HEADER_SIZE;
            chunks::end_of_audio(bytes, ByteOrder::Big, content)?.saturating_sub(start)
        }
        _ => sound.end().saturating_sub(start),
    };
    let frame_size = common.layout.bytes as u64 * u64::from(common.channels);
    let present = present.min(claimed) / frame_size;
    let frames = match common.frames {
        0 | PLACEHOLDER.. if u64::from(common.frames) > present || common.frames == 0 => {
            // Nothing but the size of the chunk says how much there should be.
            claimed / frame_size
        }
        frames => frames.into(),
    };
    if present < frames {
        return Err(Fault::cut_short(format!("it claims {frames} frames but has {present}")));
    }
    Ok(pcm(common, start, frames))
}

fn pcm(common: &Common, start: u64, frames: u64) -> Pcm {
    let &Common { channels, sample_rate, layout, .. } = common;
    Pcm { sample_rate, channels, channel_mask: default_mask(channels), layout, start, frames }
}

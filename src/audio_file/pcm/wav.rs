//! WAV files: `RIFF`, `RIFX`, `RF64` and `BW64`.

use super::Pcm;
use super::chunks::{self, ByteOrder, Chunk};
use super::int24;
use super::layout::{Encoding, Layout};
use super::wave_format::WaveFormat;
use crate::audio_file::bytes::Bytes;
use crate::audio_file::fault::Fault;

/// Finds the samples of the WAV file whose header is at `start`.
///
/// # Errors
/// [`Fault`] if there are none, if they are not PCM, or if the file is cut short.
pub fn find(bytes: &mut Bytes, start: u64) -> Result<Pcm, Fault> {
    let form: [u8; 4] = bytes.array_at(start)?.unwrap_or_default();
    let order = if &form == b"RIFX" { ByteOrder::Big } else { ByteOrder::Little };
    let mut ds64 = None;
    let mut format: Option<WaveFormat> = None;
    let mut data: Option<(Chunk, u64)> = None;
    let mut next = chunks::first(bytes, order, start + 12)?;
    for _ in 0..chunks::MAX_CHUNKS {
        let Some(chunk) = next else { break };
        match &chunk.id {
            b"ds64" if matches!(&form, b"RF64" | b"BW64") => {
                // Behind the size of the whole file.
                ds64 = bytes.array_at(chunk.content + 8)?.map(u64::from_le_bytes);
            }
            b"fmt " if format.is_none() => format = Some(read_format(bytes, &chunk, order)?),
            b"data" if data.is_some() && chunk.size > 0 => {
                return Err(Fault::unsupported("its audio is in several data chunks"));
            }
            b"data" if data.is_none() => {
                let size = data_size(bytes, order, &chunk, ds64)?;
                data = Some((chunk, size));
                // Whatever is behind has to be found where the audio truly ends.
                next = chunks::known_near(bytes, order, chunk.content + size)?;
                continue;
            }
            _ => {}
        }
        next = chunks::next(bytes, order, &chunk)?;
    }
    match (format, data) {
        (Some(format), Some((chunk, size))) => locate(bytes, order, format, &chunk, size),
        (None, _) => Err(Fault::unsupported("it has no fmt chunk to describe its audio")),
        (_, None) => Err(Fault::unsupported("it has no data chunk, so no audio")),
    }
}

fn read_format(bytes: &mut Bytes, chunk: &Chunk, order: ByteOrder) -> Result<WaveFormat, Fault> {
    let mut fields = [0; WaveFormat::MAX_SIZE];
    let size = fields.len().min(chunk.size as usize);
    let read = bytes.read_at(chunk.content, &mut fields[..size])?;
    WaveFormat::parse(&fields[..read], order)
}

/// The true size of the data chunk in bytes, which may be larger than the rest of the file.
fn data_size(
    bytes: &mut Bytes,
    order: ByteOrder,
    chunk: &Chunk,
    ds64: Option<u64>,
) -> Result<u64, Fault> {
    let available = bytes.len() - chunk.content;
    let (size, is_placeholder) = match ds64 {
        // Zero and the maximum are what a program writes before it knows the size.
        Some(size) if matches!(chunk.size, 0 | u32::MAX) => (size, size == 0 || size >> 62 > 0),
        _ => (chunk.size.into(), chunk.size == 0 || is_placeholder(chunk.size)),
    };
    if size <= available && chunks::known_near(bytes, order, chunk.content + size)?.is_some() {
        return Ok(size);
    }
    if size == 0 && chunks::fill_the_rest(bytes, order, chunk.content)? {
        return Ok(0);
    }
    if is_placeholder {
        return Ok(chunks::end_of_audio(bytes, order, chunk.content)? - chunk.content);
    }
    // Programs without RF64 write the size modulo 2³².
    let excess = available.saturating_sub(size) >> 32;
    for multiple in (1..=excess).rev() {
        let size = size + (multiple << 32);
        let end = chunk.content + size;
        if end + (end & 1) >= bytes.len() || chunks::known_near(bytes, order, end)?.is_some() {
            return Ok(size);
        }
    }
    Ok(if excess > 0 { available } else { size })
}

/// Whether a size is what programs write that do not know it yet, such as into a pipe.
///
/// Known are 7ffff000 (sox, espeak, MPlayer), 7fffffff (lame, oggdec), 80000000 (arecord), ffffffff
/// (ffmpeg, mpg123); some subtract the header's size or round down to whole frames. No more than
/// that, since recorders end their files a little below 2 and 4 GiB.
pub fn is_placeholder(size: u32) -> bool {
    [0x7fff_f000, 0x7fff_ffff, 0x8000_0000, u32::MAX]
        .iter()
        .any(|&known| known.abs_diff(size) < 512)
}

/// The samples, once the format and the chunk with the data are known.
fn locate(
    bytes: &mut Bytes,
    order: ByteOrder,
    format: WaveFormat,
    chunk: &Chunk,
    size: u64,
) -> Result<Pcm, Fault> {
    let WaveFormat { channels, sample_rate, channel_mask, layout } = format;
    let frame_size = layout.bytes as u64 * u64::from(channels);
    let frames = size / frame_size;
    let present = (bytes.len() - chunk.content) / frame_size;
    if present < frames {
        return Err(Fault::cut_short(format!("it claims {frames} frames but has {present}")));
    }
    let start = chunk.content;
    let mut layout = Layout { big_endian: order == ByteOrder::Big, ..layout };
    if layout.encoding == Encoding::LowerInt24 {
        layout.encoding =
            int24::find_encoding(bytes, start, frames * frame_size, layout.big_endian)?;
    }
    Ok(Pcm { sample_rate, channels, channel_mask, layout, start, frames })
}

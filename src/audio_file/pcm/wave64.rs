//! Sony Wave64 files: WAV with 64-bit sizes.

use std::io;

use super::Pcm;
use super::chunks::{self, ByteOrder};
use super::int24;
use super::layout::Encoding;
use super::wave_format::WaveFormat;
use crate::audio_file::bytes::Bytes;
use crate::audio_file::fault::Fault;

/// The first bytes of a file.
pub const MAGIC: [u8; 16] = *b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00";

/// What follows the four characters in the ids of other chunks.
const ID_REST: [u8; 12] = *b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a";

/// Bytes of a chunk's id and size, which the size includes.
const HEADER_SIZE: u64 = 24;

/// Finds the samples of the Wave64 file whose header is at `start`.
///
/// # Errors
/// [`Fault`] if there are none, if they are not PCM, or if the file is cut short.
pub fn find(bytes: &mut Bytes, start: u64) -> Result<Pcm, Fault> {
    let mut format = None;
    let mut offset = start + 40;
    while let Some(header) = bytes.array_at::<{ HEADER_SIZE as usize }>(offset)? {
        let (id, size) = header.split_at(16);
        if id[4..] != ID_REST {
            break;
        }
        let size = u64::from_le_bytes(size.try_into().expect("the rest of the header"));
        let content = offset + HEADER_SIZE;
        match &id[..4] {
            b"fmt " => {
                let mut fields = [0; WaveFormat::MAX_SIZE];
                let claimed = usize::try_from(size.saturating_sub(HEADER_SIZE)).unwrap_or(0);
                let count = fields.len().min(claimed);
                let read = bytes.read_at(content, &mut fields[..count])?;
                format = Some(WaveFormat::parse(&fields[..read], ByteOrder::Little)?);
            }
            b"data" => {
                let format = format.ok_or_else(|| {
                    Fault::unsupported("it has no fmt chunk to describe its audio")
                })?;
                return locate(bytes, format, content, size);
            }
            _ => {}
        }
        // Chunks are padded to a multiple of 8.
        match size.checked_next_multiple_of(8).and_then(|size| offset.checked_add(size)) {
            Some(next) if next > offset && size >= HEADER_SIZE => offset = next,
            _ => break,
        }
    }
    Err(Fault::unsupported("it has no data chunk, so no audio"))
}

fn locate(bytes: &mut Bytes, format: WaveFormat, start: u64, size: u64) -> Result<Pcm, Fault> {
    let WaveFormat { channels, sample_rate, channel_mask, mut layout } = format;
    let frame_size = layout.bytes as u64 * u64::from(channels);
    let present = (bytes.len() - start) / frame_size;
    // What programs write that do not know the size yet, such as into a pipe.
    let is_open = size <= HEADER_SIZE || size >= 1 << 62;
    let size = if is_open { end_of_audio(bytes, start)? - start } else { size - HEADER_SIZE };
    let frames = size / frame_size;
    if present < frames {
        return Err(Fault::cut_short(format!("it claims {frames} frames but has {present}")));
    }
    if layout.encoding == Encoding::LowerInt24 {
        layout.encoding = int24::find_encoding(bytes, start, frames * frame_size, false)?;
    }
    Ok(Pcm { sample_rate, channels, channel_mask, layout, start, frames })
}

/// Where audio of unknown size from `start` on ends: at the next chunk, or at the end of the file.
fn end_of_audio(bytes: &mut Bytes, start: u64) -> io::Result<u64> {
    let (begin, tail) = chunks::tail(bytes, start)?;
    let next = tail.windows(ID_REST.len() + 4).position(|id| id[4..] == ID_REST);
    Ok(next.map_or(bytes.len(), |at| begin + at as u64))
}

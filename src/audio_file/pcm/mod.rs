//! Reads a range of PCM samples.

pub mod aiff;
mod chunks;
mod int24;
pub mod layout;
pub mod wav;
pub mod wave64;
pub mod wave_format;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::audio_file::decode::{BLOCK_FRAMES, Decode, Format};
use crate::audio_file::fault::Fault;
use crate::audio_file::source::IO_BUFFER_SIZE;

use layout::Layout;

/// Where the samples of a WAV, AIFF or Wave64 file are, and what they mean.
#[derive(Debug, Clone, Copy)]
pub struct Pcm {
    /// Sample rate in Hz, at least 1.
    pub sample_rate: u32,
    /// Number of channels, at least 1.
    pub channels: u16,
    /// The speakers as in a WAV file's channel mask, 0 if unknown.
    pub channel_mask: u32,
    /// How samples are stored.
    pub layout: Layout,
    /// Offset of the first sample in bytes.
    pub start: u64,
    /// Number of frames.
    pub frames: u64,
}

/// Reads the samples of a [`Pcm`] in order.
pub struct PcmReader {
    file: File,
    layout: Layout,
    frame_size: usize,
    frames: u64,
    /// Frames read so far, including those in the buffer.
    position: u64,
    /// Bytes that were read ahead: whole blocks, but for the last.
    buffer: Vec<u8>,
    /// How much of the buffer is used up.
    used: usize,
}

impl PcmReader {
    /// Begins at the first frame.
    pub fn new(mut file: File, pcm: &Pcm) -> Result<Self, Fault> {
        file.seek(SeekFrom::Start(pcm.start))?;
        let frame_size = usize::from(pcm.channels) * pcm.layout.bytes;
        let Pcm { layout, frames, .. } = *pcm;
        Ok(Self { file, layout, frame_size, frames, position: 0, buffer: Vec::new(), used: 0 })
    }

    /// Bytes of a block. With very many channels it has fewer frames, so that memory stays bounded.
    fn block_size(&self) -> usize {
        const MAX_BLOCK_SIZE: usize = 1 << 22;
        self.frame_size * BLOCK_FRAMES.min((MAX_BLOCK_SIZE / self.frame_size).max(1))
    }

    fn refill(&mut self) -> Result<(), Fault> {
        let block_size = self.block_size();
        let ahead = block_size * (IO_BUFFER_SIZE / block_size).max(1);
        let left = (self.frames - self.position).saturating_mul(self.frame_size as u64);
        let size = left.min(ahead as u64);
        self.buffer.clear();
        self.used = 0;
        (&mut self.file).take(size).read_to_end(&mut self.buffer)?;
        if (self.buffer.len() as u64) < size {
            let read = self.position + (self.buffer.len() / self.frame_size) as u64;
            return Err(Fault::cut_short(format!(
                "it had {} frames when it was opened, and now has {read}",
                self.frames
            )));
        }
        self.position += size / self.frame_size as u64;
        Ok(())
    }
}

impl Decode for PcmReader {
    fn append_next(&mut self, out: &mut [Vec<f64>]) -> Result<bool, Fault> {
        if self.used == self.buffer.len() {
            if self.position == self.frames {
                return Ok(false);
            }
            self.refill()?;
        }
        let end = self.buffer.len().min(self.used + self.block_size());
        self.layout.append(&self.buffer[self.used..end], out);
        self.used = end;
        Ok(true)
    }
}

impl Pcm {
    /// Opens the samples.
    pub fn open(&self, file: File) -> Result<(Format, Box<dyn Decode>), Fault> {
        let format = Format {
            sample_rate: self.sample_rate,
            channels: self.channels.into(),
            channel_mask: self.channel_mask,
            source: self.layout.source_format(),
            frames: Some(self.frames),
        };
        Ok((format, Box::new(PcmReader::new(file, self)?)))
    }
}

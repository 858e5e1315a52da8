//! Reads audio files of any supported kind.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::bytes::Bytes;
use super::decode::{BLOCK_FRAMES, Decode, Format, SourceFormat};
use super::error::AudioFileError;
use super::fault::Fault;
use super::flac;
use super::kind::{Kind, recognise};
use super::mp3;
use super::ogg;
use super::pcm::aiff;
use super::pcm::wav;
use super::pcm::wave64;
use super::source::{display_name, open_seekable};

/// Samples of all channels in a block, about: 4 MiB of `f64`.
const MAX_BLOCK_SAMPLES: usize = 1 << 19;

/// Reads an audio file block by block.
pub struct AudioReader {
    path: PathBuf,
    format: Format,
    decoder: Box<dyn Decode>,
    /// Frames read so far.
    position: u64,
    ended: bool,
}

impl AudioReader {
    /// Opens a file and reads its headers; [`STANDARD_STREAM`](super::STANDARD_STREAM) is standard
    /// input.
    ///
    /// # Errors
    /// [`AudioFileError::Open`], [`AudioFileError::Unsupported`], [`AudioFileError::Damaged`], or
    /// [`AudioFileError::CutShort`] if that shows already.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AudioFileError> {
        let path = path.as_ref();
        Self::from_file(open_seekable(path)?, display_name(path))
    }

    /// Reads the headers of a file that is open already and can seek. Errors call it `name`.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn from_file(file: File, name: &Path) -> Result<Self, AudioFileError> {
        let (format, decoder) = open_decoder(file).map_err(|fault| fault.at(name, 0))?;
        Ok(Self { path: name.to_owned(), format, decoder, position: 0, ended: false })
    }

    /// Sample rate in Hz, at least 1.
    pub fn sample_rate(&self) -> u32 {
        self.format.sample_rate
    }

    /// Number of channels, at least 1.
    pub fn channels(&self) -> usize {
        self.format.channels
    }

    /// The speakers that the channels are for, as the bits of a WAV file's channel mask in ascending
    /// order; 0 if the file does not say.
    pub fn channel_mask(&self) -> u32 {
        self.format.channel_mask
    }

    /// Length in frames, if the file states it reliably.
    pub fn frames(&self) -> Option<u64> {
        self.format.frames
    }

    /// How the file stores its samples.
    pub fn format(&self) -> SourceFormat {
        self.format.source
    }

    /// Reads the next block into `out`, one vector per channel. Blocks have a few thousand frames,
    /// fewer with very many channels; the last one may be shorter. Returns false, and empty vectors,
    /// at the end.
    ///
    /// # Errors
    /// [`AudioFileError::Damaged`], [`AudioFileError::CutShort`] or [`AudioFileError::Read`].
    /// Earlier blocks are valid; the contents of `out` are not.
    pub fn read(&mut self, out: &mut Vec<Vec<f64>>) -> Result<bool, AudioFileError> {
        self.read_at_least((MAX_BLOCK_SAMPLES / self.format.channels).clamp(1, BLOCK_FRAMES), out)
    }

    /// [`Self::read`], with at least `frames` frames in every block but the last.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn read_at_least(
        &mut self,
        frames: usize,
        out: &mut Vec<Vec<f64>>,
    ) -> Result<bool, AudioFileError> {
        out.resize_with(self.format.channels, Vec::new);
        out.iter_mut().for_each(Vec::clear);
        while out[0].len() < frames && !self.ended {
            let at = self.position + out[0].len() as u64;
            match self.decoder.append_next(out) {
                Ok(more) => self.ended = !more,
                Err(fault) => return Err(fault.at(&self.path, at)),
            }
        }
        self.position += out[0].len() as u64;
        Ok(!out[0].is_empty())
    }

    /// Reads the rest of the file, one vector per channel.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn read_all(&mut self) -> Result<Vec<Vec<f64>>, AudioFileError> {
        let mut all = vec![Vec::new(); self.channels()];
        let mut block = Vec::new();
        while self.read(&mut block)? {
            for (all, block) in all.iter_mut().zip(&block) {
                all.extend_from_slice(block);
            }
        }
        Ok(all)
    }
}

fn open_decoder(file: File) -> Result<(Format, Box<dyn Decode>), Fault> {
    let mut bytes = Bytes::new(file)?;
    let (kind, start) = recognise(&mut bytes)?;
    match kind {
        Kind::Wav => wav::find(&mut bytes, start)?.open(bytes.into_file()),
        Kind::Wave64 => wave64::find(&mut bytes, start)?.open(bytes.into_file()),
        Kind::Aiff => aiff::find(&mut bytes, start)?.open(bytes.into_file()),
        Kind::Flac => flac::open(bytes, start),
        Kind::Ogg => ogg::open(bytes, start),
        Kind::Mp3 => mp3::open(bytes, start),
    }
}

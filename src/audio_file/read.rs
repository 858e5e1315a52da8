//! Reads audio files.

use std::fmt;
use std::fs::File;
use std::io::{self, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use symphonia::core::audio::Channels;
use symphonia::core::codecs::{
    CODEC_TYPE_FLAC, CODEC_TYPE_MP3, CODEC_TYPE_NULL, CodecParameters, Decoder, DecoderOptions,
};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, Packet, Track};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

use super::packet::{self, WavLayout};
use super::probe::{FileKind, probe};
use super::{AudioFileError, open_seekable};

/// Frames in every block but the last, at least: a multiple of symphonia's WAV packets (1152) and
/// of the encoder's chunks (768), which is slower on parts of a chunk.
const MIN_BLOCK_FRAMES: usize = 2304;

/// How a file stores its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// Integers.
    Integer {
        /// Significant bits, 1 to 32.
        bits: u32,
    },
    /// Floats, which is also what lossy formats decode to.
    Float {
        /// 32 or 64 bits.
        bits: u32,
    },
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer { bits } => write!(f, "{bits}-bit integer"),
            Self::Float { bits } => write!(f, "{bits}-bit float"),
        }
    }
}

/// Reads an audio file block by block.
pub struct AudioReader {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn Decoder>,
    track: u32,
    sample_rate: u32,
    channels: usize,
    channel_mask: u32,
    format: SourceFormat,
    /// Set if packets are converted without the decoder.
    wav_layout: Option<WavLayout>,
    frames: Option<u64>,
    /// Whether a gap in the packets' time stamps means that audio is missing.
    timestamps_reveal_gaps: bool,
    /// Time stamp of the first packet, in frames.
    first_timestamp: Option<u64>,
    /// Frames read so far.
    position: u64,
    ended: bool,
}

impl AudioReader {
    /// Opens a file and reads its headers.
    ///
    /// # Errors
    /// [`AudioFileError::Open`], [`AudioFileError::Unsupported`], [`AudioFileError::Damaged`], or
    /// [`AudioFileError::CutShort`] if that shows already.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AudioFileError> {
        let path = path.as_ref();
        let open_error = |source| AudioFileError::Open { path: path.to_owned(), source };
        let mut file = open_seekable(path)?;
        let kind =
            probe(&mut file).map_err(open_error)?.map_err(|reason| unsupported(path, reason))?;
        let single_page_frames = match kind {
            FileKind::Ogg { complete: false, .. } => {
                return Err(AudioFileError::CutShort {
                    path: path.to_owned(),
                    reason: "its last Ogg page is missing".to_owned(),
                });
            }
            FileKind::Ogg { single_page_frames, .. } => single_page_frames,
            FileKind::Pcm { .. } | FileKind::Other => None,
        };

        // With all audio on one page, symphonia trims the padding of the end from the start.
        let mut reader = open_reader(path, &file, kind, single_page_frames.is_none())?;
        let mut track = audio_track(path, reader.as_ref())?;
        // Without a LAME tag, the length of an MP3 is an estimate, and symphonia would trim to it.
        let length_is_estimate =
            track.codec_params.codec == CODEC_TYPE_MP3 && track.codec_params.delay.is_none();
        if length_is_estimate {
            reader = open_reader(path, &file, kind, false)?;
            track = audio_track(path, reader.as_ref())?;
        }
        let parameters = &track.codec_params;
        let options = DecoderOptions { verify: true };
        let decoder = guard(|| symphonia::default::get_codecs().make(parameters, &options))
            .map_err(|error| unsupported(path, describe(&error)))?;
        let channels = parameters.channels.map_or(0, Channels::count);
        let (Some(sample_rate @ 1..), 1..) = (parameters.sample_rate, channels) else {
            return Err(unsupported(path, "it does not state its channels or its sample rate"));
        };
        let format = source_format(parameters);
        Ok(Self {
            path: path.to_owned(),
            track: track.id,
            sample_rate,
            channels,
            channel_mask: parameters.channels.map_or(0, |channels| channels.bits()),
            format,
            wav_layout: WavLayout::of(parameters, format),
            frames: match kind {
                FileKind::Pcm { frames } => frames,
                _ if single_page_frames.is_some() => single_page_frames,
                _ if length_is_estimate => None,
                _ => parameters.n_frames,
            },
            // Symphonia makes up the time stamps of MP3 packets, and a single page has no gaps.
            timestamps_reveal_gaps: parameters.codec != CODEC_TYPE_MP3
                && single_page_frames.is_none(),
            first_timestamp: None,
            position: 0,
            ended: false,
            reader,
            decoder,
        })
    }

    /// Sample rate in Hz, at least 1.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Number of channels, at least 1.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The speakers that the channels are for, as the bits of a WAV file's channel mask in ascending
    /// order; 0 if the file does not say.
    pub fn channel_mask(&self) -> u32 {
        self.channel_mask
    }

    /// Length in frames, if the file states it reliably.
    pub fn frames(&self) -> Option<u64> {
        self.frames
    }

    /// How the file stores its samples.
    pub fn format(&self) -> SourceFormat {
        self.format
    }

    /// Reads the next block into `out`, one vector per channel. Blocks have a few thousand frames,
    /// the last one may be shorter. Returns false, and empty vectors, at the end.
    ///
    /// # Errors
    /// [`AudioFileError::Damaged`], [`AudioFileError::CutShort`] or [`AudioFileError::Read`].
    /// Earlier blocks are valid; the contents of `out` are not.
    pub fn read(&mut self, out: &mut Vec<Vec<f64>>) -> Result<bool, AudioFileError> {
        out.resize_with(self.channels, Vec::new);
        out.iter_mut().for_each(Vec::clear);
        while out[0].len() < MIN_BLOCK_FRAMES && !self.ended {
            if self.frames == Some(self.position) && !self.decoder_verifies_checksum() {
                self.ended = true;
            } else if let Some(packet) = self.next_packet()? {
                self.append(&packet, out)?;
            } else {
                self.check_end()?;
                self.ended = true;
            }
        }
        Ok(!out[0].is_empty())
    }

    /// Appends the samples of a packet.
    fn append(&mut self, packet: &Packet, out: &mut [Vec<f64>]) -> Result<(), AudioFileError> {
        let first_timestamp = *self.first_timestamp.get_or_insert(packet.ts);
        if self.timestamps_reveal_gaps && packet.ts != first_timestamp + self.position {
            return Err(self.damaged("some audio is missing or unreadable here"));
        }
        let before = out[0].len();
        if let Some(layout) = self.wav_layout {
            layout.append(packet.buf(), out);
        } else {
            match guard(|| self.decoder.decode(packet)) {
                Ok(buffer) if buffer.spec().channels.count() != self.channels => {
                    return Err(self.damaged("the number of channels changes"));
                }
                Ok(buffer) if buffer.spec().rate != self.sample_rate => {
                    return Err(self.damaged("the sample rate changes"));
                }
                Ok(buffer) => packet::append_decoded(&buffer, self.format, out),
                Err(error) => {
                    let reason = describe(&error);
                    return Err(self.damaged(reason));
                }
            }
        }
        // Symphonia may decode more than the file's own length, such as padding.
        let left = self.frames.map_or(u64::MAX, |frames| frames - self.position);
        let end = before.saturating_add(usize::try_from(left).unwrap_or(usize::MAX));
        out.iter_mut().for_each(|channel| channel.truncate(end));
        self.position += (out[0].len() - before) as u64;
        Ok(())
    }

    /// Reads the rest of the file, one vector per channel.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn read_all(&mut self) -> Result<Vec<Vec<f64>>, AudioFileError> {
        let mut all = vec![Vec::new(); self.channels];
        let mut block = Vec::new();
        while self.read(&mut block)? {
            for (all, block) in all.iter_mut().zip(&block) {
                all.extend_from_slice(block);
            }
        }
        Ok(all)
    }

    /// Whether the decoder checks a checksum of all audio, and so has to reach the very end.
    fn decoder_verifies_checksum(&self) -> bool {
        self.decoder.codec_params().codec == CODEC_TYPE_FLAC
    }

    /// The next packet of the track, `None` at the end of the file.
    fn next_packet(&mut self) -> Result<Option<Packet>, AudioFileError> {
        loop {
            match guard(|| self.reader.next_packet()) {
                Ok(packet) if packet.track_id() == self.track => return Ok(Some(packet)),
                Ok(_) => {}
                Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(None);
                }
                Err(Error::IoError(source)) => {
                    let (path, frame) = (self.path.clone(), self.position);
                    return Err(AudioFileError::Read { path, frame, source });
                }
                Err(error) => {
                    let reason = describe(&error);
                    return Err(self.damaged(reason));
                }
            }
        }
    }

    /// Compares the audio that was read with the file's stated length and checksum.
    fn check_end(&mut self) -> Result<(), AudioFileError> {
        if let Some(frames) = self.frames
            && self.position < frames
        {
            return Err(AudioFileError::CutShort {
                path: self.path.clone(),
                reason: format!("it claims {frames} frames but has {}", self.position),
            });
        }
        if self.decoder.finalize().verify_ok == Some(false) {
            return Err(self.damaged("the checksum of all audio does not match"));
        }
        Ok(())
    }

    fn damaged(&self, reason: impl Into<String>) -> AudioFileError {
        let (path, frame) = (self.path.clone(), self.position);
        AudioFileError::Damaged { path, frame, reason: reason.into() }
    }
}

/// Opens symphonia's reader for a file. With `gapless`, it trims padding at the start and end.
fn open_reader(
    path: &Path,
    file: &File,
    kind: FileKind,
    gapless: bool,
) -> Result<Box<dyn FormatReader>, AudioFileError> {
    let file = file
        .try_clone()
        .and_then(|mut file| file.rewind().map(|()| file))
        .map_err(|source| AudioFileError::Open { path: path.to_owned(), source })?;
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(extension);
    }
    let options = FormatOptions { enable_gapless: gapless, ..FormatOptions::default() };
    let probed = guard(|| {
        let metadata = MetadataOptions::default();
        symphonia::default::get_probe().format(&hint, stream, &options, &metadata)
    });
    match probed {
        Ok(probed) => Ok(probed.format),
        Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(unsupported(path, "it is not an audio file, or is cut short within its headers"))
        }
        // The headers of WAV and AIFF have passed our own check, so what symphonia refuses there is
        // not damaged but unsupported.
        Err(error @ Error::DecodeError(_)) if !matches!(kind, FileKind::Pcm { .. }) => {
            let (path, reason) = (path.to_owned(), describe(&error));
            Err(AudioFileError::Damaged { path, frame: 0, reason })
        }
        Err(error) => Err(unsupported(path, describe(&error))),
    }
}

fn audio_track(path: &Path, reader: &dyn FormatReader) -> Result<Track, AudioFileError> {
    let mut tracks = reader.tracks().iter();
    let track = tracks.find(|track| track.codec_params.codec != CODEC_TYPE_NULL);
    track.cloned().ok_or_else(|| unsupported(path, "it has no audio track in a supported codec"))
}

fn source_format(parameters: &CodecParameters) -> SourceFormat {
    use symphonia::core::codecs as c;
    match parameters.codec {
        c::CODEC_TYPE_PCM_F64LE | c::CODEC_TYPE_PCM_F64BE => SourceFormat::Float { bits: 64 },
        c::CODEC_TYPE_PCM_F32LE
        | c::CODEC_TYPE_PCM_F32BE
        | c::CODEC_TYPE_MP3
        | c::CODEC_TYPE_VORBIS => SourceFormat::Float { bits: 32 },
        // A-law and µ-law do not state their bits; they expand to 16.
        _ => {
            let bits = parameters.bits_per_sample.filter(|bits| (1..=32).contains(bits));
            SourceFormat::Integer { bits: bits.unwrap_or(16) }
        }
    }
}

/// Calls symphonia, which panics on some damaged files, and turns a panic into an error.
fn guard<T>(read: impl FnOnce() -> symphonia::core::errors::Result<T>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or(Err(Error::DecodeError("its data is inconsistent")))
}

fn describe(error: &Error) -> String {
    match error {
        Error::IoError(error) => error.to_string(),
        Error::Unsupported("core (probe): no suitable format reader found") => {
            "its file type is not recognised".to_owned()
        }
        Error::Unsupported("core (codec):unsupported codec") => {
            "its codec is not supported".to_owned()
        }
        Error::Unsupported(what) | Error::DecodeError(what) | Error::LimitError(what) => {
            (*what).to_owned()
        }
        Error::SeekError(_) => "it cannot be rewound to its start".to_owned(),
        Error::ResetRequired => "it is a chain of several streams; split it first".to_owned(),
    }
}

fn unsupported(path: &Path, reason: impl Into<String>) -> AudioFileError {
    AudioFileError::Unsupported { path: path.to_owned(), reason: reason.into() }
}

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

use super::header::{self, Header};
use super::pcm::Pcm;
use super::{AudioFileError, decoded};

/// How many frames a block has at least, if so many are left: whole packets of a WAV file (1152) as
/// well as whole chunks of the encoder (768), which is slower on parts of one.
const BLOCK: usize = 2304;

/// How a file stores its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// Integers of so many bits.
    Integer {
        /// Significant bits, 1 to 32.
        bits: u32,
    },
    /// Floats of 32 or 64 bits; also what lossy formats decode to.
    Float {
        /// Bits, 32 or 64.
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
    format: SourceFormat,
    /// How packets are read without the decoder.
    pcm: Option<Pcm>,
    frames: Option<u64>,
    /// Whether the time stamps of packets can be trusted to show a gap.
    stamped: bool,
    /// The time stamp of the first packet.
    origin: Option<u64>,
    /// How many frames have been read.
    position: u64,
    /// The end has been reached.
    ended: bool,
}

impl AudioReader {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// [`AudioFileError::Open`], [`AudioFileError::Unsupported`], [`AudioFileError::Damaged`] or,
    /// where the header tells, [`AudioFileError::CutShort`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AudioFileError> {
        let path = path.as_ref();
        let open_error = |source| AudioFileError::Open { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(open_error)?;
        if file.metadata().map_err(open_error)?.is_dir() {
            return Err(open_error(io::ErrorKind::IsADirectory.into()));
        }
        let header = header::header(&mut file)
            .map_err(open_error)?
            .map_err(|reason| unsupported(path, reason))?;
        if matches!(header, Header::Ogg { whole: false, .. }) {
            return Err(AudioFileError::CutShort {
                path: path.to_owned(),
                reason: "it does not end with a last page".to_owned(),
            });
        }

        let single_page = match header {
            Header::Ogg { single_page, .. } => single_page,
            _ => None,
        };
        // The library takes what is to be trimmed from the end of a single page from its start.
        let mut reader = probe(path, &file, header, single_page.is_none())?;
        let mut track = audio_track(path, reader.as_ref())?;
        // Without a LAME tag, the length is an estimate that the library would still cut to.
        let guessed =
            track.codec_params.codec == CODEC_TYPE_MP3 && track.codec_params.delay.is_none();
        if guessed {
            reader = probe(path, &file, header, false)?;
            track = audio_track(path, reader.as_ref())?;
        }
        let parameters = &track.codec_params;
        let options = DecoderOptions { verify: true };
        let decoder = guard(|| symphonia::default::get_codecs().make(parameters, &options))
            .map_err(|error| unsupported(path, describe(&error)))?;
        let channels = parameters.channels.map_or(0, Channels::count);
        let (Some(sample_rate @ 1..), 1..) = (parameters.sample_rate, channels) else {
            return Err(unsupported(path, "its channels or its sample rate are not known"));
        };
        let format = source_format(parameters);
        Ok(Self {
            path: path.to_owned(),
            track: track.id,
            sample_rate,
            channels,
            format,
            pcm: Pcm::of(parameters, format),
            frames: match header {
                Header::Pcm(frames) => frames,
                _ if single_page.is_some() => single_page,
                _ if guessed => None,
                _ => parameters.n_frames,
            },
            // MP3 packets are counted rather than stamped, and a single page has no gaps.
            stamped: parameters.codec != CODEC_TYPE_MP3 && single_page.is_none(),
            origin: None,
            position: 0,
            ended: false,
            reader,
            decoder,
        })
    }

    /// The sample rate in Hz, at least 1.
    #[must_use]
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// The number of channels, at least 1.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The length in frames, where the file knows it for certain.
    #[must_use]
    pub fn frames(&self) -> Option<u64> {
        self.frames
    }

    /// How the file stores its samples.
    #[must_use]
    pub fn format(&self) -> SourceFormat {
        self.format
    }

    /// Reads the next block into `out`, a vector for each channel, and returns whether there was
    /// one. A block is some thousand frames long, the last one shorter; after it they are empty.
    ///
    /// # Errors
    /// [`AudioFileError::Damaged`], [`AudioFileError::CutShort`] or [`AudioFileError::Read`]. The
    /// blocks before are sound; what `out` holds then is none.
    pub fn read(&mut self, out: &mut Vec<Vec<f64>>) -> Result<bool, AudioFileError> {
        out.resize_with(self.channels, Vec::new);
        out.iter_mut().for_each(Vec::clear);
        while out[0].len() < BLOCK && !self.ended {
            if self.frames == Some(self.position) && !self.decoder_verifies() {
                self.ended = true;
            } else if let Some(packet) = self.packet()? {
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
        let origin = *self.origin.get_or_insert(packet.ts);
        if self.stamped && packet.ts != origin + self.position {
            return Err(self.damaged("a part is missing or unreadable"));
        }
        let before = out[0].len();
        if let Some(pcm) = self.pcm {
            pcm.append(packet.buf(), out);
        } else {
            match guard(|| self.decoder.decode(packet)) {
                Ok(buffer) if buffer.spec().channels.count() != self.channels => {
                    return Err(self.damaged("the number of channels changes"));
                }
                Ok(buffer) if buffer.spec().rate != self.sample_rate => {
                    return Err(self.damaged("the sample rate changes"));
                }
                Ok(buffer) => decoded::append(&buffer, self.format, out),
                Err(error) => {
                    let reason = describe(&error);
                    return Err(self.damaged(reason));
                }
            }
        }
        // The header may know the length better than the library does.
        let room = self.frames.map_or(u64::MAX, |frames| frames - self.position);
        let room = before.saturating_add(usize::try_from(room).unwrap_or(usize::MAX));
        out.iter_mut().for_each(|channel| channel.truncate(room));
        self.position += (out[0].len() - before) as u64;
        Ok(())
    }

    /// Reads the whole rest of the file, a vector for each channel.
    ///
    /// # Errors
    /// As [`Self::read`].
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

    /// Whether the decoder compares a checksum of the whole at the end.
    fn decoder_verifies(&self) -> bool {
        self.decoder.codec_params().codec == CODEC_TYPE_FLAC
    }

    /// The next packet of the track, `None` at the end of the file.
    fn packet(&mut self) -> Result<Option<Packet>, AudioFileError> {
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

    /// Compares what was read with what the file promised.
    fn check_end(&mut self) -> Result<(), AudioFileError> {
        if let Some(frames) = self.frames
            && self.position < frames
        {
            return Err(AudioFileError::CutShort {
                path: self.path.clone(),
                reason: format!("it promises {frames} frames and has {}", self.position),
            });
        }
        if self.decoder.finalize().verify_ok == Some(false) {
            return Err(self.damaged("its checksum does not match its audio"));
        }
        Ok(())
    }

    fn damaged(&self, reason: impl Into<String>) -> AudioFileError {
        let (path, frame) = (self.path.clone(), self.position);
        AudioFileError::Damaged { path, frame, reason: reason.into() }
    }
}

fn probe(
    path: &Path,
    file: &File,
    header: Header,
    gapless: bool,
) -> Result<Box<dyn FormatReader>, AudioFileError> {
    let rewound = || {
        let mut file = file.try_clone()?;
        file.rewind()?;
        Ok(file)
    };
    let file =
        rewound().map_err(|source| AudioFileError::Open { path: path.to_owned(), source })?;
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
            Err(unsupported(path, "it is no audio file, or ends within its header"))
        }
        // A sound WAV or AIFF header may still tell of something that is not supported.
        Err(error @ Error::DecodeError(_)) if !matches!(header, Header::Pcm(_)) => {
            let (path, reason) = (path.to_owned(), describe(&error));
            Err(AudioFileError::Damaged { path, frame: 0, reason })
        }
        Err(error) => Err(unsupported(path, describe(&error))),
    }
}

fn audio_track(path: &Path, reader: &dyn FormatReader) -> Result<Track, AudioFileError> {
    let mut tracks = reader.tracks().iter();
    let track = tracks.find(|track| track.codec_params.codec != CODEC_TYPE_NULL);
    track.cloned().ok_or_else(|| unsupported(path, "it has no audio track that could be decoded"))
}

fn source_format(parameters: &CodecParameters) -> SourceFormat {
    use symphonia::core::codecs as c;
    match parameters.codec {
        c::CODEC_TYPE_PCM_F64LE | c::CODEC_TYPE_PCM_F64BE => SourceFormat::Float { bits: 64 },
        c::CODEC_TYPE_PCM_F32LE
        | c::CODEC_TYPE_PCM_F32BE
        | c::CODEC_TYPE_MP3
        | c::CODEC_TYPE_VORBIS => SourceFormat::Float { bits: 32 },
        // The two telephone codes, which do not say, expand to 16 bits.
        _ => {
            let bits = parameters.bits_per_sample.filter(|bits| (1..=32).contains(bits));
            SourceFormat::Integer { bits: bits.unwrap_or(16) }
        }
    }
}

/// Some damaged headers make the library panic, which is but another way to say that they are.
fn guard<T>(read: impl FnOnce() -> symphonia::core::errors::Result<T>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Error::DecodeError("it contradicts itself")))
}

fn describe(error: &Error) -> String {
    match error {
        Error::IoError(error) => error.to_string(),
        Error::Unsupported("core (probe): no suitable format reader found") => {
            "it is of no kind that is known".to_owned()
        }
        Error::Unsupported("core (codec):unsupported codec") => {
            "its audio is packed in a way that is not known".to_owned()
        }
        Error::Unsupported(what) | Error::DecodeError(what) | Error::LimitError(what) => {
            (*what).to_owned()
        }
        Error::SeekError(_) => "it cannot be rewound".to_owned(),
        Error::ResetRequired => "it holds several pieces in a row".to_owned(),
    }
}

fn unsupported(path: &Path, reason: impl Into<String>) -> AudioFileError {
    AudioFileError::Unsupported { path: path.to_owned(), reason: reason.into() }
}

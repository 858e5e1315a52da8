//! The 64-byte header at the start of an `.extrema` file.

use std::ops::Range;
use std::sync::Arc;

use super::error::ContainerError;
use super::format::{MAGIC, MAX_LEAD_IN, SAMPLE_RATES, VERSION};
use super::tags::Tags;
use crate::codec::{Codebook, Detector, MaxLength, Settings, StereoMode, Threshold};

/// Size of the header in bytes.
pub const HEADER_SIZE: usize = 64;

/// The CRC-32 at the end covers everything before it.
const CHECKSUM_OFFSET: usize = HEADER_SIZE - 4;

/// A byte without a meaning, which is 0.
const RESERVED_OFFSET: usize = 47;

const FRAMES_OFFSET: usize = 16;
const CHANNEL_MASK_OFFSET: usize = 56;

/// The bytes of the codebook's name, padded with zeros.
const CODEBOOK_NAME: Range<usize> = 24..24 + Codebook::MAX_NAME_BYTES;

/// A field that breaks the rules of the format: its offset, and the rule.
type FieldError = (usize, &'static str);

const CODEBOOK_NAME_RULE: FieldError = (
    CODEBOOK_NAME.start,
    "a codebook name must be 1 to 16 printable ASCII characters without spaces",
);

const CODEBOOK_CURVES_RULE: FieldError =
    (CODEBOOK_NAME.start, "the codebook has the name of other curves");

/// Everything an `.extrema` file states before its first record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Sample rate in Hz, one of [`SAMPLE_RATES`](super::SAMPLE_RATES).
    pub sample_rate: u32,
    /// Number of channels, which is also the number of streams; at least 1.
    pub channels: u8,
    /// The speakers that the channels are for, as the bits of a WAV file's channel mask in ascending
    /// order, one for each channel; 0 if they are unknown.
    pub channel_mask: u32,
    /// Length in frames, or `None` if it was not known when writing began.
    pub frames: Option<u64>,
    /// The codebook that the file was encoded with. A file carries its curves unless it is a built-in
    /// one. Its name is 1 to 16 printable ASCII characters without spaces.
    pub codebook: Arc<Codebook>,
    /// The encoder's settings. Decoding needs only the stereo mode.
    pub settings: Settings,
    /// In an excerpt of longer streams, such as a recording, the number of frames before its first, at
    /// most [`MAX_LEAD_IN`]. Its streams may begin and end within a record, and its length is not known
    /// when writing begins. `None` if the streams are whole.
    pub lead_in: Option<u32>,
    /// Title, artist and so on.
    pub tags: Tags,
}

impl Header {
    /// A header without anything that can be left out: no speakers, length and tags, and V0.1's settings.
    pub fn new(sample_rate: u32, channels: u8, codebook: &Arc<Codebook>) -> Self {
        Self {
            sample_rate,
            channels,
            channel_mask: 0,
            frames: None,
            codebook: codebook.clone(),
            settings: Settings::default(),
            lead_in: None,
            tags: Tags::default(),
        }
    }

    /// Serialises a header that has passed [`Self::check`].
    pub(super) fn to_bytes(&self) -> [u8; HEADER_SIZE] {
        debug_assert!(self.check().is_ok(), "{self:?}");
        let Settings { threshold, points, curves, detector, max_length, stereo, .. } =
            self.settings;
        // Exact: a threshold is a whole number of 1/1024 steps.
        let threshold = (threshold.steps() * 1024.0) as u32;
        let mut bytes = [0; HEADER_SIZE];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(0, &MAGIC);
        put(8, &VERSION.to_le_bytes());
        put(10, &[self.channels, stereo_code(stereo)]);
        put(12, &self.sample_rate.to_le_bytes());
        put(FRAMES_OFFSET, &self.frames.unwrap_or(u64::MAX).to_le_bytes());
        put(CODEBOOK_NAME.start, self.codebook.name().as_bytes());
        put(40, &threshold.to_le_bytes());
        put(44, &[points, curves, detector_code(detector)]);
        put(48, &max_length.curve.to_le_bytes());
        put(52, &max_length.hold.to_le_bytes());
        put(CHANNEL_MASK_OFFSET, &self.channel_mask.to_le_bytes());
        let checksum = crc32fast::hash(&bytes[..CHECKSUM_OFFSET]);
        bytes[CHECKSUM_OFFSET..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Parses a header, and returns the name of its codebook beside it. Until the chunk that carries the curves
    /// has been read, the header has the standard codebook.
    /// `bytes` is shorter than [`HEADER_SIZE`] if the file is.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<(Self, String), ContainerError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(ContainerError::NotExtrema);
        }
        // The version decides what everything after it means, so it is checked first.
        let version = bytes.get(8..10).and_then(|b| b.first_chunk().copied());
        let version = u16::from_le_bytes(version.ok_or(ContainerError::HeaderCutShort)?);
        if version > VERSION {
            return Err(ContainerError::NewerVersion { found: version });
        }
        if version == 0 {
            return Err(damaged((8, "format version 0 does not exist")));
        }
        let bytes: &[u8; HEADER_SIZE] =
            bytes.first_chunk().ok_or(ContainerError::HeaderCutShort)?;
        let number = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        if crc32fast::hash(&bytes[..CHECKSUM_OFFSET]) != number(CHECKSUM_OFFSET) {
            return Err(damaged((0, "the header's checksum does not match")));
        }
        if bytes[RESERVED_OFFSET] != 0 {
            return Err(damaged((RESERVED_OFFSET, "a reserved byte is not 0")));
        }
        let mut name = &bytes[CODEBOOK_NAME];
        while let [shorter @ .., 0] = name {
            name = shorter;
        }
        let name = str::from_utf8(name).ok().filter(|name| Codebook::is_name(name));
        let name = name.ok_or_else(|| damaged(CODEBOOK_NAME_RULE))?.to_owned();
        let frames = u64::from(number(FRAMES_OFFSET)) | u64::from(number(FRAMES_OFFSET + 4)) << 32;
        let header = Self {
            channel_mask: number(CHANNEL_MASK_OFFSET),
            frames: (frames != u64::MAX).then_some(frames),
            settings: Settings {
                threshold: Threshold::from_steps(f64::from(number(40)) / 1024.0),
                points: bytes[44],
                curves: bytes[45],
                detector: match bytes[46] {
                    0 => Detector::Slope,
                    1 => Detector::Peak,
                    2 => Detector::Best,
                    _ => return Err(damaged((46, "the detector must be 0, 1 or 2"))),
                },
                max_length: MaxLength { curve: number(48), hold: number(52) },
                stereo: match bytes[11] {
                    0 => StereoMode::LeftRight,
                    1 => StereoMode::MidSide,
                    2 => StereoMode::Linked,
                    _ => return Err(damaged((11, "the stereo mode must be 0, 1 or 2"))),
                },
                // What the settings chunk may change.
                ..Settings::default()
            },
            ..Self::new(number(12), bytes[10], &Codebook::standard())
        };
        header.check().map_err(damaged)?;
        Ok((header, name))
    }

    /// Checks that every field is within its range.
    pub(super) fn check(&self) -> Result<(), FieldError> {
        let Settings { points, curves, max_length, .. } = self.settings;
        let channels = u32::from(self.channels);
        let rules = [
            (self.channels > 0, (10, "there must be at least one channel")),
            (
                SAMPLE_RATES.contains(&self.sample_rate),
                (12, "the sample rate must be 200 to 4,000,000 Hz"),
            ),
            (Codebook::is_name(self.codebook.name()), CODEBOOK_NAME_RULE),
            (self.codebook.has_right_name(), CODEBOOK_CURVES_RULE),
            (Settings::POINTS.contains(&points), (44, "points must be 2 to 64")),
            (Settings::CURVES.contains(&curves), (45, "curves must be 1 to 255")),
            (max_length.curve > 0, (48, "the longest curve must be at least 1 sample")),
            (max_length.hold > 0, (52, "the longest hold must be at least 1 sample")),
            (
                self.channel_mask == 0 || self.channel_mask.count_ones() == channels,
                (CHANNEL_MASK_OFFSET, "the channel mask must have a bit for each channel, or none"),
            ),
            (
                self.lead_in.is_none() || self.frames.is_none(),
                (FRAMES_OFFSET, "an excerpt states its length only at its end"),
            ),
            (
                self.lead_in.is_none_or(|frames| frames <= MAX_LEAD_IN),
                (FRAMES_OFFSET, "the lead-in must be at most 65,535 frames"),
            ),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, error)| Err(error))
    }
}

fn damaged((offset, rule): FieldError) -> ContainerError {
    ContainerError::Damaged { position: offset as u64, reason: rule.to_owned() }
}

fn stereo_code(stereo: StereoMode) -> u8 {
    match stereo {
        StereoMode::LeftRight => 0,
        StereoMode::MidSide => 1,
        StereoMode::Linked => 2,
    }
}

fn detector_code(detector: Detector) -> u8 {
    match detector {
        Detector::Slope => 0,
        Detector::Peak => 1,
        Detector::Best => 2,
    }
}

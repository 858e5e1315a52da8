//! The 64 bytes at the start of an `.extrema` file.

use super::{ContainerError, MAGIC, VERSION};
use crate::codec::{Detector, MaxLength, Settings, StereoMode, Threshold};

/// The header's size in bytes.
pub const SIZE: usize = 64;

/// Where the header's checksum stands.
const CHECKSUM: usize = SIZE - 4;

/// The bytes the codebook's name has room in.
const NAME: std::ops::Range<usize> = 24..40;

/// What an `.extrema` file says before its first record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Sample rate in Hz, at least 1.
    pub sample_rate: u32,
    /// The number of channels and of streams, at least 1.
    pub channels: u8,
    /// The length in frames, where it was known when the file was begun.
    pub frames: Option<u64>,
    /// The name of the codebook, 1 to 16 bytes of printable ASCII.
    pub codebook: String,
    /// What the encoder was told. Only the stereo mode matters for decoding.
    pub settings: Settings,
}

impl Header {
    /// The header as it is stored.
    pub(super) fn to_bytes(&self) -> [u8; SIZE] {
        let Settings { threshold, points, curves, detector, max_length, stereo } = self.settings;
        // A threshold is a whole number of 1/1024.
        let threshold = (threshold.steps() * 1024.0) as u32;
        let mut bytes = [0; SIZE];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(0, &MAGIC);
        put(8, &VERSION.to_le_bytes());
        put(10, &[self.channels, stereo_code(stereo)]);
        put(12, &self.sample_rate.to_le_bytes());
        put(16, &self.frames.unwrap_or(u64::MAX).to_le_bytes());
        put(NAME.start, self.codebook.as_bytes());
        put(40, &threshold.to_le_bytes());
        put(44, &[points, curves, detector_code(detector)]);
        put(48, &max_length.curve.to_le_bytes());
        put(52, &max_length.hold.to_le_bytes());
        let checksum = crc32fast::hash(&bytes[..CHECKSUM]);
        bytes[CHECKSUM..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Reads a stored header, of which there may be less than [`SIZE`].
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, ContainerError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(ContainerError::NotExtrema);
        }
        // The version comes first: it decides what all the rest means.
        let version = bytes.get(8..10).and_then(|b| b.first_chunk().copied());
        let version = u16::from_le_bytes(version.ok_or(ContainerError::HeaderCutShort)?);
        if version > VERSION {
            return Err(ContainerError::NewerVersion { found: version });
        }
        if version == 0 {
            return Err(damaged(8, "there is no version 0 of the format"));
        }
        let bytes: &[u8; SIZE] = bytes.first_chunk().ok_or(ContainerError::HeaderCutShort)?;
        let number = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        if crc32fast::hash(&bytes[..CHECKSUM]) != number(CHECKSUM) {
            return Err(damaged(0, "the checksum of the header does not match"));
        }
        let name = &bytes[NAME];
        let name = name.split(|&byte| byte == 0).next().unwrap_or(name);
        let frames = u64::from(number(16)) | u64::from(number(20)) << 32;
        let [points, curves] = [bytes[44], bytes[45]];
        let header = Self {
            sample_rate: number(12),
            channels: bytes[10],
            frames: (frames != u64::MAX).then_some(frames),
            codebook: String::from_utf8_lossy(name).into_owned(),
            settings: Settings {
                threshold: Threshold::from_steps(f64::from(number(40)) / 1024.0),
                points,
                curves,
                detector: match bytes[46] {
                    0 => Detector::Slope,
                    1 => Detector::Peak,
                    _ => return Err(damaged(46, "there is no such detector")),
                },
                max_length: MaxLength { curve: number(48), hold: number(52) },
                stereo: match bytes[11] {
                    0 => StereoMode::LeftRight,
                    1 => StereoMode::MidSide,
                    2 => StereoMode::Linked,
                    _ => return Err(damaged(11, "there is no such stereo mode")),
                },
            },
        };
        header.check()?;
        Ok(header)
    }

    /// Whether every field is within its range.
    pub(super) fn check(&self) -> Result<(), ContainerError> {
        let Settings { points, curves, max_length, .. } = self.settings;
        let name = self.codebook.as_bytes();
        let is_name =
            (1..=NAME.len()).contains(&name.len()) && name.iter().all(u8::is_ascii_graphic);
        for (sound, at, what) in [
            (self.channels > 0, 10, "it has no channels"),
            (self.sample_rate > 0, 12, "its sample rate is 0 Hz"),
            (is_name, 24, "a codebook's name has 1 to 16 printable letters"),
            (Settings::POINTS.contains(&points), 44, "points lie between 2 and 64"),
            (Settings::CURVES.contains(&curves), 45, "curves lie between 1 and 255"),
            (max_length.curve > 0 && max_length.hold > 0, 48, "a segment has at least one sample"),
        ] {
            if !sound {
                return Err(damaged(at, what));
            }
        }
        Ok(())
    }
}

fn damaged(position: u64, reason: &str) -> ContainerError {
    ContainerError::Damaged { position, reason: reason.to_owned() }
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
    }
}

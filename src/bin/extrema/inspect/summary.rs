//! What is known of an encoded file, as text and JSON show it. `docs/INSPECT.md` explains every field; none is
//! ever renamed or given another meaning, but there may be new ones.

use std::path::Path;

use extrema::codec::{CURVE_COUNT, Codebook, Record, Settings};
use extrema::container::Storage;
use serde::Serialize;

use super::lengths::LengthRange;
use super::over_time::OverTime;
use super::settings::SettingsSummary;
use super::snr::Snr;
use crate::encoded_file::{Contents, EncodedFile};

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// Goes up if a field goes or gets another meaning.
    pub version: u32,
    pub files: &'a [Summary],
}

impl Report<'_> {
    pub const VERSION: u32 = 1;
}

/// An encoded file.
#[derive(Debug, Serialize)]
pub struct Summary {
    pub file: String,
    pub bytes: u64,
    pub format: Format,
    /// What is missing, in words, of a file that is cut short.
    pub cut_short: Option<String>,
    pub sample_rate_hz: u32,
    pub channels: usize,
    /// Of a WAV file; 0 if the speakers are unknown.
    pub channel_mask: u32,
    pub frames: u64,
    pub seconds: f64,
    /// Of an excerpt.
    pub lead_in_frames: Option<u32>,
    /// Its name.
    pub codebook: String,
    pub codebook_source: CodebookSource,
    pub codebook_curves: u8,
    /// Unknown of a raw stream.
    pub settings: Option<SettingsSummary>,
    /// In the order of the file; a name may come more than once.
    pub tags: Vec<TagSummary>,
    pub records: RecordCounts,
    /// None of a raw stream, which is its records and nothing else.
    pub storage: Option<StorageSummary>,
    /// None of a file without a frame.
    pub rate: Option<Rate>,
    /// How many records have each ordinal; those of ordinal 0 are holds.
    pub by_ordinal: Vec<u64>,
    /// How many records have a length in each range; only counted for JSON and plots.
    pub by_length: Option<Vec<LengthRange>>,
    /// Beside the original, if that is given.
    pub snr: Option<Snr>,
    /// Only measured for JSON and plots.
    pub over_time: Option<OverTime>,
    /// The settings as the file has them.
    #[serde(skip)]
    pub encoder: Option<Settings>,
}

/// Whether it is a container.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Extrema,
    Raw,
}

/// Where the curves come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodebookSource {
    BuiltIn,
    /// The file carries them.
    File,
    /// `--codebook`.
    Option,
}

/// A tag, as a Vorbis comment would have it.
#[derive(Debug, Serialize)]
pub struct TagSummary {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct RecordCounts {
    pub total: u64,
    pub curves: u64,
    pub holds: u64,
}

/// How the records are stored.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct StorageSummary {
    /// Chunks of records, and how many of them are packed.
    pub chunks: u64,
    pub packed_chunks: u64,
    /// Bytes of all records in the file.
    pub bytes: u64,
    /// The same in percent of five bytes a record; none without a record.
    pub percent_of_plain: Option<f64>,
    pub has_index: bool,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Rate {
    /// Of the whole file as it lies on disk.
    pub file_kbits_per_second: f64,
    /// Of its records, at five bytes each.
    pub kbits_per_second: f64,
    pub records_per_second: f64,
    /// Of 16-bit PCM with the same sample rate and channels.
    pub pcm16_kbits_per_second: f64,
}

impl Summary {
    /// What a file says of itself, and how many records it has.
    pub fn new(path: &Path, file: &EncodedFile) -> Self {
        let (rate, channels) = (file.sample_rate(), file.channels());
        let Contents { size, frames, records, by_ordinal, storage, missing } = file.contents();
        let (header, codebook) = (file.header(), file.codebook().name());
        let by_ordinal = by_ordinal.as_ref().map_or_else(Vec::new, |all| all.to_vec());
        let holds = by_ordinal.first().copied().unwrap_or(0);
        let total = *records;
        let seconds = *frames as f64 / f64::from(rate);
        let plain_bytes = total as f64 * Record::BYTES as f64;
        let kilobits = |bytes: f64| bytes * 8.0 / seconds / 1000.0;
        Self {
            file: path.display().to_string(),
            bytes: *size,
            format: if header.is_some() { Format::Extrema } else { Format::Raw },
            cut_short: missing.clone(),
            sample_rate_hz: rate,
            channels,
            channel_mask: header.map_or(0, |header| header.channel_mask),
            frames: *frames,
            seconds,
            lead_in_frames: header.and_then(|header| header.lead_in),
            codebook: codebook.to_owned(),
            codebook_source: match (Codebook::named(codebook), header) {
                (Some(_), _) => CodebookSource::BuiltIn,
                (None, Some(_)) => CodebookSource::File,
                (None, None) => CodebookSource::Option,
            },
            codebook_curves: CURVE_COUNT,
            settings: header.map(|header| SettingsSummary::of(&header.settings)),
            tags: header.map_or_else(Vec::new, |header| {
                let tag = |(name, value): (&str, &str)| TagSummary {
                    name: name.to_owned(),
                    value: value.to_owned(),
                };
                header.tags.iter().map(tag).collect()
            }),
            records: RecordCounts { total, curves: total - holds, holds },
            storage: storage.map(|Storage { chunks, packed_chunks, bytes, has_index }| {
                let percent_of_plain = (total > 0).then(|| 100.0 * bytes as f64 / plain_bytes);
                StorageSummary { chunks, packed_chunks, bytes, percent_of_plain, has_index }
            }),
            rate: (*frames > 0).then(|| Rate {
                file_kbits_per_second: kilobits(*size as f64),
                kbits_per_second: kilobits(plain_bytes),
                records_per_second: total as f64 / seconds,
                pcm16_kbits_per_second: f64::from(rate) * 16.0 * channels as f64 / 1000.0,
            }),
            by_ordinal,
            by_length: None,
            snr: None,
            over_time: None,
            encoder: header.map(|header| header.settings),
        }
    }
}

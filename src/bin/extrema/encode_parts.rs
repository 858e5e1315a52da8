//! What `extrema encode` makes records with: part by part, on several threads where that is possible.

use std::ops::Range;
use std::sync::Arc;

use extrema::audio_file::{AudioFileError, AudioReader};
use extrema::codec::search::Outcome;
use extrema::codec::{Codebook, EncodedPart, Encoder, Record, SearchEncoder, Settings};

use crate::encode_search;

/// Samples of all channels in a part, or a few more: 0.25 MB, which stay in the second-level cache of the processor
/// that reads and encodes them.
const SAMPLES_OF_PART: usize = 1 << 15;

/// What makes the records.
pub enum AnyEncoder {
    Live(Box<Encoder>),
    Search(Box<SearchEncoder>),
}

/// A part of a file.
#[derive(Default)]
pub struct Part {
    /// By channel of the file.
    samples: Vec<Vec<f64>>,
    /// Of its first sample.
    position: u64,
    /// Its records, if they are made before its turn has come.
    encoded: Option<EncodedPart>,
}

impl AnyEncoder {
    /// The encoder for some channels of a file, and room for the parts of it that up to `threads` threads work
    /// on.
    pub fn new(
        codebook: &Arc<Codebook>,
        settings: Settings,
        reader: &AudioReader,
        channels: usize,
        threads: usize,
        is_packed: bool,
    ) -> (Self, Vec<Part>) {
        let rate = reader.sample_rate();
        if settings.search.is_some() {
            // The search distributes its windows among threads itself.
            let encoder =
                encode_search::encoder(codebook, settings, rate, channels, threads, is_packed);
            return (Self::Search(Box::new(encoder)), vec![Part::default()]);
        }
        let new = || Encoder::offline(codebook, settings, rate.into(), channels);
        let encoder = new();
        let frames = frames_of_part(reader) as u64;
        let parts = reader.frames().map_or(u64::MAX, |all| all.div_ceil(frames));
        let parts = match parts.min(threads as u64) {
            parts @ 2.. if encoder.forgets() => {
                let part = |_| Part { encoded: Some(EncodedPart::new(new())), ..Part::default() };
                (0..parts).map(part).collect()
            }
            _ => vec![Part::default()],
        };
        (Self::Live(Box::new(encoder)), parts)
    }

    /// Reads the selected channels of the next part.
    pub fn append(
        &mut self,
        part: &Part,
        selected: &Range<usize>,
        mut emit: &mut dyn FnMut(usize, &[Record]),
    ) {
        let channels = part.samples[selected.clone()].iter().map(Vec::as_slice);
        let channels: Vec<&[f64]> = channels.collect();
        match (self, &part.encoded) {
            (Self::Live(encoder), Some(encoded)) => encoder.append(encoded, &channels, &mut emit),
            (Self::Live(encoder), None) => encoder.process(&channels, &mut emit),
            (Self::Search(encoder), _) => encoder.process(&channels, &mut emit),
        }
    }

    pub fn finish(&mut self, mut emit: &mut dyn FnMut(usize, &[Record])) {
        match self {
            Self::Live(encoder) => encoder.finish(&mut emit),
            Self::Search(encoder) => encoder.finish(&mut emit),
        }
    }

    /// What a search has found, for a file of `seconds`.
    pub fn outcome(&self, seconds: f64) -> Option<Outcome> {
        match self {
            Self::Live(_) => None,
            Self::Search(encoder) => Some(Outcome::new(encoder.energies(), seconds)),
        }
    }
}

impl Part {
    /// Reads the next part, which begins at a position. Returns false at the end of the file.
    pub fn read(
        &mut self,
        reader: &mut AudioReader,
        position: u64,
    ) -> Result<bool, AudioFileError> {
        self.position = position;
        reader.read_at_least(frames_of_part(reader), &mut self.samples)
    }

    /// How many frames it has.
    pub fn frames(&self) -> usize {
        self.samples.first().map_or(0, Vec::len)
    }

    /// Encodes the selected channels, unless that has to wait for what comes before.
    pub fn encode_ahead(&mut self, selected: &Range<usize>) {
        if let Some(encoded) = &mut self.encoded {
            let channels = self.samples[selected.clone()].iter().map(Vec::as_slice);
            encoded.encode(self.position, &channels.collect::<Vec<_>>());
        }
    }
}

fn frames_of_part(reader: &AudioReader) -> usize {
    (SAMPLES_OF_PART / reader.channels()).max(1)
}

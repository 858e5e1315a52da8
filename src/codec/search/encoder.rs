//! The encoder that searches: samples of all channels in, records of all streams out.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fearless_simd::{Level, Simd, dispatch};

use super::ends::EndLevels;
use super::fit::{Fitter, Moments, PADDING};
use super::hearing::Hearing;
use super::input::{Part, Search};
use super::join::join;
use super::lengths::Lengths;
use super::polish::{Piece, polish};
use super::window::CutSearch;
use crate::codec::codebook::Codebook;
use crate::codec::levels::LevelGrid;
use crate::codec::record::Record;
use crate::codec::sample::{level_to_sample, quantise, sanitise};
use crate::codec::search_settings::{Pruning, Weight};
use crate::codec::settings::{MaxLength, Settings, StereoMode};

/// Encodes one or more channels by searching for the cheapest cuts; see the [module's](super)
/// explanation. How the input is split into blocks, and how many threads there are, makes no
/// difference.
#[derive(Debug)]
pub struct SearchEncoder {
    codebook: Arc<Codebook>,
    lengths: Lengths,
    settings: Settings,
    price: f64,
    pruning: Pruning,
    /// The levels by which cuts are judged, and those on which records end.
    grid: LevelGrid,
    ends: EndLevels,
    threads: usize,
    /// What each stream was given and has not been searched yet.
    pending: Vec<Vec<f64>>,
    /// The weights of what is pending, by stream, or of both streams of a pair; none if all samples count
    /// the same.
    hearings: Vec<Hearing>,
    weights: Vec<Vec<f64>>,
    /// The level on which each stream's last window ended.
    levels: Vec<i16>,
    /// For each stream, the energy of what it was given, and of what is lost.
    energies: Vec<Energies>,
}

/// Sums over the squares of samples.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Energies {
    /// Of the input.
    pub signal: f64,
    /// Of the difference between the input and what the records decode to.
    pub noise: f64,
    /// How many records there are.
    pub records: u64,
}

/// The streams of a window that are cut together.
struct Job<'a> {
    first_stream: usize,
    samples: Vec<&'a [f64]>,
    starts: Vec<i16>,
    weights: Option<&'a [f64]>,
    /// Of all curves.
    longest: usize,
}

/// The levels by which cuts are judged, and those on which records end.
type Levels<'a> = (&'a LevelGrid, &'a EndLevels);

/// What becomes of a stream in a window.
#[derive(Debug)]
pub struct Searched {
    pub stream: usize,
    pub records: Vec<Record>,
    pub energies: Energies,
}

impl SearchEncoder {
    /// How many samples are searched at a time. The last of them always ends a record, so each window
    /// can be searched without the others. That costs less than one record in 65536 samples.
    pub const WINDOW: usize = 1 << 16;

    /// An encoder at a sample rate in Hz. Of the settings, it heeds the search's, the curves, the levels,
    /// the longest curve and the stereo mode.
    pub fn new(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
    ) -> Self {
        let search = settings.search.unwrap_or_default();
        Self::with_pruning(codebook, settings, search.effort.pruning(), sample_rate, channels)
    }

    /// [`Self::new`] with another pruning than the effort's.
    pub fn with_pruning(
        codebook: &Arc<Codebook>,
        settings: Settings,
        pruning: Pruning,
        sample_rate: f64,
        channels: usize,
    ) -> Self {
        let settings = settings.clamped(MaxLength::FORMAT.curve, sample_rate);
        let search = settings.search.unwrap_or_default();
        let hearings = match (search.weight, settings.stereo) {
            (Weight::None, _) => Vec::new(),
            (Weight::Hearing, StereoMode::MidSide | StereoMode::Linked) if channels == 2 => {
                vec![Hearing::new(channels, sample_rate)]
            }
            (Weight::Hearing, _) => vec![Hearing::new(1, sample_rate); channels],
        };
        codebook.matcher();
        codebook.synth_tables();
        Self {
            lengths: Lengths::new(codebook, pruning.longest.min(settings.max_length.curve).max(1)),
            codebook: codebook.clone(),
            settings,
            price: search.price.squared_amplitude(),
            pruning,
            grid: LevelGrid::new(settings.levels),
            ends: EndLevels::new(settings.levels),
            threads: 1,
            pending: vec![Vec::new(); channels],
            weights: vec![Vec::new(); hearings.len()],
            hearings,
            levels: vec![0; channels],
            energies: vec![Energies::default(); channels],
        }
    }

    /// Rounds end levels as far as that pays when the records are packed.
    pub fn for_packing(self) -> Self {
        let price = self.settings.search.unwrap_or_default().price.squared_steps();
        Self { ends: EndLevels::coarse(self.settings.levels, price), ..self }
    }

    /// Lets up to this many threads search at the same time.
    pub fn with_threads(self, threads: usize) -> Self {
        Self { threads: threads.max(1), ..self }
    }

    /// Reads a block, one slice of equal length for each channel, and calls `emit` with a stream's
    /// number and its records that have become final. Within a stream they come in order.
    pub fn process(&mut self, channels: &[&[f64]], emit: &mut impl FnMut(usize, &[Record])) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        let windows = self.threads.div_ceil(self.groups()).max(1);
        let enough = windows * Self::WINDOW;
        let mut from = 0;
        while from < frames {
            let before = self.pending.first().map_or(0, Vec::len);
            let until = frames.min(from + enough - before);
            self.take(channels, from..until);
            from = until;
            if self.pending[0].len() == enough {
                self.search(emit);
            }
        }
    }

    /// Ends the stream: what has been read becomes records, so that no sample is lost.
    pub fn finish(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        if self.pending.first().is_some_and(|pending| !pending.is_empty()) {
            self.search(emit);
        }
    }

    /// What each stream was given and what it has lost, up to the last records.
    pub fn energies(&self) -> &[Energies] {
        &self.energies
    }

    fn is_linked(&self) -> bool {
        self.settings.stereo == StereoMode::Linked && self.pending.len() == 2
    }

    /// How many streams are cut independently.
    fn groups(&self) -> usize {
        if self.is_linked() { 1 } else { self.pending.len().max(1) }
    }

    fn take(&mut self, channels: &[&[f64]], range: std::ops::Range<usize>) {
        match (channels, &mut self.pending[..]) {
            ([left, right], [first, second]) => {
                for (&left, &right) in left[range.clone()].iter().zip(&right[range]) {
                    let frame = [sanitise(left), sanitise(right)];
                    let [a, b] = self.settings.stereo.to_streams(frame);
                    first.push(a);
                    second.push(b);
                }
            }
            _ => {
                for (pending, channel) in self.pending.iter_mut().zip(channels) {
                    pending.extend(channel[range.clone()].iter().map(|&x| sanitise(x)));
                }
            }
        }
    }

    /// Searches all that is pending, window by window.
    fn search(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        let together = self.pending.len() / self.hearings.len().max(1);
        let streams = self.pending.chunks(together.max(1));
        for ((hearing, weights), streams) in
            self.hearings.iter_mut().zip(&mut self.weights).zip(streams)
        {
            weights.clear();
            let streams: Vec<&[f64]> = streams.iter().map(Vec::as_slice).collect();
            hearing.append(&streams, weights);
        }
        let mut jobs = Vec::new();
        let grouped = if self.is_linked() { 2 } else { 1 };
        let count = self.pending[0].len();
        for from in (0..count).step_by(Self::WINDOW) {
            let until = count.min(from + Self::WINDOW);
            for first_stream in (0..self.pending.len()).step_by(grouped) {
                let streams = first_stream..first_stream + grouped;
                jobs.push(Job {
                    first_stream,
                    samples: self.pending[streams.clone()]
                        .iter()
                        .map(|all| &all[from..until])
                        .collect(),
                    starts: streams
                        .map(|stream| match from.checked_sub(1) {
                            Some(before) => self.ends.nearest(self.pending[stream][before]),
                            None => self.levels[stream],
                        })
                        .collect(),
                    weights: self
                        .weights
                        .get(first_stream / together.max(1))
                        .map(|all| &all[from..until]),
                    longest: self.settings.max_length.curve as usize,
                });
            }
        }
        let search = Search {
            codebook: &self.codebook,
            lengths: &self.lengths,
            price: self.price,
            curves: self.settings.curves,
            pruning: self.pruning,
        };
        let levels = (&self.grid, &self.ends);
        let results = run_all(&jobs, self.threads, search, levels);
        for (level, pending) in self.levels.iter_mut().zip(&mut self.pending) {
            *level = pending.last().map_or(*level, |&x| self.ends.nearest(x));
            pending.clear();
        }
        for Searched { stream, records, energies } in results {
            emit(stream, &records);
            let total = &mut self.energies[stream];
            total.signal += energies.signal;
            total.noise += energies.noise;
            total.records += energies.records;
        }
    }
}

/// Runs all jobs on several threads; the results are in the order of the jobs.
fn run_all(
    jobs: &[Job<'_>],
    threads: usize,
    search: Search<'_>,
    levels: Levels<'_>,
) -> Vec<Searched> {
    if threads == 1 || jobs.len() == 1 {
        return jobs.iter().flat_map(|job| run(job, search, levels)).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Vec<Searched>>> = jobs.iter().map(|_| Mutex::default()).collect();
    thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            scope.spawn(|| {
                while let Some(index) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&index| index < jobs.len())
                {
                    let found = run(&jobs[index], search, levels);
                    *results[index].lock().unwrap_or_else(|error| error.into_inner()) = found;
                }
            });
        }
    });
    results
        .into_iter()
        .flat_map(|result| result.into_inner().unwrap_or_else(|error| error.into_inner()))
        .collect()
}

/// Searches one window.
fn run(job: &Job<'_>, search: Search<'_>, levels: Levels<'_>) -> Vec<Searched> {
    dispatch!(Level::new(), simd => simd.vectorize(
        #[inline(always)]
        || run_with(simd, job, search, levels)
    ))
}

#[inline(always)]
fn run_with<S: Simd>(
    simd: S,
    job: &Job<'_>,
    search: Search<'_>,
    (grid, ends): Levels<'_>,
) -> Vec<Searched> {
    let levels: Vec<Vec<i16>> = job
        .samples
        .iter()
        .map(|samples| samples.iter().map(|&x| grid.nearest(quantise(x))).collect())
        .collect();
    let parts: Vec<Part<'_>> = job
        .samples
        .iter()
        .zip(&levels)
        .zip(&job.starts)
        .map(|((samples, levels), &start)| Part { samples, levels, start, weights: job.weights })
        .collect();
    // A cut in all streams ends a record in each.
    let search = Search { price: search.price * parts.len() as f64, ..search };
    let padded: Vec<Vec<f64>> =
        job.samples.iter().map(|samples| [samples, &[0.0; PADDING][..]].concat()).collect();
    let lengths = CutSearch::new(search, parts.len()).run(simd, &parts);
    let mut fitter = Fitter::new(search);
    let lengths = join(simd, &mut fitter, &parts, &padded, lengths, job.longest);
    let mut searched = Vec::new();
    for (index, (part, padded)) in parts.iter().zip(&padded).enumerate() {
        let mut pieces = pieces(&lengths, part, ends);
        polish(simd, &mut fitter, ends, padded, part.start, &mut pieces);
        searched.push(finish(job.first_stream + index, part, &pieces));
    }
    searched
}

/// The pieces between the cuts, which end as near to their last samples as they may.
fn pieces(lengths: &[u32], part: &Part<'_>, ends: &EndLevels) -> Vec<Piece> {
    let (mut from, mut level, mut before) = (0, part.start, part.start);
    let piece = |&length: &u32| {
        let length = length as usize;
        let range = from..from + length;
        let last = range.end - 1;
        let stays = part.levels[range.clone()].iter().all(|&x| x == before);
        let end = if stays { level } else { ends.nearest(part.samples[last]) };
        let piece = Piece {
            from,
            length,
            end,
            ordinal: u8::from(!stays),
            weight: part.weight(range.clone()),
            moments: Moments::default(),
        };
        (from, level, before) = (range.end, end, part.levels[last]);
        piece
    };
    lengths.iter().map(piece).collect()
}

/// The records, and what they lose.
fn finish(stream: usize, part: &Part<'_>, pieces: &[Piece]) -> Searched {
    let (mut records, mut level) = (Vec::with_capacity(pieces.len()), part.start);
    let mut energies = Energies::default();
    for piece in pieces {
        let record = piece.record(level);
        let merged = record.is_hold() && records.last().is_some_and(|last: &Record| last.is_hold());
        energies.records += u64::from(!merged);
        records.push(record);
        let range = piece.from..piece.from + piece.length;
        let (start, end) = (level_to_sample(level), level_to_sample(piece.end));
        energies.noise += if piece.ordinal == 0 {
            part.samples[range].iter().map(|x| (x - start) * (x - start)).sum()
        } else {
            piece.moments.error(start, end)
        };
        level = piece.end;
    }
    energies.signal = part.samples.iter().map(|x| x * x).sum();
    Searched { stream, records, energies }
}

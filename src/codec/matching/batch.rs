//! The segments of a chunk whose curves are searched for, sorted by how.
//!
//! In music, lengths change from segment to segment, and a processor cannot foresee them. So all
//! segments that are matched in the same way are taken together, and all are projected before the
//! first is searched for, since a processor looks only so far ahead.

use std::hint::select_unpredictable;

use fearless_simd::Simd;

use super::{MAX_POINTS, Matcher, Places, Query, STRIDE, Wave};
use crate::codec::curves::CURVE_COUNT;
use crate::codec::record::Record;
use crate::codec::sample_ring::{READ_AHEAD, SampleRing};
use crate::codec::segment::Segment;

/// There are fewer segments than that in a batch; a power of two, so that a remainder costs nothing.
pub const MOST: usize = 1024;

/// Segments that are matched in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bin {
    /// There is nothing to search for.
    None,
    /// By their places, all of them samples.
    Two,
    Three,
    Four,
    Five,
    /// By the strides these are in.
    TwoStrides,
    ThreeStrides,
    FourStrides,
    /// All others.
    Rest,
}

/// All bins with something to search for.
const SEARCHED: [Bin; 8] = [
    Bin::Two,
    Bin::Three,
    Bin::Four,
    Bin::Five,
    Bin::TwoStrides,
    Bin::ThreeStrides,
    Bin::FourStrides,
    Bin::Rest,
];

/// There are fewer bins than that; a power of two as well.
const BINS: usize = 16;

/// The bin for a number of places, all of them samples.
const BY_PLACES: [Bin; 32] = {
    let mut bins = [Bin::Rest; 32];
    let mut n = 0;
    while n <= 4 * STRIDE + 1 {
        bins[n] = match n {
            0 | 1 => Bin::None,
            2 => Bin::Two,
            3 => Bin::Three,
            4 => Bin::Four,
            5 => Bin::Five,
            6..=9 => Bin::TwoStrides,
            10..=13 => Bin::ThreeStrides,
            _ => Bin::FourStrides,
        };
        n += 1;
    }
    bins
};

/// The segments of a chunk, and what is known of them.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    pub history: &'a SampleRing,
    pub segments: &'a [Segment],
    /// The sample value each segment starts on, and at the end the one the last segment ends on.
    pub levels: &'a [f64],
    /// How many curves compete.
    pub curves: u8,
    /// The search among them.
    pub matcher: &'a Matcher,
}

/// Working memory for the search.
#[derive(Debug)]
pub struct Batch {
    /// The numbers of the segments in each bin, and how many there are.
    bins: Box<[[u16; MOST]; BINS]>,
    counts: [usize; BINS],
    queries: Vec<Query>,
    asked: usize,
    places: Places,
    /// The values of a wave that has more samples than places.
    values: [f64; MAX_POINTS],
}

impl Batch {
    /// Room for so many segments, fewer than [`MOST`].
    pub fn new(segments: usize) -> Self {
        Self {
            bins: Box::new([[0; MOST]; BINS]),
            counts: [0; BINS],
            queries: vec![Query::EMPTY; segments],
            asked: 0,
            places: Places::new(),
            values: [0.0; MAX_POINTS],
        }
    }

    /// Starts a new batch, compared at so many points.
    #[inline(always)]
    pub fn begin(&mut self, points: u8) {
        self.counts = [0; BINS];
        self.asked = 0;
        self.places.set_points(points);
    }

    /// Adds the segment of a number, if its curve is asked for.
    #[inline(always)]
    pub fn add(&mut self, number: u16, length: u32, asks: bool) {
        let sampled = length as usize <= self.places.points();
        let by_places = BY_PLACES[(length as usize).min(BY_PLACES.len() - 1)];
        let bin = select_unpredictable(sampled, by_places as usize, Bin::Rest as usize) % BINS;
        self.bins[bin][self.counts[bin] % MOST] = number;
        // What does not ask is overwritten by the next one.
        self.counts[bin] += usize::from(asks);
    }

    /// Sets the curves of all records whose segments were added.
    #[inline(always)]
    pub fn search(&mut self, simd: impl Simd, chunk: Chunk<'_>, records: &mut [Record]) {
        if chunk.curves < CURVE_COUNT {
            for bin in SEARCHED {
                self.search_each(simd, bin, chunk, records);
            }
            return;
        }
        self.search_two(simd, chunk, records);
        self.search_three(simd, chunk, records);
        self.project::<1>(simd, Bin::Four, chunk);
        if self.places.points() == 4 {
            self.project_rest(simd, chunk);
        }
        let of_four = self.asked;
        self.project::<1>(simd, Bin::Five, chunk);
        self.project::<2>(simd, Bin::TwoStrides, chunk);
        self.project::<3>(simd, Bin::ThreeStrides, chunk);
        self.project::<4>(simd, Bin::FourStrides, chunk);
        match self.places.points() {
            ..4 => self.search_each(simd, Bin::Rest, chunk, records),
            4 => {}
            _ => self.project_rest(simd, chunk),
        }
        for query in &mut self.queries[..self.asked] {
            query.round(simd);
        }
        let (of_four, of_many) = self.queries[..self.asked].split_at(of_four);
        for query in of_four {
            let ordinal = chunk.matcher.nearest_of_four(simd, query, CURVE_COUNT);
            set(records, query.number as usize, ordinal);
        }
        for query in of_many {
            let ordinal = chunk.matcher.nearest_of_many(simd, query, CURVE_COUNT);
            set(records, query.number as usize, ordinal);
        }
    }

    /// The numbers of the segments in a bin.
    #[inline(always)]
    fn bin(&self, bin: Bin) -> &[u16] {
        &self.bins[bin as usize][..self.counts[bin as usize].min(MOST)]
    }

    #[inline(always)]
    fn search_two(&mut self, simd: impl Simd, chunk: Chunk<'_>, records: &mut [Record]) {
        for at in 0..self.bin(Bin::Two).len() {
            let number = self.bin(Bin::Two)[at];
            let (start, rise) = chunk.levels(number);
            let [x] = *chunk.samples(number);
            let ordinal = match chunk.matcher.closest_of_two(x, start, rise) {
                Some(ordinal) => ordinal,
                None => self.closest(simd, number, chunk),
            };
            set(records, usize::from(number), ordinal);
        }
    }

    #[inline(always)]
    fn search_three(&mut self, simd: impl Simd, chunk: Chunk<'_>, records: &mut [Record]) {
        for at in 0..self.bin(Bin::Three).len() {
            let number = self.bin(Bin::Three)[at];
            let (start, rise) = chunk.levels(number);
            let wave = *chunk.samples(number);
            let ordinal = match chunk.matcher.closest_of_three(simd, wave, start, rise) {
                Some(ordinal) => ordinal,
                None => self.closest(simd, number, chunk),
            };
            set(records, usize::from(number), ordinal);
        }
    }

    /// Projects the segments of a bin, whose places are so many strides of samples.
    #[inline(always)]
    fn project<const STRIDES: usize>(&mut self, simd: impl Simd, bin: Bin, chunk: Chunk<'_>) {
        let numbers = &self.bins[bin as usize][..self.counts[bin as usize].min(MOST)];
        for (&number, query) in numbers.iter().zip(&mut self.queries[self.asked..]) {
            let (start, rise) = chunk.levels(number);
            let wave = chunk.strides::<STRIDES>(number);
            let places = chunk.segments[usize::from(number)].length as usize;
            chunk.matcher.project_few(simd, wave, places, start, rise, query);
            query.number = u32::from(number);
        }
        self.asked += numbers.len();
    }

    /// Projects the segments of the last bin, at 4 points or more.
    #[inline(always)]
    fn project_rest(&mut self, simd: impl Simd, chunk: Chunk<'_>) {
        for at in 0..self.bin(Bin::Rest).len() {
            let number = self.bin(Bin::Rest)[at];
            let (start, rise) = chunk.levels(number);
            let wave = chunk.wave(simd, number, &mut self.places, &mut self.values);
            let query = &mut self.queries[self.asked];
            chunk.matcher.project(simd, wave, start, rise, query);
            query.number = u32::from(number);
            self.asked += 1;
        }
    }

    /// Searches for the segments of a bin one by one.
    fn search_each(&mut self, simd: impl Simd, bin: Bin, chunk: Chunk<'_>, records: &mut [Record]) {
        for at in 0..self.bin(bin).len() {
            let number = self.bin(bin)[at];
            let ordinal = self.closest(simd, number, chunk);
            set(records, usize::from(number), ordinal);
        }
    }

    /// Searches for one segment in the way that suits all.
    #[inline(always)]
    fn closest(&mut self, simd: impl Simd, number: u16, chunk: Chunk<'_>) -> u8 {
        simd.vectorize(
            #[inline(always)]
            || {
                let (start, rise) = chunk.levels(number);
                let wave = chunk.wave(simd, number, &mut self.places, &mut self.values);
                chunk.matcher.closest_with(simd, wave, start, rise, chunk.curves)
            },
        )
    }
}

impl<'a> Chunk<'a> {
    /// The sample value a segment starts on, and how much higher it ends.
    #[inline(always)]
    fn levels(&self, number: u16) -> (f64, f64) {
        match self.levels[usize::from(number)..] {
            [start, end, ..] => (start, end - start),
            _ => (0.0, 0.0),
        }
    }

    /// The first samples of a segment that the history has in full.
    #[inline(always)]
    fn samples<const COUNT: usize>(&self, number: u16) -> &'a [f64; COUNT] {
        self.history.array(self.segments[usize::from(number)].start)
    }

    /// The values at which a segment is compared with the curves, in `values` if it has more samples
    /// than there are places.
    #[inline(always)]
    fn wave<'b>(
        &self,
        simd: impl Simd,
        number: u16,
        places: &mut Places,
        values: &'b mut [f64; MAX_POINTS],
    ) -> Wave<'b>
    where
        'a: 'b,
    {
        let Segment { start, length, .. } = self.segments[usize::from(number)];
        let kept = self.history.kept(length) as usize;
        if kept <= places.points() {
            return Wave::new(self.history.slice(start, kept + READ_AHEAD), kept - 1);
        }
        let start = start + (u64::from(length) - kept as u64);
        match self.history.contiguous(start, kept) {
            Some(samples) => places.interpolate_slice(simd, samples, values),
            None => {
                let pair = |at: usize| *self.history.array(start + at as u64);
                places.interpolate(simd, kept, pair, values);
            }
        }
        Wave::new(values, places.points() - 1)
    }

    /// [`Self::samples`] in strides.
    #[inline(always)]
    fn strides<const STRIDES: usize>(&self, number: u16) -> &'a [[f64; STRIDE]; STRIDES] {
        self.history.rows(self.segments[usize::from(number)].start)
    }
}

/// Sets the curve of the record of a number.
#[inline(always)]
fn set(records: &mut [Record], number: usize, ordinal: u8) {
    if let Some(record) = records.get_mut(number) {
        record.set_curve(ordinal);
    }
}

//! Matches the segments of a batch, sorted by the way in which they are matched.
//!
//! In music, lengths change from segment to segment, and a processor cannot predict them. So all
//! segments that take the same way are matched together, and all are projected before the first is
//! searched for: independent work for a processor to do at the same time.

use std::hint::select_unpredictable;

use fearless_simd::Simd;

use super::points::{Chord, QUAD};
use super::projection::Target;
use super::{MOST_CURVES, Matcher, Resampler, SamplePoints};
use crate::codec::curves::CURVE_COUNT;
use crate::codec::record::Record;
use crate::codec::sample_ring::{READ_AHEAD, SampleRing};
use crate::codec::wave_segment::Segment;

/// A batch has fewer segments than this; a power of two, so that an index is masked instead of
/// checked.
pub const CAPACITY: usize = 1024;

// Quads are read to their end.
const _: () = assert!(QUAD <= READ_AHEAD);

/// Segments that are matched in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bin {
    /// Of a single sample, for which any curve does.
    None,
    /// By their number of sample points, all of them samples.
    Two,
    Three,
    Four,
    Five,
    /// By the quads that these fill.
    TwoQuads,
    ThreeQuads,
    FourQuads,
    /// Longer ones, and all that are resampled.
    Others,
}

/// There are fewer bins than this; a power of two as well.
const BINS: usize = 16;

/// The bin for a number of sample points, all of them samples.
const BIN_BY_LENGTH: [Bin; 32] = {
    let mut bins = [Bin::Others; 32];
    let mut n = 0;
    while n <= 4 * QUAD + 1 {
        bins[n] = match n {
            0 | 1 => Bin::None,
            2 => Bin::Two,
            3 => Bin::Three,
            4 => Bin::Four,
            5 => Bin::Five,
            6..=9 => Bin::TwoQuads,
            10..=13 => Bin::ThreeQuads,
            _ => Bin::FourQuads,
        };
        n += 1;
    }
    bins
};

/// What segments are matched with.
#[derive(Debug, Clone, Copy)]
pub struct BatchInput<'a> {
    /// Their samples.
    pub ring: &'a SampleRing,
    pub segments: &'a [Segment],
    /// The sample value that each segment starts on, and after them the one the last ends on.
    pub levels: &'a [f64],
    /// How many curves compete.
    pub curves: u8,
    pub matcher: &'a Matcher,
}

/// Working memory for a batch.
#[derive(Debug)]
pub struct Batch {
    /// The indices of the segments in each bin, and how many there are.
    bins: Box<[[u16; CAPACITY]; BINS]>,
    counts: [usize; BINS],
    targets: Vec<Target>,
    projected: usize,
    resampler: Resampler,
}

impl Batch {
    /// Memory for up to `segments` segments, fewer than [`CAPACITY`].
    pub fn new(segments: usize) -> Self {
        Self {
            bins: Box::new([[0; CAPACITY]; BINS]),
            counts: [0; BINS],
            targets: vec![Target::EMPTY; segments],
            projected: 0,
            resampler: Resampler::new(),
        }
    }

    /// Starts a batch whose segments are compared at `points` sample points.
    #[inline(always)]
    pub fn begin(&mut self, points: u8) {
        self.counts = [0; BINS];
        self.projected = 0;
        self.resampler.set_points(points);
    }

    /// Adds the segment of an index if it needs a curve.
    #[inline(always)]
    pub fn add(&mut self, index: u16, length: u32, needs_curve: bool) {
        let sampled = length as usize <= self.resampler.points();
        let by_length = BIN_BY_LENGTH[(length as usize).min(BIN_BY_LENGTH.len() - 1)];
        let bin = select_unpredictable(sampled, by_length as usize, Bin::Others as usize) % BINS;
        debug_assert!(self.counts[bin] < CAPACITY, "more segments than a batch has room for");
        self.bins[bin][self.counts[bin] % CAPACITY] = index;
        // What needs no curve is overwritten by the next one.
        self.counts[bin] += usize::from(needs_curve);
    }

    /// Sets the curves of the records of all segments that were added.
    #[inline(always)]
    pub fn search(&mut self, simd: impl Simd, input: BatchInput<'_>, records: &mut [Record]) {
        if input.curves == CURVE_COUNT {
            self.search_among::<true>(simd, input, records);
        } else if input.curves > 1 {
            // Compiled separately, so that the search among all curves stays small.
            simd.vectorize(
                #[inline(always)]
                || self.search_among::<false>(simd, input, records),
            );
        }
    }

    /// `ALL` if all curves compete.
    #[inline(always)]
    fn search_among<const ALL: bool>(
        &mut self,
        simd: impl Simd,
        input: BatchInput<'_>,
        records: &mut [Record],
    ) {
        let (matcher, curves) = (input.matcher, input.curves);
        // A closure only has the instructions of its surroundings if it is inlined.
        self.look_up(
            simd,
            Bin::Two,
            input,
            records,
            #[inline(always)]
            |samples, chord| matcher.two.nearest::<ALL>(samples, chord, curves),
        );
        if curves >= MOST_CURVES {
            self.look_up(
                simd,
                Bin::Three,
                input,
                records,
                #[inline(always)]
                |samples, chord| matcher.nearest_at_3::<ALL>(simd, samples, chord, curves),
            );
        } else {
            self.project::<1>(simd, Bin::Three, input);
        }
        let of_three = self.projected;
        self.project::<1>(simd, Bin::Four, input);
        if self.resampler.points() == 4 {
            self.project_others(simd, input);
        }
        let of_four = self.projected;
        self.project::<1>(simd, Bin::Five, input);
        self.project::<2>(simd, Bin::TwoQuads, input);
        self.project::<3>(simd, Bin::ThreeQuads, input);
        self.project::<4>(simd, Bin::FourQuads, input);
        match self.resampler.points() {
            ..4 => self.look_up(simd, Bin::Others, input, records, |_: [f64; 0], _| None),
            4 => {}
            _ => self.project_others(simd, input),
        }
        for target in &mut self.targets[..self.projected] {
            target.round(simd);
        }
        let prefix = matcher.prefix::<ALL>(curves);
        let (of_three, others) = self.targets[..self.projected].split_at(of_three);
        let (of_four, of_more) = others.split_at(of_four - of_three.len());
        for target in of_three {
            let ordinal = prefix.three.nearest::<_, ALL>(simd, target, curves);
            set_curve(records, target.segment as usize, ordinal);
        }
        for target in of_four {
            let ordinal = prefix.four.nearest::<_, ALL>(simd, target, curves);
            set_curve(records, target.segment as usize, ordinal);
        }
        for target in of_more {
            let search = prefix.at_5_or_more(target.n);
            let ordinal = search.nearest::<_, ALL>(simd, target, curves);
            set_curve(records, target.segment as usize, ordinal);
        }
    }

    /// The indices of the segments in a bin.
    #[inline(always)]
    fn bin(&self, bin: Bin) -> &[u16] {
        &self.bins[bin as usize][..self.counts[bin as usize].min(CAPACITY)]
    }

    /// Sets the curves of a bin's segments, which a table knows by their first `N` samples; those
    /// that it does not know are searched for one by one.
    #[inline(always)]
    fn look_up<const N: usize>(
        &mut self,
        simd: impl Simd,
        bin: Bin,
        input: BatchInput<'_>,
        records: &mut [Record],
        table: impl Fn([f64; N], Chord) -> Option<u8>,
    ) {
        for at in 0..self.bin(bin).len() {
            let index = self.bin(bin)[at];
            let chord = input.chord(index);
            let ordinal = match table(*input.samples(index), chord) {
                Some(ordinal) => ordinal,
                None => simd.vectorize(
                    #[inline(always)]
                    || {
                        let samples = input.sample_points(simd, index, &mut self.resampler);
                        input.matcher.closest_with(simd, samples, chord, input.curves)
                    },
                ),
            };
            set_curve(records, usize::from(index), ordinal);
        }
    }

    /// Projects the segments of a bin: every sample is a sample point, and they fill `QUADS` quads.
    #[inline(always)]
    fn project<const QUADS: usize>(&mut self, simd: impl Simd, bin: Bin, input: BatchInput<'_>) {
        let indices = &self.bins[bin as usize][..self.counts[bin as usize].min(CAPACITY)];
        debug_assert!(indices.len() <= self.targets.len() - self.projected);
        for (&index, target) in indices.iter().zip(&mut self.targets[self.projected..]) {
            let chord = input.chord(index);
            let samples = input.quads::<QUADS>(index);
            let n = input.segments[usize::from(index)].length;
            if let Some(projection) = input.matcher.projections.get(n as usize) {
                projection.project_few(simd, samples, chord, target);
            }
            (target.n, target.segment) = (n, u32::from(index));
        }
        self.projected += indices.len();
    }

    /// Projects the segments of the last bin, at 4 sample points or more.
    #[inline(always)]
    fn project_others(&mut self, simd: impl Simd, input: BatchInput<'_>) {
        for at in 0..self.bin(Bin::Others).len() {
            let index = self.bin(Bin::Others)[at];
            let chord = input.chord(index);
            let samples = input.sample_points(simd, index, &mut self.resampler);
            let target = &mut self.targets[self.projected];
            input.matcher.project(simd, samples, chord, target);
            target.segment = u32::from(index);
            self.projected += 1;
        }
    }
}

impl<'a> BatchInput<'a> {
    /// The line that a segment's curve is compared with.
    #[inline(always)]
    fn chord(&self, index: u16) -> Chord {
        match self.levels[usize::from(index)..] {
            [start, end, ..] => Chord { start, delta: end - start },
            _ => {
                debug_assert!(false, "segment {index} has no levels");
                Chord { start: 0.0, delta: 0.0 }
            }
        }
    }

    /// The first samples of a segment that the ring still has in full.
    #[inline(always)]
    fn samples<const COUNT: usize>(&self, index: u16) -> &'a [f64; COUNT] {
        self.ring.array(self.segments[usize::from(index)].start)
    }

    /// [`Self::samples`] in quads, the last filled up with what follows.
    #[inline(always)]
    fn quads<const QUADS: usize>(&self, index: u16) -> &'a [[f64; QUAD]; QUADS] {
        self.ring.rows(self.segments[usize::from(index)].start)
    }

    /// The values at which a segment is compared with the curves: its samples, or some between them.
    #[inline(always)]
    fn sample_points<'b>(
        &self,
        simd: impl Simd,
        index: u16,
        resampler: &'b mut Resampler,
    ) -> SamplePoints<'b>
    where
        'a: 'b,
    {
        let Segment { start, length, .. } = self.segments[usize::from(index)];
        let kept = self.ring.kept(length) as usize;
        if kept <= resampler.points() {
            return SamplePoints::new(self.ring.slice(start, kept + READ_AHEAD), kept - 1);
        }
        let start = start + (u64::from(length) - kept as u64);
        match self.ring.contiguous(start, kept) {
            Some(samples) => resampler.interpolate_slice(simd, samples),
            None => resampler.interpolate(simd, kept, |at| *self.ring.array(start + at as u64)),
        }
    }
}

/// Sets the curve of a segment's record.
#[inline(always)]
fn set_curve(records: &mut [Record], index: usize, ordinal: u8) {
    match records.get_mut(index) {
        Some(record) => record.set_curve(ordinal),
        None => debug_assert!(false, "segment {index} has no record"),
    }
}

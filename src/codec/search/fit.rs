//! The closest curve to a segment whose ends are given, and what least squares need to move them.

use std::ops::Range;

use fearless_simd::f64x8;
use fearless_simd::prelude::*;

use super::input::{Part, Search};
use super::lengths::LANES;
use crate::codec::curves::{CURVE_COUNT, LINE};
use crate::codec::matching::{Chord, MAX_POINTS, Resampler, SamplePoints, Target};
use crate::codec::record::Record;
use crate::codec::sample::level_to_sample;
use crate::codec::synth::CurveSynth;

/// What follows a window's samples, so that the last can be read in whole vectors.
pub const PADDING: usize = LANES;

/// 1 for as many lanes as there are samples left, by that number.
const MASKS: [[f64; LANES]; LANES + 1] = {
    let mut masks = [[0.0; LANES]; LANES + 1];
    let mut count = 0;
    while count <= LANES {
        let mut lane = 0;
        while lane < count {
            masks[count][lane] = 1.0;
            lane += 1;
        }
        count += 1;
    }
    masks
};

/// Sums over the samples `x` of a segment and its curve `C`, which determine the squared error for any
/// start `s` and end `e`, since what is drawn is `s (1 − C) + e C`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moments {
    /// `Σ (1 − C)²`, `Σ C (1 − C)`, `Σ C²`.
    pub start_start: f64,
    pub start_end: f64,
    pub end_end: f64,
    /// `Σ x (1 − C)`, `Σ x C`, `Σ x²`.
    pub start_x: f64,
    pub end_x: f64,
    pub x_x: f64,
}

impl Moments {
    /// The squared error with these ends.
    pub fn error(&self, start: f64, end: f64) -> f64 {
        let start_part = start * (start * self.start_start - 2.0 * self.start_x);
        let end_part = end * (end * self.end_end - 2.0 * self.end_x);
        (self.x_x + (start_part + (end_part + 2.0 * (start * end * self.start_end)))).max(0.0)
    }
}

/// Working memory for one segment at a time.
#[derive(Debug)]
pub struct Fitter<'a> {
    pub search: Search<'a>,
    resampler: Resampler,
    curve: Vec<f64>,
}

impl<'a> Fitter<'a> {
    /// Finds what suits the settings of a search.
    pub fn new(search: Search<'a>) -> Self {
        Self { search, resampler: Resampler::new(), curve: Vec::new() }
    }

    /// The closest curve to the first `n` samples, from one sample value to another. At least
    /// [`PADDING`] samples follow, of any value.
    #[inline(always)]
    pub fn closest<S: Simd>(
        &mut self,
        simd: S,
        samples: &[f64],
        n: usize,
        start: f64,
        end: f64,
    ) -> u8 {
        let Search { lengths, curves, codebook, .. } = self.search;
        let chord = Chord { start, delta: end - start };
        if n == 1 || chord.delta == 0.0 {
            return LINE;
        }
        let matcher = codebook.matcher();
        if n > lengths.longest() {
            let points = self.resampler.sample_points(&samples[..n], MAX_POINTS as u8);
            return matcher.closest(points, start, end, curves);
        }
        let points = SamplePoints::new(&samples[..n + PADDING], n - 1);
        let mut target = Target::EMPTY;
        lengths.length(n).projection.project(simd, points, chord, &mut target);
        target.n = n as u32;
        target.round(simd);
        if curves == CURVE_COUNT {
            matcher.nearest::<true>(simd, &target, curves)
        } else {
            matcher.nearest::<false>(simd, &target, curves)
        }
    }

    /// The sums for a curve over the first `n` samples, which [`PADDING`] follow.
    #[inline(always)]
    pub fn moments<S: Simd>(&mut self, simd: S, samples: &[f64], n: usize, ordinal: u8) -> Moments {
        self.curve.resize(n.next_multiple_of(LANES) + LANES, 0.0);
        // No longer than a record can be.
        let record = Record::curve(ordinal, n as u16, 0);
        let mut synth = CurveSynth::from_samples(record, 0.0, 1.0);
        synth.draw_with(simd, self.search.codebook.synth_tables(), &mut self.curve[..n]);
        let mut sums = [f64x8::splat(simd, 0.0); 6];
        let (curve, samples) = (self.curve.as_chunks().0, samples.as_chunks().0);
        for (vector, from) in (0..n).step_by(LANES).enumerate() {
            let mask = f64x8::load_array_ref(simd, &MASKS[(n - from).min(LANES)]);
            let c = f64x8::load_array_ref(simd, &curve[vector]) * mask;
            let x = f64x8::load_array_ref(simd, &samples[vector]) * mask;
            let rest = mask - c;
            for (sum, term) in
                sums.iter_mut().zip([rest * rest, rest * c, c * c, rest * x, c * x, x * x])
            {
                *sum += term;
            }
        }
        let [start_start, start_end, end_end, start_x, end_x, x_x] = sums.map(
            #[inline(always)]
            |sum| {
                let [a, b, c, d, e, f, g, h] = sum.to_array();
                ((a + e) + (b + f)) + ((c + g) + (d + h))
            },
        );
        Moments { start_start, start_end, end_end, start_x, end_x, x_x }
    }
}

/// The weighted error of the segment of a window that all streams have from one cut to another, or, if that is
/// more than `room`, anything that is more.
#[inline(always)]
pub fn segment_error<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    parts: &[Part<'_>],
    padded: &[Vec<f64>],
    range: Range<usize>,
    room: f64,
) -> f64 {
    let mut total = 0.0;
    for (part, padded) in parts.iter().zip(padded) {
        if total > room {
            break;
        }
        let level = |at: Option<usize>| at.map_or(part.start, |at| part.levels[at]);
        let start = level_to_sample(level(range.start.checked_sub(1)));
        let end = level_to_sample(level(range.end.checked_sub(1)));
        let samples = &padded[range.start..];
        let error = if range.len() > usize::from(u16::MAX) {
            // Only a hold is that long.
            samples[..range.len()].iter().map(|x| (x - start) * (x - start)).sum()
        } else {
            let ordinal = fitter.closest(simd, samples, range.len(), start, end);
            fitter.moments(simd, samples, range.len(), ordinal).error(start, end)
        };
        total += part.weight(range.clone()) * error;
    }
    total
}

//! The quick search: points sorted by their first coordinate, a window of them scored in `f32`.
//!
//! The loops run over flat arrays of fixed length and reduce in integers, which is what compilers
//! turn into SIMD of any width.

use super::LANES;
use super::exact::Best;
use super::points::Point;
use crate::codec::curves::{CURVE_COUNT, SINES};

/// The points, filled up to this length with some that never win.
const ALL: usize = 256;

/// How many points are scored around the first coordinate: enough to hold the nearest point of 99
/// in 100 segments of music.
const WINDOW: usize = 96;

/// Windows begin at multiples of this.
const STEP: usize = 8;

/// The first coordinates for which there is a window of their own: folded points lie within
/// ±3 · 127, and beyond the outermost point the window does not change.
const REACH: i32 = 400;

/// Points by rising first coordinate.
#[derive(Debug)]
pub struct Window {
    coordinates: [[f32; ALL]; SINES],
    /// `|S|²`, infinite for what only fills up.
    norm: [f32; ALL],
    ordinal: [u8; ALL],
    /// The number of coordinates that are not always zero.
    dimensions: usize,
    /// The window for each first coordinate from −[`REACH`], rounded towards zero.
    spans: Vec<Span>,
    /// The largest `|S|²` and the largest coordinate, which bound the rounding errors.
    largest_norm: f32,
    largest_coordinate: f32,
}

/// [`WINDOW`] neighbours, and the first coordinates of the nearest points left out.
#[derive(Debug, Clone, Copy)]
struct Span {
    first: usize,
    below: f32,
    above: f32,
}

impl Window {
    /// Arranges the points of a codebook with the given number of coordinates in use.
    pub fn new(points: &[Point], dimensions: usize) -> Self {
        let mut sorted = points.to_vec();
        sorted.sort_by_key(|point| point.coordinates);
        let first_coordinate = |i: usize| sorted.get(i).map(|point| point.coordinates[0] as f32);
        let span = |first: usize| Span {
            first,
            below: first.checked_sub(1).and_then(first_coordinate).unwrap_or(f32::NEG_INFINITY),
            above: first_coordinate(first + WINDOW).unwrap_or(f32::INFINITY),
        };
        let last = sorted.len().saturating_sub(WINDOW).div_ceil(STEP) * STEP;
        let best_span = |at: i32| {
            let middle = at as f32;
            let reach = |span: &Span| (middle - span.below).min(span.above - middle);
            let spans = (0..=last).step_by(STEP).map(span);
            spans.max_by(|a, b| reach(a).total_cmp(&reach(b))).unwrap_or(span(0))
        };
        let largest =
            |value: &dyn Fn(&Point) -> i32| sorted.iter().map(value).max().unwrap_or(0) as f32;
        let by_point = |value: &dyn Fn(&Point) -> f32, fill: f32| {
            std::array::from_fn(|i| sorted.get(i).map_or(fill, value))
        };
        Self {
            coordinates: std::array::from_fn(|m| by_point(&|p| p.coordinates[m] as f32, 0.0)),
            norm: by_point(&|point| point.norm() as f32, f32::INFINITY),
            ordinal: std::array::from_fn(|i| sorted.get(i).map_or(0, |point| point.ordinal)),
            dimensions,
            spans: (-REACH..REACH).map(best_span).collect(),
            largest_norm: largest(&Point::norm),
            largest_coordinate: largest(&|point| {
                point.coordinates.iter().map(|u| u.abs()).max().unwrap_or(0)
            }),
        }
    }

    /// The ordinal nearest to half of `projection` among the first `curves` and, if it competes,
    /// the half cosine; `None` if `f32` cannot tell.
    #[inline(always)]
    pub fn nearest(
        &self,
        projection: &[f64; LANES],
        curves: u8,
        half_cosine: Option<Best>,
    ) -> Option<u8> {
        match self.dimensions {
            1 => self.nearest_in::<1>(projection, curves, half_cosine),
            2 => self.nearest_in::<2>(projection, curves, half_cosine),
            3 => self.nearest_in::<3>(projection, curves, half_cosine),
            4 => self.nearest_in::<4>(projection, curves, half_cosine),
            5 => self.nearest_in::<5>(projection, curves, half_cosine),
            _ => self.nearest_in::<SINES>(projection, curves, half_cosine),
        }
    }

    #[inline(always)]
    fn nearest_in<const D: usize>(
        &self,
        projection: &[f64; LANES],
        curves: u8,
        half_cosine: Option<Best>,
    ) -> Option<u8> {
        let a: [f32; D] = std::array::from_fn(|m| projection[m] as f32);
        // A score takes two roundings a product and one a sum, each of at most 2^-24 of what is
        // rounded; the rest is reserve, for two competitors.
        let sum = a.iter().fold(0.0, |sum, a| sum + a.abs());
        let error = 32.0 / 16_777_216.0 * (self.largest_norm + self.largest_coordinate * sum);
        let rival = half_cosine.map_or(f32::INFINITY, |best| best.score as f32);

        let half = 0.5 * a[0];
        let at = half.clamp(-REACH as f32, (REACH - 1) as f32) as i32 + REACH;
        let span = &self.spans[at as usize];
        let scores: [f32; WINDOW] = self.score(span.first, &a, curves);
        let lowest = least(&scores).min(rival);
        // A point outside is at least `gap` away, so it scores at least `gap² − |a|²`.
        let gap = (half - span.below).min(span.above - half);
        let square = a.iter().fold(0.0, |sum, a| sum + 0.25 * a * a);
        let (first, lowest, index, rivals) = if gap * gap - square > lowest + 2.0 * error {
            let (index, rivals) = count_up_to(&scores, lowest + error);
            (span.first, lowest, index, rivals)
        } else {
            let scores: [f32; ALL] = self.score(0, &a, curves);
            let lowest = least(&scores).min(rival);
            let (index, rivals) = count_up_to(&scores, lowest + error);
            (0, lowest, index, rivals)
        };
        // Comparisons with a NaN are false, so that one ends with no winner.
        match (rivals, half_cosine) {
            (1, _) if rival > lowest + error => Some(self.ordinal[first + index]),
            (0, Some(half_cosine)) if rival <= lowest => Some(half_cosine.ordinal),
            _ => None,
        }
    }

    /// The scores of `N` points from `first` on, infinite beyond the first `curves`.
    #[inline(always)]
    fn score<const D: usize, const N: usize>(
        &self,
        first: usize,
        a: &[f32; D],
        curves: u8,
    ) -> [f32; N] {
        let mut scores = [0.0; N];
        let rows: [&[f32]; D] = std::array::from_fn(|m| &self.coordinates[m][first..first + N]);
        let norm = &self.norm[first..first + N];
        for i in 0..N {
            let mut score = norm[i];
            for m in 0..D {
                score -= rows[m][i] * a[m];
            }
            scores[i] = score;
        }
        if curves < CURVE_COUNT {
            for (score, &ordinal) in scores.iter_mut().zip(&self.ordinal[first..first + N]) {
                *score = if ordinal <= curves { *score } else { f32::INFINITY };
            }
        }
        scores
    }
}

/// The lowest score.
#[inline(always)]
fn least<const N: usize>(scores: &[f32; N]) -> f32 {
    from_key(scores.iter().map(|&score| to_key(score)).fold(i32::MAX, i32::min))
}

/// The sum of the places of all scores up to `limit`, and how many there are: with one, its place.
#[inline(always)]
fn count_up_to<const N: usize>(scores: &[f32; N], limit: f32) -> (usize, u32) {
    let (mut places, mut count) = (0_u32, 0_u32);
    for (i, &score) in (0_u32..).zip(scores) {
        let low = u32::from(score <= limit);
        count += low;
        places += low * i;
    }
    (places as usize, count)
}

/// An integer that orders as the number does, except for NaN.
#[inline(always)]
fn to_key(score: f32) -> i32 {
    let bits = score.to_bits() as i32;
    bits ^ ((bits >> 31) & i32::MAX)
}

/// The number that [`to_key`] was given.
#[inline(always)]
fn from_key(key: i32) -> f32 {
    f32::from_bits((key ^ ((key >> 31) & i32::MAX)) as u32)
}

//! The search where points have one coordinate: a table of who is nearest to every place.

use fearless_simd::Simd;

use super::points::Point;
use super::query::Query;
use super::scan::Scan;
use super::size::Size;

/// How far from 0 the first coordinate of a folded point can lie: three numbers of `i8`.
const REACH: i32 = 3 * 128;

/// Nearer than this to the middle between two points, their scores decide.
const MARGIN: f64 = 1e-6;

/// Points with one coordinate.
#[derive(Debug)]
pub struct Line {
    /// All of them.
    all: Scan<1>,
    /// The ordinal nearest to each half step. The middle between two whole numbers is a whole or a
    /// half number, so within a half step nobody else comes nearer.
    nearest: Vec<u8>,
    /// What projects the value between the ends.
    ramp: f64,
    weight: f64,
}

impl Line {
    /// The points come by rising ordinal, all of them different; what projects a wave of one value
    /// comes with them.
    pub fn new(points: &[Point], size: &Size) -> Self {
        let mut sorted = points.to_vec();
        sorted.sort_by_key(|point| point.coordinates[0]);
        let nearest = |step: i32| {
            // Four times the middle of the half step, and of everything else.
            let middle = 2 * step + 1;
            let distance = |point: &&Point| (4 * point.coordinates[0] - middle).abs();
            let after = sorted.partition_point(|point| 4 * point.coordinates[0] < middle);
            sorted[after.saturating_sub(1)..].iter().take(2).min_by_key(distance)
        };
        let steps = -2 * REACH..2 * REACH;
        let nearest = steps.map(|step| nearest(step).map_or(0, |point| point.ordinal)).collect();
        let (ramp, [weight, ..]) = size.place(0);
        Self { all: Scan::new(points), nearest, ramp, weight }
    }

    /// The ordinal nearest to a wave of one value, unless that is close to the middle between two, or
    /// far away from all.
    #[inline(always)]
    pub fn closest(&self, x: f64, start: f64, rise: f64) -> Option<u8> {
        let twice = self.weight * ((x - start) - self.ramp * rise) * (1.0 / rise);
        let at = twice + f64::from(2 * REACH);
        let step = at as u32;
        let part = at - f64::from(step);
        // A NaN fails the comparisons, and so does what lies below; what lies above is not in the table.
        if part > MARGIN && part < 1.0 - MARGIN {
            self.nearest.get(step as usize).copied()
        } else {
            None
        }
    }

    /// The ordinal nearest to a query among the first `curves`, all points being looked at.
    #[inline(always)]
    pub fn nearest(&self, simd: impl Simd, query: &Query, curves: u8) -> u8 {
        self.all.nearest(simd, query, curves)
    }
}

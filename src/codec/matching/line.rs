//! The search where points have one coordinate: a table of who is nearest to every place.

use super::points::Point;

/// How far from 0 the first coordinate of a folded point can lie: three numbers of `i8`.
const REACH: i32 = 3 * 128;

/// Nearer than this to the middle between two points, their scores decide.
const MARGIN: f64 = 1e-6;

/// The ordinal nearest to each half step. The middle between two whole numbers is a whole or a half
/// number, so within a half step nobody else comes nearer.
#[derive(Debug)]
pub struct Line(Vec<u8>);

impl Line {
    /// Arranges points of which only the first coordinates are not 0, all of them different.
    pub fn new(points: &[Point]) -> Self {
        let nearest = |step: i32| {
            // Four times the middle of the half step, and of everything else.
            let middle = 2 * step + 1;
            points.iter().min_by_key(|point| (4 * point.coordinates[0] - middle).abs())
        };
        let steps = -2 * REACH..2 * REACH;
        Self(steps.map(|step| nearest(step).map_or(0, |point| point.ordinal)).collect())
    }

    /// Who is nearest to half of `twice`; `None` if that is too close to a middle.
    #[inline(always)]
    pub fn nearest(&self, twice: f64) -> Option<u8> {
        let at = (twice + f64::from(2 * REACH)).clamp(0.5, self.0.len() as f64 - 0.5);
        let step = at as u32;
        let part = at - f64::from(step);
        // A NaN fails the comparisons.
        (part > MARGIN && part < 1.0 - MARGIN).then(|| self.0[step as usize])
    }
}

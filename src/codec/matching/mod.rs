//! Finds the curve closest to a segment.

pub(super) mod batch;
mod exact;
#[cfg(test)]
mod exactness;
mod grid;
mod points;
mod projection;
mod resample;
mod small;

use fearless_simd::{Level, Simd, dispatch};

pub use points::MAX_POINTS;
pub use resample::{Resampler, SamplePoints};

use exact::{BlockSearch, ExhaustiveSearch};
use grid::Grid;
use points::{BLOCK_POINTS, Best, CurvePoint, LANES, UNFOLDED, distinct_points};
use projection::{Projection, Target};
use small::{ThreePointTable, TwoPointTable};

use super::curves::{CURVE_COUNT, Curves, HALF_COSINE, LINE, Rows, SINES};

/// The definition: which of the first `competing` curves is closest to a segment from `start` to
/// `end`, whose values between are `samples`. Projects it, scores every curve, and takes the lowest
/// ordinal with the lowest score; every search here returns the same, to the bit.
///
/// `samples` are at most [`MAX_POINTS`] − 1 finite values, `competing` is at least 1.
#[must_use]
pub fn brute_force(curves: &Curves, samples: &[f64], start: f64, end: f64, competing: u8) -> u8 {
    let (n, delta) = (samples.len() + 1, end - start);
    if n == 1 || delta == 0.0 {
        return LINE;
    }
    let projection = Projection::new(n as u32);
    let mut sums = [[0.0; LANES]; 2];
    for (index, x) in samples.iter().enumerate() {
        let (ramp, weights) = projection.basis(index);
        let residual = (x - start) - ramp * delta;
        for (sum, weight) in sums[index % 2].iter_mut().zip(weights) {
            *sum += weight * residual;
        }
    }
    let a: [f64; LANES] = std::array::from_fn(|m| (sums[0][m] + sums[1][m]) * (1.0 / delta));
    let mut best = Best::NONE;
    for ordinal in LINE..=competing {
        let score = match ordinal {
            HALF_COSINE => projection.half_cosine_norm() - a[SINES],
            _ => CurvePoint::new(curves.rows(), ordinal, n).score(&a[..SINES.min(n - 1)]),
        };
        best.challenge(score, ordinal);
    }
    best.ordinal
}

/// Finds the closest curve; see the [module's](self) explanation.
#[derive(Debug)]
pub struct Matcher {
    /// By the number of sample points.
    projections: Vec<Projection>,
    two: TwoPointTable,
    two_exact: ExhaustiveSearch<1>,
    three: ThreePointTable,
    prefixes: [PrefixSearch; PREFIXES.len()],
}

/// The prefixes of the codebook that have tables of their own. A search among fewer curves takes the
/// smallest that has all of them and skips what is behind; 48 are as many as a cell lists. The cost
/// of 255 curves is exceeded by TODO at most.
const PREFIXES: [u8; 2] = [48, CURVE_COUNT];

/// The tables for a prefix of the codebook, at 3 sample points or more.
#[derive(Debug)]
struct PrefixSearch {
    three: (Grid, BlockSearch<2, 1>),
    four: (Grid, BlockSearch<3, 2>),
    /// At 5 or more the first two coordinates are those of the rows, and so one grid does.
    grid: Grid,
    /// At 5, at 6, and at more.
    more: [BlockSearch<SINES, 3>; UNFOLDED - 4],
}

impl Matcher {
    /// Builds the tables for a codebook's curves, whatever their rows. Encoders share those of
    /// [`Codebook::matcher`](super::Codebook::matcher).
    #[must_use]
    pub fn new(curves: &Curves) -> Self {
        let projections: Vec<_> = (0..=MAX_POINTS as u32).map(Projection::new).collect();
        let [two, three] = [2, 3].map(|n| distinct_points(curves.rows(), n, CURVE_COUNT));
        Self {
            two: TwoPointTable::new(&two, &projections[2]),
            two_exact: ExhaustiveSearch::new(two.chunks(BLOCK_POINTS)),
            three: ThreePointTable::new(&three, &projections[3]),
            prefixes: PREFIXES.map(|prefix| PrefixSearch::new(curves.rows(), prefix)),
            projections,
        }
    }

    /// The ordinal of the closest of the first `curves` curves; see [`brute_force`].
    ///
    /// There are at most [`MAX_POINTS`] − 1 values; `start` is the decoded level at `t = 0`, `end`
    /// the one at `t = 1`, and `curves` at least 1.
    #[must_use]
    pub fn closest(&self, samples: SamplePoints<'_>, start: f64, end: f64, curves: u8) -> u8 {
        dispatch!(Level::new(), simd => self.closest_with(simd, samples, start, end - start, curves))
    }

    /// [`Self::closest`] with chosen instructions, which change the speed and not one bit: the order
    /// of additions is fixed, and nothing is fused.
    #[inline(always)]
    fn closest_with(
        &self,
        simd: impl Simd,
        samples: SamplePoints<'_>,
        start: f64,
        delta: f64,
        curves: u8,
    ) -> u8 {
        if curves == CURVE_COUNT {
            self.closest_of::<true>(simd, samples, start, delta, curves)
        } else {
            self.closest_of::<false>(simd, samples, start, delta, curves)
        }
    }

    #[inline(always)]
    fn closest_of<const ALL: bool>(
        &self,
        simd: impl Simd,
        samples: SamplePoints<'_>,
        start: f64,
        delta: f64,
        curves: u8,
    ) -> u8 {
        if samples.n() == 1 || delta == 0.0 || curves <= LINE {
            return LINE;
        }
        let found = match *samples.values() {
            [x] => self.two.nearest::<ALL>([x], start, delta, curves),
            [x, y] if ALL => self.three.nearest(simd, [x, y], start, delta),
            _ => None,
        };
        found.unwrap_or_else(
            #[inline(always)]
            || {
                let mut target = Target::EMPTY;
                self.project(simd, samples, start, delta, &mut target);
                target.round(simd);
                self.nearest::<ALL>(simd, &target, curves)
            },
        )
    }

    /// Projects a segment.
    #[inline(always)]
    fn project(
        &self,
        simd: impl Simd,
        samples: SamplePoints<'_>,
        start: f64,
        delta: f64,
        target: &mut Target,
    ) {
        let n = samples.n();
        self.projections[n].project(simd, samples, start, delta, target);
        target.n = n as u32;
    }

    /// The search for what was projected and rounded.
    #[inline(always)]
    fn nearest<const ALL: bool>(&self, simd: impl Simd, target: &Target, curves: u8) -> u8 {
        match target.n {
            ..=2 => self.two_exact.nearest(simd, target, curves),
            3 => self.prefix(curves).nearest_of_three::<ALL>(simd, target, curves),
            4 => self.prefix(curves).nearest_of_four::<ALL>(simd, target, curves),
            _ => self.prefix(curves).nearest_of_more::<ALL>(simd, target, curves),
        }
    }

    /// The tables that have the first `curves` curves.
    #[inline(always)]
    fn prefix(&self, curves: u8) -> &PrefixSearch {
        let index = PREFIXES.iter().filter(|&&prefix| prefix < curves).count();
        &self.prefixes[index]
    }
}

impl PrefixSearch {
    fn new(rows: &Rows, curves: u8) -> Self {
        let groups = |n| grid::group(distinct_points(rows, n, curves));
        let grid = |groups: &[_]| Grid::new(groups, grid::max_dist_sq(groups.iter().flatten()));
        let (three, four, more) = (groups(3), groups(4), groups(UNFOLDED));
        // The same grouping at 5 and 6, though some points might coincide there.
        let at = |n| -> Vec<Vec<CurvePoint>> {
            let fold = |point: &CurvePoint| CurvePoint::new(rows, point.ordinal, n);
            more.iter().map(|group| group.iter().map(fold).collect()).collect()
        };
        let more = [5, 6, UNFOLDED].map(at);
        let max_dist_sq = grid::max_dist_sq(more.iter().flatten().flatten());
        Self {
            three: (grid(&three), BlockSearch::new(&three)),
            four: (grid(&four), BlockSearch::new(&four)),
            grid: Grid::new(&more[2], max_dist_sq),
            more: more.map(|groups| BlockSearch::new(&groups)),
        }
    }

    #[inline(always)]
    fn nearest_of_three<const ALL: bool>(
        &self,
        simd: impl Simd,
        target: &Target,
        curves: u8,
    ) -> u8 {
        let (grid, points) = &self.three;
        points.nearest::<_, ALL>(simd, target, grid.cell(target.cell), curves)
    }

    #[inline(always)]
    fn nearest_of_four<const ALL: bool>(&self, simd: impl Simd, target: &Target, curves: u8) -> u8 {
        let (grid, points) = &self.four;
        points.nearest::<_, ALL>(simd, target, grid.cell(target.cell), curves)
    }

    /// At 5 sample points or more.
    #[inline(always)]
    fn nearest_of_more<const ALL: bool>(&self, simd: impl Simd, target: &Target, curves: u8) -> u8 {
        let points = &self.more[(target.n as usize).clamp(5, UNFOLDED) - 5];
        points.nearest::<_, ALL>(simd, target, self.grid.cell(target.cell), curves)
    }
}

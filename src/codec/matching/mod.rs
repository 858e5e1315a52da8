//! Finds the curve closest to a segment.
//!
//! # The mathematics
//!
//! Let a segment run from `s` to `s + d`, and let `x_j` be its value at `t = j/n`, `j = 1 … n − 1`.
//! (At `t = 1` all curves agree.) Take away the straight line, its chord: what is left are the
//! *residuals* `r_j = x_j − s − d j/n`, a vector of `n − 1` numbers. Curve `k` leaves the squared error
//!
//! ```text
//! Σ_j (r_j − (d/256) Σ_m S[k][m] sin(m π j/n))².
//! ```
//!
//! The sines are the basis of the discrete sine transform, orthogonal with `Σ_j sin² = n/2`. With
//! `a_m = (512/n) Σ_j r_j sin(m π j/n) / d` the error is therefore
//!
//! ```text
//! Σ r² + (n/2) (d/256)² (|S[k]|² − 2 a·S[k]).
//! ```
//!
//! Whatever the length of a segment, six numbers `a` suffice, and the closest curve is the nearest neighbour of `a` among 255 points `S` with integer coordinates: the
//! one with the lowest *score* `|S|² − 2 a·S`. That is [`brute_force`], and the definition.
//!
//! Two details. The half cosine is not a sum of six sines, so it has a separate lane in the
//! projection. And below `n = 7` the higher sines alias to the lower ones (`sin(3 π j/2) =
//! −sin(π j/2)`), integers onto integers, so that curves coincide: of 254, 134 are left at `n = 2` and
//! 252 at `n = 3`. Ties go to the lowest ordinal.
//!
//! # Pruning with a grid
//!
//! 93 % of the variance of the codebook lies in its first two coordinates. So points that are close
//! together in those make *blocks* of eight, and a grid over the plane has *cells*, each of which
//! lists the six blocks that come closest to it and the distance of all others (`grid.rs`):
//!
//! ```text
//!           S1 →
//!     ┌───────┬───────┬───────┐      The target `a` lies in the middle cell.
//!  S2 │ A A A │ B     │ C   C │      Its cell lists the blocks A, B, D and E, and
//!  ↓  │  A    │   B B │   C   │      knows how far C is at least.
//!     ├───────┼───────┼───────┤      If the best point of A, B, D and E is nearer
//!     │ D     │  a    │     E │      than that, it is the nearest of all; if not,
//!     │  D D  │    E  │ E     │      all blocks are scored.
//!     └───────┴───────┴───────┘
//! ```
//!
//! # Fixed-point scores, `f64` where they are inconclusive
//!
//! Multiplied by a power of two and rounded to `i16`, two products take one instruction for eight
//! points at a time (`exact.rs`). Rounding has a known bound, which almost always leaves one
//! candidate; where it leaves several, their scores in `f64` decide. So the result never depends on
//! the path, the machine, or the order in which points are looked at.
//!
//! | quantity | stored as | factor |
//! |---|---|---|
//! | projection `2 a` | `f64` | 1 |
//! | fixed-point target | `i16` | 64 (`SCALE`) |
//! | coordinates of a point | `i16` | −32: shifted by `INDEX_BITS` |
//! | score, and the index of its block in the low 5 bits | `i32` | 64 · 32 |
//! | energy `\|a\|²`, squared distances | `f32` | 64 |
//!
//! # Two and three samples
//!
//! The shortest segments are frequent in bright or noisy music (in white noise 27 % have 2 samples
//! and 8 % have 3), and have one and two coordinates only. At `n = 2` a table has the nearest point
//! for every interval of `a`; at `n = 3` one lists for every cell all points that can be nearest in
//! it, at most eight, which leaves nothing but to score those in `f64` (`small.rs`).
//!
//! # Fewer curves
//!
//! The first 48 curves have separate tables, six blocks that every cell lists. Any other number
//! uses the tables of all 255 and masks ordinals above the limit. That takes three instructions a block
//! and two compiled versions of the search, so that the usual 255 curves do not pay for it.
//!
//! # Batches
//!
//! The encoder collects the segments of a block, sorts them by how they are matched, projects all,
//! then searches for all (`batch.rs`): the processor works on several at a time, and predicts its
//! branches.
//!
//! # One segment through all steps
//!
//! ```
//! use std::f64::consts::PI;
//!
//! use extrema::codec::matching::{Resampler, brute_force};
//! use extrema::codec::{CURVE_COUNT, Codebook};
//!
//! // Eight samples from 0 to a half: the line, and an eighth of the way of the first sine on top.
//! let (s, d, n) = (0.0, 0.5, 8);
//! let t = (1..=n).map(|j| f64::from(j) / f64::from(n));
//! let segment: Vec<f64> = t.map(|t| s + d * (t + (PI * t).sin() / 8.0)).collect();
//!
//! // At up to 16 points the samples are themselves the sample points, except the last.
//! let mut resampler = Resampler::new();
//! let samples = resampler.sample_points(&segment, 16);
//! assert_eq!(samples.values(), &segment[..7]);
//!
//! // Without the chord, onto the six sines: a = (32, 0, 0, 0, 0, 0), since 32/256 is an eighth.
//! let residual = |j: i32| segment[j as usize - 1] - s - d * f64::from(j) / f64::from(n);
//! let sine = |m: i32, j: i32| (PI * f64::from(m * j) / f64::from(n)).sin();
//! let projected = |m| (1..n).map(|j| residual(j) * sine(m, j)).sum::<f64>();
//! let a: Vec<f64> = (1..=6).map(|m| 512.0 / f64::from(n) * projected(m) / d).collect();
//! assert!((a[0] - 32.0).abs() < 1e-9 && a[1..].iter().all(|a| a.abs() < 1e-9));
//!
//! // Of all curves, number 39 comes closest, (34, −2, 2, 0, −1, −1). It scores
//! // 1156 + 4 + 4 + 0 + 1 + 1 − 2 · 32 · 34 = −1010. Next is 148 with −983; the line scores 0.
//! let codebook = Codebook::standard();
//! let row = codebook.curves().rows()[39 - 1].map(f64::from);
//! let score: f64 = row.iter().zip(&a).map(|(s, a)| s * s - 2.0 * a * s).sum();
//! assert!((score + 1010.0).abs() < 1e-6);
//!
//! // In fixed point the target is 64 · 2 · 32 = 4096, in the cell of columns 32 to 36 and rows 0 to 4
//! // or the one above. The two best are 27 · 64 apart, which is more than rounding can do, so 39 has
//! // won, and no `f64` comparison is needed.
//! let found = codebook.matcher().closest(samples, s, s + d, CURVE_COUNT);
//! assert_eq!(found, 39);
//! assert_eq!(found, brute_force(codebook.curves(), samples.values(), s, s + d, CURVE_COUNT));
//!
//! // Among fewer curves it is 10, then 4, and of one curve the line.
//! let among = |curves| codebook.matcher().closest(samples, s, s + d, curves);
//! assert_eq!([32, 8, 1].map(among), [10, 4, 1]);
//! ```
//!
//! # Real-time considerations
//!
//! [`Matcher::closest`] costs `n` multiply-adds of eight lanes and a search among at most 255 points,
//! whatever the length of the segment. It neither allocates nor locks. The tables are shared by all
//! instances.

pub(super) mod batch;
mod error;
mod exact;
#[cfg(test)]
mod exactness;
mod grid;
mod points;
mod projection;
mod resample;
mod small;

use fearless_simd::{Level, Simd, dispatch};

pub(super) use error::Closeness;
pub use points::MAX_POINTS;
pub(super) use points::{Chord, CurvePoint, UNALIASED_POINTS};
pub(super) use projection::{Projection, Target};
pub use resample::{Resampler, SamplePoints};

use exact::{BlockSearch, ExhaustiveSearch};
use grid::Grid;
use points::{BLOCK_POINTS, Best, LANES, distinct_points};
use small::{ThreePointTable, TwoPointTable};

use super::curves::{CURVE_COUNT, Curves, HALF_COSINE, LINE, Rows, SINES};

/// The definition: which of the first `competing` curves is closest to a segment from `start` to
/// `end`, whose values between are `samples`. Projects it, scores every curve, and takes the lowest
/// ordinal with the lowest score; every search here returns the same, to the bit.
///
/// `samples` are at most [`MAX_POINTS`] − 1 finite values, `competing` is at least 1.
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
    /// By the number of sample points up to [`UNALIASED_POINTS`], then by ordinal from 1 on.
    points: Vec<Vec<CurvePoint>>,
    two: TwoPointTable,
    two_exact: ExhaustiveSearch<1>,
    three: ThreePointTable,
    prefixes: [PrefixSearch; PREFIXES.len()],
}

/// The prefixes of the codebook that have separate tables. A search among fewer curves takes the
/// smallest that has all of them. 48 are the six blocks that a cell lists; with 49, the least of those
/// that use all 255, encoding takes 4 to 11 % more instructions than with 255.
const PREFIXES: [u8; 2] = [48, CURVE_COUNT];

/// From this many curves on, the table of all curves at 3 sample points is tried first: at least
/// three quarters of the curves that it knows compete.
const MOST_CURVES: u8 = 192;

/// The tables for a prefix of the codebook, at 3 sample points or more.
#[derive(Debug)]
struct PrefixSearch {
    three: BlockSearch<2, 1>,
    four: BlockSearch<3, 2>,
    /// At 5, at 6, and at more.
    more: [BlockSearch<SINES, 3>; UNALIASED_POINTS - 4],
}

impl Matcher {
    /// Builds the tables for a codebook's curves, whatever their rows. Encoders share those of
    /// [`Codebook::matcher`](super::Codebook::matcher).
    pub fn new(curves: &Curves) -> Self {
        let projections: Vec<_> = (0..=MAX_POINTS as u32).map(Projection::new).collect();
        let [two, three] = [2, 3].map(|n| distinct_points(curves.rows(), n, CURVE_COUNT));
        let point = |n, ordinal| CurvePoint::new(curves.rows(), ordinal, n);
        Self {
            points: (0..=UNALIASED_POINTS)
                .map(|n| (LINE..=CURVE_COUNT).map(|ordinal| point(n.max(1), ordinal)).collect())
                .collect(),
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
    pub fn closest(&self, samples: SamplePoints<'_>, start: f64, end: f64, curves: u8) -> u8 {
        let chord = Chord { start, delta: end - start };
        dispatch!(Level::new(), simd => self.closest_with(simd, samples, chord, curves))
    }

    /// [`Self::closest`] with chosen instructions, which change the speed and not one bit: the order
    /// of additions is fixed, and nothing is fused.
    #[inline(always)]
    fn closest_with(
        &self,
        simd: impl Simd,
        samples: SamplePoints<'_>,
        chord: Chord,
        curves: u8,
    ) -> u8 {
        if samples.n() == 1 || chord.delta == 0.0 || curves <= LINE {
            return LINE;
        }
        let found = match *samples.values() {
            [x] => self.two.nearest::<false>([x], chord, curves),
            [x, y] => self.nearest_at_3::<false>(simd, [x, y], chord, curves),
            _ => None,
        };
        found.unwrap_or_else(
            #[inline(always)]
            || {
                let mut target = Target::EMPTY;
                self.project(simd, samples, chord, &mut target);
                target.round(simd);
                self.nearest::<false>(simd, &target, curves)
            },
        )
    }

    /// Looks up the nearest of all curves at 3 sample points; [`None`] if the table has no entry, or
    /// if that curve does not compete.
    #[inline(always)]
    fn nearest_at_3<const ALL: bool>(
        &self,
        simd: impl Simd,
        samples: [f64; 2],
        chord: Chord,
        curves: u8,
    ) -> Option<u8> {
        self.three.nearest(simd, samples, chord).filter(|&ordinal| ALL || ordinal <= curves)
    }

    /// Projects a segment.
    #[inline(always)]
    fn project(
        &self,
        simd: impl Simd,
        samples: SamplePoints<'_>,
        chord: Chord,
        target: &mut Target,
    ) {
        let n = samples.n();
        self.projections[n].project(simd, samples, chord, target);
        target.n = n as u32;
    }

    /// Finds the nearest point to a rounded target.
    #[inline(always)]
    pub(super) fn nearest<const ALL: bool>(
        &self,
        simd: impl Simd,
        target: &Target,
        curves: u8,
    ) -> u8 {
        match target.n {
            ..=2 => self.two_exact.nearest(simd, target, curves),
            3 => self.prefix::<ALL>(curves).three.nearest::<_, ALL>(simd, target, curves),
            4 => self.prefix::<ALL>(curves).four.nearest::<_, ALL>(simd, target, curves),
            _ => self
                .prefix::<ALL>(curves)
                .at_5_or_more(target.n)
                .nearest::<_, ALL>(simd, target, curves),
        }
    }

    /// The tables that have the first `curves` curves; `ALL` if those are all.
    #[inline(always)]
    fn prefix<const ALL: bool>(&self, curves: u8) -> &PrefixSearch {
        let [few, all] = &self.prefixes;
        if ALL || curves > PREFIXES[0] { all } else { few }
    }
}

impl PrefixSearch {
    fn new(rows: &Rows, curves: u8) -> Self {
        let groups = |n| grid::group(distinct_points(rows, n, curves));
        let grid = |groups: &[_]| Grid::new(groups, grid::max_dist_sq(groups.iter().flatten()));
        let (three, four, more) = (groups(3), groups(4), groups(UNALIASED_POINTS));
        // The same grouping at 5 and 6, though some points might coincide there.
        let at = |n| -> Vec<Vec<CurvePoint>> {
            let at_n = |point: &CurvePoint| CurvePoint::new(rows, point.ordinal, n);
            more.iter().map(|group| group.iter().map(at_n).collect()).collect()
        };
        let more = [5, 6, UNALIASED_POINTS].map(at);
        let max_dist_sq = grid::max_dist_sq(more.iter().flatten().flatten());
        // At 5 or more the first two coordinates are those of the rows, so one grid serves all.
        let grid_of_more = Grid::new(&more[2], max_dist_sq);
        Self {
            three: BlockSearch::new(&three, grid(&three)),
            four: BlockSearch::new(&four, grid(&four)),
            more: more.map(|groups| BlockSearch::new(&groups, grid_of_more.clone())),
        }
    }

    /// The search at `n` sample points, 5 or more.
    #[inline(always)]
    fn at_5_or_more(&self, n: u32) -> &BlockSearch<SINES, 3> {
        &self.more[(n as usize).clamp(5, UNALIASED_POINTS) - 5]
    }
}

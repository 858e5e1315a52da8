//! Finds the curve closest to a segment.
//!
//! # The mathematics
//!
//! Let the segment run from `s` to `e = s + d`, and let `x_j` be the wave at `t = j/N`, for
//! `j = 1 … N−1`; at `t = 1` all curves agree. With the straight line taken away,
//! `r_j = x_j − s − d j/N`, curve `k` leaves the squared error
//!
//! ```text
//! Σ_j (r_j − (d/256) Σ_m S[k][m] sin(m π j/N))².
//! ```
//!
//! The sines are the basis of the discrete sine transform, orthogonal with `Σ_j sin² = N/2`. With
//! `a_m = (512/N) Σ_j r_j sin(m π j/N) / d` the error is therefore
//!
//! ```text
//! Σ r² + (N/2) (d/256)² (|S[k]|² − 2 a·S[k]),
//! ```
//!
//! and the closest curve is the nearest neighbour of `a` among 255 points of six integers, the same
//! for every `N >= 7`. A worked example: let a segment be the straight line plus `d/8` of the first
//! sine. Then `a = (32, 0, 0, 0, 0, 0)`, and the curve whose row comes closest to that wins.
//!
//! For `N < 7` the higher sines fold onto the lower ones (`sin(3 π j/2) = −sin(π j/2)`), whole
//! numbers onto whole numbers, so that many curves coincide. Only the first of equal ones is kept,
//! which is what decides ties.
//!
//! The half cosine is no sum of sines and has a seventh projection of its own.
//!
//! # The search
//!
//! The closest curve is, by definition, the one that a scan of all points in `f64` finds first
//! (`exact.rs`). Usually a quicker way gives the same answer (`window.rs`): the points are sorted by
//! their first coordinate, only those around `a_1` are scored, in `f32`, and the winner stands if
//! no point outside the window can be nearer and the runner-up is further behind than `f32` can
//! err. Otherwise the definition decides, so the result never depends on the path or the machine.
//!
//! # Real-time considerations
//!
//! [`Matcher::closest`] costs `N` multiply-adds of eight lanes and a scan of at most 255 points,
//! whatever the length of the segment. The tables, about 0.3 MB, are shared by all instances.

mod exact;
mod places;
mod points;
mod window;

use std::sync::LazyLock;

pub use places::Places;

use exact::{Best, Exact};
use window::Window;

use super::circle::half_turn;
use super::curves::{HALF_COSINE, LINE, SINES, curve_value};

/// The most places at which a segment is compared with the curves.
pub const MAX_POINTS: usize = 64;

/// Six sines, the half cosine, and a spare one that makes the row a whole number of SIMD vectors.
const LANES: usize = 8;

/// Finds the closest curve; see the [module's](self) explanation.
#[derive(Debug)]
pub struct Matcher {
    /// For each `N`, from 0: how to project, and among which points to search.
    sizes: Vec<Size>,
    /// For `N < 7` a set of points of its own, the last for all others.
    codebooks: Vec<Codebook>,
}

/// What matching at `N` places needs.
#[derive(Debug)]
struct Size {
    /// `j / N` for `j = 1 … N−1`.
    ramp: Vec<f64>,
    /// For each `j`, by lane: `(1024/N) sin(m π j/N)`, then `(262144/N) h(j/N)` where
    /// `h(t) = (1 − cos π t)/2 − t`. The factors hold the 2 of `2 a·S`.
    weights: Vec<[f64; LANES]>,
    /// `(131072/N) Σ h²`, the half cosine's own term.
    half_cosine: f64,
    codebook: usize,
}

/// The points at a number of places, ready for both ways to search them.
#[derive(Debug)]
struct Codebook {
    exact: Exact,
    window: Window,
}

impl Codebook {
    fn new(n: usize) -> Self {
        let points = points::points(n);
        // At n places the basis has n − 1 sines.
        let dimensions = n.saturating_sub(1).clamp(1, SINES);
        Self { exact: Exact::new(&points), window: Window::new(&points, dimensions) }
    }
}

impl Matcher {
    /// The matcher all encoders share. The first call builds the tables, so make it outside the
    /// audio thread.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Matcher> = LazyLock::new(Matcher::new);
        &SHARED
    }

    fn new() -> Self {
        let codebooks: Vec<_> = (0..=7).map(Codebook::new).collect();
        let sizes = (0..=MAX_POINTS as u32).map(Size::new).collect();
        Self { sizes, codebooks }
    }

    /// The ordinal of the curve closest to a wave among the first `curves`, ties going to the
    /// lowest.
    ///
    /// `wave` holds the `N − 1` values at `t = j/N` for `j = 1 … N−1`, as [`Places::wave`] gives
    /// them, at most [`MAX_POINTS`] − 1; `start` is the decoded level at `t = 0` and `end` the one
    /// at `t = 1`.
    #[must_use]
    pub fn closest(&self, wave: &[f64], start: f64, end: f64, curves: u8) -> u8 {
        let rise = end - start;
        let Some(size) = self.sizes.get(wave.len() + 1) else {
            return LINE;
        };
        if wave.is_empty() || rise == 0.0 {
            return LINE;
        }
        search(size, &self.codebooks[size.codebook], wave, start, rise, curves)
    }
}

/// Projects and searches. Compiled for AVX2 as well, which changes the speed and not one bit: the
/// order of additions is fixed, and nothing is fused.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn search(size: &Size, codebook: &Codebook, wave: &[f64], start: f64, rise: f64, curves: u8) -> u8 {
    let projection = size.project(wave, start, rise);
    // At N = 2 the half cosine is the line.
    let half_cosine = (curves >= HALF_COSINE && wave.len() >= 2)
        .then(|| Best { score: size.half_cosine - projection[SINES], ordinal: HALF_COSINE });
    codebook.window.nearest(&projection, curves, half_cosine).unwrap_or_else(|| {
        let mut best = codebook.exact.nearest(&projection, curves);
        if let Some(half_cosine) = half_cosine {
            best.challenge(half_cosine.score, half_cosine.ordinal);
        }
        best.ordinal
    })
}

impl Size {
    fn new(n: u32) -> Self {
        let scale = 1.0 / f64::from(n.max(1));
        let bend = |j| curve_value(HALF_COSINE, j, n) - f64::from(j) / f64::from(n);
        let weights = (1..n).map(|j| {
            std::array::from_fn(|lane| match lane {
                // Folded harmonics live in the codebook, so the basis ends at N − 1.
                m if m < SINES && (m as u32) + 1 < n => {
                    let (angle, full) = ((m as u32 + 1) * j % (2 * n), 2 * n);
                    let sine = if angle > n {
                        -half_turn(full - angle, n).0
                    } else {
                        half_turn(angle, n).0
                    };
                    1024.0 * scale * sine
                }
                SINES => 262_144.0 * scale * bend(j),
                _ => 0.0,
            })
        });
        Self {
            ramp: (1..n).map(|j| f64::from(j) / f64::from(n)).collect(),
            weights: weights.collect(),
            half_cosine: 131_072.0 * scale * (1..n).map(|j| bend(j) * bend(j)).sum::<f64>(),
            codebook: n.min(7) as usize,
        }
    }

    /// Twice the projections `a` of the wave's bend on the sines, and on the half cosine.
    #[inline(always)]
    fn project(&self, wave: &[f64], start: f64, rise: f64) -> [f64; LANES] {
        // Two sums, by parity of the place, halve the chain of dependent additions.
        let (mut even, mut odd) = ([0.0; LANES], [0.0; LANES]);
        let mut pairs = wave.chunks_exact(2);
        let places = self.ramp.iter().zip(&self.weights);
        let mut places = places.map(|(t, weights)| (t * rise, weights));
        let bend = |x: &f64, line: f64| (x - start) - line;
        for pair in &mut pairs {
            if let [x, y] = pair
                && let (Some((first, row)), Some((second, next))) = (places.next(), places.next())
            {
                add_scaled(&mut even, row, bend(x, first));
                add_scaled(&mut odd, next, bend(y, second));
            }
        }
        if let ([x], Some((line, row))) = (pairs.remainder(), places.next()) {
            add_scaled(&mut even, row, bend(x, line));
        }
        let scale = 1.0 / rise;
        std::array::from_fn(|lane| (even[lane] + odd[lane]) * scale)
    }
}

/// `sum += row · factor`, lane by lane.
#[inline(always)]
fn add_scaled(sum: &mut [f64; LANES], row: &[f64; LANES], factor: f64) {
    for (sum, weight) in sum.iter_mut().zip(row) {
        *sum += factor * weight;
    }
}

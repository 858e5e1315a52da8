//! The 255 curves of a codebook, as formulas.
//!
//! A curve leads from 0 at `t = 0` to 1 at `t = 1`,
//!
//! ```text
//! C(t) = t + (1/256) · Σ S[m] · sin(m π t),   m = 1 … 6,
//! ```
//!
//! with six small integers `S` a curve. In every codebook ordinal 1 is the straight line and ordinal
//! 2 is exactly the half cosine `(1 − cos π t) / 2`; the other rows are trained.
//!
//! Since `sin(m θ) = sin θ · U(cos θ)` with Chebyshev polynomials `U` of the second kind, a curve is
//! also `t + sin θ · P(cos θ)` with a polynomial of degree 5 whose coefficients are integers over
//! 256. That form needs one sine and one cosine a sample, whatever the curve.

use super::trig::{polynomial, sin_cos_pi};

/// The number of curves in a codebook; ordinals run from 1 to this.
pub const CURVE_COUNT: u8 = 255;

/// The number of sines in a curve.
pub const SINES: usize = 6;

/// The ordinal of the straight line.
pub const LINE: u8 = 1;

/// The ordinal of the half cosine, whose row of sines is not used.
pub const HALF_COSINE: u8 = 2;

/// The sine coefficients `S` of all curves, ordinal 1 first.
pub type Rows = [[i8; SINES]; CURVE_COUNT as usize];

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape<'a> {
    /// `t + sin θ · P(cos θ)`, `P` in ascending powers.
    Sines(&'a [f64; SINES]),
    /// `(1 − cos θ) / 2`.
    HalfCosine,
}

impl Shape<'_> {
    /// The curve's value where `t` is given with the sine and cosine of `π t`.
    #[inline]
    pub fn value(&self, t: f64, sine: f64, cosine: f64) -> f64 {
        match self {
            Self::Sines(p) => t + sine * polynomial(p, cosine),
            Self::HalfCosine => 0.5 - 0.5 * cosine,
        }
    }
}

/// The curves that a codebook's rows stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    rows: Box<Rows>,
    /// `P` of every curve, ordinal 1 first.
    polynomials: Box<[[f64; SINES]; CURVE_COUNT as usize]>,
}

impl Curves {
    /// The curves of the given rows. Those of the line and of the half cosine are ignored and stored as 0.
    pub fn new(rows: &Rows) -> Self {
        let mut rows = Box::new(*rows);
        for fixed in [LINE, HALF_COSINE] {
            rows[usize::from(fixed) - 1] = [0; SINES];
        }
        let polynomials = Box::new(rows.map(in_powers_of_cosine));
        Self { rows, polynomials }
    }

    /// The sine coefficients, ordinal 1 first; 0 for the line and the half cosine.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The shape of a curve, ordinal 1 to 255.
    #[inline]
    pub fn shape(&self, ordinal: u8) -> Shape<'_> {
        debug_assert!(ordinal >= LINE, "ordinal 0 is a hold");
        if ordinal == HALF_COSINE {
            Shape::HalfCosine
        } else {
            Shape::Sines(&self.polynomials[usize::from(ordinal.max(LINE)) - 1])
        }
    }

    /// The value of a curve at `t = i / n`, where `0 <= i <= n` and `1 <= n < 2^30`; exactly 0 at
    /// the start and 1 at the end.
    pub fn value(&self, ordinal: u8, i: u32, n: u32) -> f64 {
        let (sine, cosine) = sin_cos_pi(i, n);
        self.shape(ordinal).value(f64::from(i) / f64::from(n), sine, cosine)
    }
}

/// `Σ S[m]/256 · U[m−1](x)`, collected by powers of `x`; every product and sum here is exact.
fn in_powers_of_cosine(row: [i8; SINES]) -> [f64; SINES] {
    let [a, b, c, d, e, f] = row.map(f64::from);
    [
        (a - c + e) / 256.0,
        (2.0 * b - 4.0 * d + 6.0 * f) / 256.0,
        (4.0 * c - 12.0 * e) / 256.0,
        (8.0 * d - 32.0 * f) / 256.0,
        (16.0 * e) / 256.0,
        (32.0 * f) / 256.0,
    ]
}

//! The 255 curves a segment can be replaced by: codebook 1.
//!
//! A curve leads from 0 at `t = 0` to 1 at `t = 1`,
//!
//! ```text
//! C(t) = t + (1/256) · Σ S[m] · sin(m π t),   m = 1 … 6,
//! ```
//!
//! with six small integers `S` a curve. Ordinal 1 is the straight line and ordinal 2 is exactly the
//! half cosine `(1 − cos π t) / 2`. The table was trained on music of many kinds and ordered so that
//! every prefix of it is a good codebook, because the number of competing curves is a control.
//!
//! Since `sin(m θ) = sin θ · U(cos θ)` with Chebyshev polynomials `U` of the second kind, a curve is
//! also `t + sin θ · P(cos θ)` with a polynomial of degree 5 whose coefficients are integers over
//! 256. That form needs one sine and one cosine a sample, whatever the curve.

use super::circle::{half_turn, polynomial};

/// The number of curves in the codebook; ordinals run from 1 to this.
pub const CURVE_COUNT: u8 = 255;

/// The codebook's name, which files and sessions keep.
pub const CODEBOOK_NAME: &str = "extrema-1";

/// The number of sines in a curve.
pub const SINES: usize = 6;

/// The ordinal of the straight line.
pub const LINE: u8 = 1;

/// The ordinal of the half cosine, which has no row of sines.
pub const HALF_COSINE: u8 = 2;

/// The rows `S` of the codebook, ordinal 1 first. The half cosine's row is empty.
pub static TABLE: [[i8; SINES]; CURVE_COUNT as usize] = parse(include_bytes!("codebook1.csv"));

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// `t + sin θ · P(cos θ)`, `P` by rising powers.
    Sines(&'static [f64; SINES]),
    /// `(1 − cos θ) / 2`.
    HalfCosine,
}

/// `P` of every curve, ordinal 1 first.
static POWERS: [[f64; SINES]; CURVE_COUNT as usize] = {
    let mut all = [[0.0; SINES]; CURVE_COUNT as usize];
    let mut curve = 0;
    while curve < all.len() {
        all[curve] = powers(TABLE[curve]);
        curve += 1;
    }
    all
};

/// `Σ S[m]/256 · U[m−1](x)`, collected by powers of `x`; every product and sum here is exact.
const fn powers([a, b, c, d, e, f]: [i8; SINES]) -> [f64; SINES] {
    let (a, b, c, d, e, f) = (a as f64, b as f64, c as f64, d as f64, e as f64, f as f64);
    [
        (a - c + e) / 256.0,
        (2.0 * b - 4.0 * d + 6.0 * f) / 256.0,
        (4.0 * c - 12.0 * e) / 256.0,
        (8.0 * d - 32.0 * f) / 256.0,
        (16.0 * e) / 256.0,
        (32.0 * f) / 256.0,
    ]
}

impl Shape {
    /// The shape of a curve. Ordinal 0, which is no curve, is taken for the line.
    #[inline]
    #[must_use]
    pub fn of(ordinal: u8) -> Self {
        if ordinal == HALF_COSINE {
            Self::HalfCosine
        } else {
            Self::Sines(&POWERS[usize::from(ordinal.max(LINE)) - 1])
        }
    }

    /// The curve's value where `t` is given with the sine and cosine of `π t`.
    #[inline]
    #[must_use]
    pub fn value(&self, t: f64, sine: f64, cosine: f64) -> f64 {
        match self {
            Self::Sines(p) => t + sine * polynomial(p, cosine),
            Self::HalfCosine => 0.5 - 0.5 * cosine,
        }
    }
}

/// The value of a curve at `t = i / n`, where `0 <= i <= n` and `1 <= n < 2^30`; exactly 0 at the
/// start and 1 at the end.
#[must_use]
pub fn curve_value(ordinal: u8, i: u32, n: u32) -> f64 {
    let (sine, cosine) = half_turn(i, n);
    Shape::of(ordinal).value(f64::from(i) / f64::from(n), sine, cosine)
}

/// Reads the codebook's CSV at compile time: lines that start with `#` or with a letter are
/// skipped, the others hold the ordinal and six numbers.
const fn parse(csv: &[u8]) -> [[i8; SINES]; CURVE_COUNT as usize] {
    let mut table = [[0; SINES]; CURVE_COUNT as usize];
    let mut rows = 0;
    let mut at = 0;
    while at < csv.len() {
        if !csv[at].is_ascii_digit() {
            while at < csv.len() && csv[at] != b'\n' {
                at += 1;
            }
            at += 1;
            continue;
        }
        let mut column = 0;
        let mut ordinal = 0;
        while column <= SINES {
            let negative = csv[at] == b'-';
            if negative {
                at += 1;
            }
            let mut value = 0;
            while at < csv.len() && csv[at].is_ascii_digit() {
                value = value * 10 + (csv[at] - b'0') as i32;
                at += 1;
            }
            at += 1;
            if negative {
                value = -value;
            }
            if column == 0 {
                ordinal = value;
            } else {
                assert!(value >= -128 && value <= 127, "a number outside i8");
                table[rows][column - 1] = value as i8;
            }
            column += 1;
        }
        rows += 1;
        assert!(ordinal == rows as i32, "the ordinals do not count up from 1");
    }
    assert!(rows == CURVE_COUNT as usize, "not 255 rows");
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_is_its_sum_of_sines() {
        for ordinal in 1..=CURVE_COUNT {
            for n in [1, 2, 3, 7, 100] {
                for i in 0..=n {
                    let t = f64::from(i) / f64::from(n);
                    let angle = std::f64::consts::PI * t;
                    let expected = if ordinal == HALF_COSINE {
                        (1.0 - libm::cos(angle)) / 2.0
                    } else {
                        TABLE[usize::from(ordinal) - 1]
                            .iter()
                            .zip(1..)
                            .map(|(&s, m)| f64::from(s) * libm::sin(f64::from(m) * angle) / 256.0)
                            .sum::<f64>()
                            + t
                    };
                    let value = curve_value(ordinal, i, n);
                    assert!((value - expected).abs() < 1e-13, "curve {ordinal} at {i}/{n}");
                }
                assert_eq!(curve_value(ordinal, 0, n), 0.0);
                assert_eq!(curve_value(ordinal, n, n), 1.0);
            }
        }
    }
}

//! Sine and cosine of multiples of π/n, the same bits on every machine.
//!
//! C libraries differ in the last bit of `sin`, so this is a Taylor polynomial of our own, on
//! an argument reduced in integers to [0, π/4]. The first term left out is below 1e-17 there. The
//! reduction makes 0, π/2 and π exact.

use std::f64::consts::PI;

use fearless_simd::f64x8;
use fearless_simd::prelude::*;

/// `(-1)^k / (2k + 1)!`, the Taylor coefficients of the sine.
const SINE: [f64; 9] = [
    1.0,
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 355_687_428_096_000.0,
];

/// `(-1)^k / (2k)!`, the Taylor coefficients of the cosine.
const COSINE: [f64; 9] = [
    1.0,
    -1.0 / 2.0,
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40_320.0,
    -1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 20_922_789_888_000.0,
];

/// `(sin, cos)` of `π i / n`, for `0 <= i <= n` and `1 <= n < 2^30`. Exact at multiples of π/2.
#[inline(always)]
pub fn sin_cos_pi(i: u32, n: u32) -> (f64, f64) {
    // Reduce to [0, π/4]: mirror the second quadrant into the first, then swap sine and cosine in
    // its upper half.
    let mirrored = 2 * i > n;
    let i = if mirrored { n - i } else { i };
    let swapped = 4 * i > n;
    let numerator = if swapped { n - 2 * i } else { 2 * i };
    let angle = PI * (f64::from(numerator) / f64::from(2 * n));
    let square = angle * angle;
    let sine = angle * polynomial(&SINE, square);
    let cosine = polynomial(&COSINE, square);
    let (sine, cosine) = if swapped { (cosine, sine) } else { (sine, cosine) };
    (sine, if mirrored { -cosine } else { cosine })
}

/// [`sin_cos_pi`] for eight whole numbers `i`, with the same bits.
#[inline(always)]
pub fn sin_cos_pi_x8<S: Simd>(simd: S, i: f64x8<S>, n: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let mirrored = (i + i).simd_gt(n);
    let i = mirrored.select(n - i, i);
    let twice = i + i;
    let swapped = (twice + twice).simd_gt(n);
    let numerator = swapped.select(n - twice, twice);
    let angle = (numerator / (n + n)) * PI;
    let square = angle * angle;
    let sine = angle * polynomial_x8(simd, &SINE, square);
    let cosine = polynomial_x8(simd, &COSINE, square);
    let (sine, cosine) = (swapped.select(cosine, sine), swapped.select(sine, cosine));
    (sine, mirrored.select(-cosine, cosine))
}

/// A polynomial by Horner's rule, never fused. Coefficients come in ascending powers.
#[inline(always)]
pub fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let powers = coefficients.iter().rev().copied();
    powers.reduce(|sum, c| sum * x + c).unwrap_or(0.0)
}

/// [`polynomial`] for eight values, with the same bits.
#[inline(always)]
pub fn polynomial_x8<S: Simd, const N: usize>(
    simd: S,
    coefficients: &[f64; N],
    x: f64x8<S>,
) -> f64x8<S> {
    let mut sum = f64x8::splat(simd, coefficients.last().copied().unwrap_or(0.0));
    for &c in coefficients.iter().rev().skip(1) {
        sum = sum * x + c;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::sin_cos_pi;

    #[test]
    fn agrees_with_libm_and_is_exact_at_quarter_turns() {
        for n in (1..300).chain([1024, 2048, 65535]) {
            for i in 0..=n {
                let angle = std::f64::consts::PI * f64::from(i) / f64::from(n);
                let (sine, cosine) = sin_cos_pi(i, n);
                assert!((sine - libm::sin(angle)).abs() < 1e-15, "sin {i}/{n}");
                assert!((cosine - libm::cos(angle)).abs() < 1e-15, "cos {i}/{n}");
            }
            assert_eq!(sin_cos_pi(0, n), (0.0, 1.0));
            assert_eq!(sin_cos_pi(n, n), (0.0, -1.0));
            assert_eq!(sin_cos_pi(n, 2 * n), (1.0, 0.0));
        }
    }
}

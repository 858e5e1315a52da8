//! The space of six dimensions in which a segment and the curves are points.
//!
//! A segment of `n` samples from level `s` to `s + d` leaves the residuals `r` against the straight line.
//! With `a_m = (512/n) Σ r_j sin(m π j/n) / d` a curve with the coefficients `S` leaves the squared error
//! `(n/2) (d/256)² |a − S|²`, plus what lies outside of all six sines. Below 7 samples the higher sines
//! alias to the lower ones, so the curves are other points there, in fewer dimensions.

use std::f64::consts::PI;

use extrema::codec::curves::SINES;

/// The kinds of segments: 2, 3, 4, 5, 6 samples, and more.
pub const CLASSES: usize = SINES;

/// A point.
pub type Point = [f64; SINES];

/// The class of a segment of `n` samples, 2 or more.
pub fn class_of(n: usize) -> usize {
    n.min(SINES + 1) - 2
}

/// How the sines alias in a class: for each, the coordinate that it adds to, and its sign; [`None`] if it
/// adds nothing.
pub fn aliases(class: usize) -> [Option<(usize, f64)>; SINES] {
    let n = class + 2;
    std::array::from_fn(|index| {
        let m = index + 1;
        let folded = m % (2 * n);
        match n {
            _ if class == CLASSES - 1 => Some((index, 1.0)),
            _ if folded.is_multiple_of(n) => None,
            _ if folded < n => Some((folded - 1, 1.0)),
            _ => Some((2 * n - folded - 1, -1.0)),
        }
    })
}

/// Where a curve lies in a class.
pub fn project(curve: &Point, class: usize) -> Point {
    let mut point = [0.0; SINES];
    for (s, alias) in curve.iter().zip(aliases(class)) {
        if let Some((at, sign)) = alias {
            point[at] += sign * s;
        }
    }
    point
}

/// Where the half cosine lies in a class; among longer segments, where it nearly lies for all of them.
pub fn half_cosine(class: usize) -> Point {
    let n = if class == CLASSES - 1 { 64 } else { class + 2 };
    let residual = |j: usize| {
        let t = j as f64 / n as f64;
        0.5 - 0.5 * libm::cos(PI * t) - t
    };
    std::array::from_fn(|index| {
        let m = index + 1;
        let term = |j: usize| residual(j) * libm::sin(PI * (m * j) as f64 / n as f64);
        if m < n { 512.0 / n as f64 * (1..n).map(term).sum::<f64>() } else { 0.0 }
    })
}

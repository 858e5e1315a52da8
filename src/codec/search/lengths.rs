//! What the search knows of every length: the sines, and how far the curves reach along each.

use crate::codec::codebook::Codebook;
use crate::codec::curves::{LINE, SINES};
use crate::codec::matching::{CurvePoint, Projection, UNALIASED_POINTS};
use crate::codec::trig::sin_cos_pi;

/// Lengths that are handled side by side.
pub const LANES: usize = 8;

/// One sine at eight consecutive lengths. `θ` is `m π / n`.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub struct Harmonic {
    /// `2 cos θ` and `sin θ`, which move a sum on by a sample. Both 0 where the sine aliases to a
    /// lower one, from `m = n` on, so that its sum stays 0.
    pub twice_cos: [f64; LANES],
    pub sin: [f64; LANES],
    /// `cot(θ/2) / 2`: what the chord adds to a sum.
    pub half_cot: [f64; LANES],
    /// `n/512` times the largest coordinate of any curve: the sum over a curve that rises by 1 is no
    /// larger.
    pub reach: [f64; LANES],
}

/// Eight consecutive lengths.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub struct LengthVector {
    pub harmonics: [Harmonic; SINES],
    /// `n`, `1/n`, `2/n`.
    pub n: [f64; LANES],
    pub per_n: [f64; LANES],
    pub twice_per_n: [f64; LANES],
    /// `Σ q/n = (n + 1)/2` and `Σ (q/n)² = (n + 1)(2n + 1)/(6n)`, over `q = 1 … n`.
    pub ramp_sum: [f64; LANES],
    pub ramp_squares: [f64; LANES],
    /// 0, or infinite beyond the longest curve.
    pub excluded: [f64; LANES],
}

/// What is needed of a single length once its segment is looked at closely.
#[derive(Debug)]
pub struct Length {
    /// Projects a segment whose ends have moved.
    pub projection: Projection,
    /// `Σ (q/n) h(q/n)` over the half cosine without its chord.
    pub half_cosine_ramp: f64,
    /// `cos θ` and `1 / sin θ` of the first sine.
    pub cos: f64,
    pub per_sin: f64,
}

/// A curve's coordinates and the square of their length.
pub type Point = [f32; LANES];

/// The tables of the search for a codebook.
#[derive(Debug)]
pub struct Lengths {
    pub vectors: Vec<LengthVector>,
    longest: usize,
    /// By length, from 0 on.
    each: Vec<Length>,
    /// By length up to [`UNALIASED_POINTS`], then by ordinal.
    points: Vec<Vec<Point>>,
}

impl Lengths {
    /// The tables for curves of up to `longest` samples.
    pub fn new(codebook: &Codebook, longest: u32) -> Self {
        let points: Vec<Vec<Point>> =
            (0..=UNALIASED_POINTS).map(|n| points(codebook, n.max(1))).collect();
        let vectors = longest.div_ceil(LANES as u32).max(1);
        Self {
            vectors: (0..vectors).map(|v| vector(v * LANES as u32, longest, &points)).collect(),
            each: (0..=vectors * LANES as u32).map(|n| length(n.max(1))).collect(),
            longest: longest as usize,
            points,
        }
    }

    /// The longest curve that is searched for.
    #[inline(always)]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// A length that has tables.
    #[inline(always)]
    pub fn length(&self, n: usize) -> &Length {
        &self.each[n]
    }

    /// The score `|S|² − 2 a·S` of a curve at `n` samples, where `projection` starts with `2 a`.
    #[inline(always)]
    pub fn score(&self, n: usize, ordinal: u8, projection: &[f64; LANES]) -> f64 {
        let point = &self.points[n.min(UNALIASED_POINTS)][usize::from(ordinal)];
        let terms = point[..SINES].iter().zip(projection);
        terms.fold(f64::from(point[SINES]), |score, (&s, a)| score - f64::from(s) * a)
    }
}

fn points(codebook: &Codebook, n: usize) -> Vec<Point> {
    let mut points = vec![[0.0; LANES]];
    points.extend((LINE..=u8::MAX).map(|ordinal| {
        let point = CurvePoint::new(codebook.curves().rows(), ordinal, n);
        let mut row = [0.0; LANES];
        for (row, &s) in row.iter_mut().zip(&point.coordinates) {
            *row = s as f32;
        }
        row[SINES] = point.norm() as f32;
        row
    }));
    points
}

fn vector(before: u32, longest: u32, points: &[Vec<Point>]) -> LengthVector {
    let lengths: [u32; LANES] = std::array::from_fn(|lane| before + 1 + lane as u32);
    let each = |value: &dyn Fn(u32) -> f64| lengths.map(value);
    let float = f64::from;
    let harmonic = |index: usize| {
        let m = index as u32 + 1;
        let exists = |n: u32, value: f64| if m < n { value } else { 0.0 };
        // sin and cos of m π / n, m < n.
        let (sin, cos) = (
            |n: u32| exists(n, sin_cos_pi(m.min(n), n).0),
            |n: u32| exists(n, sin_cos_pi(m.min(n), n).1),
        );
        let largest = |n: u32| {
            let points = &points[(n as usize).min(UNALIASED_POINTS)];
            points.iter().map(|point| f64::from(point[index].abs())).fold(0.0, f64::max)
        };
        // The half cosine lies just beyond (0, −27, 0, −3, 0, −1).
        let half_cosine = [0.0, 28.0, 0.0, 4.0, 0.0, 2.0][index];
        Harmonic {
            twice_cos: each(&|n| 2.0 * cos(n)),
            sin: each(&sin),
            half_cot: each(&|n| {
                let (sin, cos) = sin_cos_pi(m.min(n), 2 * n);
                exists(n, 0.5 * cos / sin)
            }),
            reach: each(&|n| exists(n, float(n) / 512.0 * f64::max(largest(n), half_cosine))),
        }
    };
    LengthVector {
        harmonics: std::array::from_fn(harmonic),
        n: each(&float),
        per_n: each(&|n| 1.0 / float(n)),
        twice_per_n: each(&|n| 2.0 / float(n)),
        ramp_sum: each(&|n| float(n + 1) / 2.0),
        ramp_squares: each(&|n| float(n + 1) * float(2 * n + 1) / (6.0 * float(n))),
        excluded: each(&|n| if n <= longest { 0.0 } else { f64::INFINITY }),
    }
}

fn length(n: u32) -> Length {
    let h = |q: u32| 0.5 - 0.5 * sin_cos_pi(q, n).1 - f64::from(q) / f64::from(n);
    let ramp = (1..n).map(|q| f64::from(q) / f64::from(n) * h(q)).sum();
    let (sin, cos) = sin_cos_pi(1, n);
    Length {
        projection: Projection::new(n),
        half_cosine_ramp: ramp,
        cos,
        per_sin: if n > 1 { 1.0 / sin } else { 0.0 },
    }
}

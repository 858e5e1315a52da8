//! Moves curves to where the segments need them: weighted k-means on integers, for several prefixes of the
//! table at a time.
//!
//! What is to be least is the mean over all groups of the logarithm of what is lost, as the mean SNR in dB
//! would have it. A group therefore weighs the more the less it loses.

use std::ops::Range;

use extrema::codec::curves::{Rows, SINES};
use test_signals::Random;

use super::CURVES;
use super::segments::{Group, Segment};
use super::space::{CLASSES, Point, aliases, half_cosine, project};
use crate::parallel;

/// Curves that are compared side by side.
const LANES: usize = 8;

/// The first two curves are the same in every codebook.
pub const FIXED: usize = 2;

/// The most curves that are tried elsewhere at a time, and how often all are moved until it shows whether
/// that was good.
const MOST_RELOCATED: f64 = 8.0;
const ROUNDS_AFTER: usize = 4;

/// A curve's coefficients, each within `i8`.
pub type Curve = [i32; SINES];

/// A segment in single precision.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    pub point: [f32; SINES],
    pub weight: f32,
    class: u8,
}

/// The samples of a group, and its share in the whole.
#[derive(Debug, Clone)]
pub struct Part {
    pub range: Range<usize>,
    pub lost: f64,
    pub share: f64,
}

/// What is trained.
pub struct Trainer {
    pub samples: Vec<Sample>,
    pub parts: Vec<Part>,
    /// By ordinal − 1.
    pub curves: Vec<Curve>,
    random: Random,
}

/// Eight curves in a class, by sine.
type Block = [[f32; LANES]; SINES];

/// Sums over the samples that are nearest to a curve, by class: of the weights, and of the weighted points.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    weights: [f64; CLASSES],
    points: [Point; CLASSES],
}

impl Sums {
    fn add(&mut self, other: &Self) {
        for class in 0..CLASSES {
            self.weights[class] += other.weights[class];
            for (sum, x) in self.points[class].iter_mut().zip(other.points[class]) {
                *sum += x;
            }
        }
    }

    /// The curve of whole numbers from which the samples are least distant, one coefficient after the
    /// other from where it is.
    fn best(&self, mut curve: Curve) -> Curve {
        let (mut squares, mut sums) = ([[0.0; SINES]; SINES], [0.0; SINES]);
        for class in 0..CLASSES {
            let aliases = aliases(class);
            for (i, alias) in aliases.iter().enumerate() {
                let &Some((at, sign)) = alias else { continue };
                sums[i] += sign * self.points[class][at];
                for (j, other) in aliases.iter().enumerate() {
                    if let &Some((to, with)) = other
                        && to == at
                    {
                        squares[i][j] += self.weights[class] * sign * with;
                    }
                }
            }
        }
        for _ in 0..20 {
            let before = curve;
            for i in (0..SINES).filter(|&i| squares[i][i] > 0.0) {
                let others = (0..SINES).filter(|&j| j != i);
                let taken: f64 = others.map(|j| squares[i][j] * f64::from(curve[j])).sum();
                let wanted = ((sums[i] - taken) / squares[i][i]).round();
                curve[i] = wanted.clamp(i8::MIN.into(), i8::MAX.into()) as i32;
            }
            if curve == before {
                break;
            }
        }
        curve
    }
}

impl Trainer {
    pub fn new(groups: &[Group], seed: u64) -> Self {
        let (mut samples, mut parts) = (Vec::new(), Vec::new());
        for Group { segments, lost, share } in groups {
            let squared = |point: &Point| point.iter().map(|a| a * a).sum::<f64>();
            let of_line: f64 =
                segments.iter().map(|segment| segment.weight * squared(&segment.point)).sum();
            // Only ratios count, so the straight line alone loses 1.
            let scale = 1.0 / (lost + of_line);
            let from = samples.len();
            samples.extend(segments.iter().map(|&Segment { point, weight, class }| Sample {
                point: point.map(|a| a as f32),
                weight: (weight * scale) as f32,
                class: class as u8,
            }));
            parts.push(Part { range: from..samples.len(), lost: lost * scale, share: *share });
        }
        Self { samples, parts, curves: vec![[0; SINES]; FIXED], random: Random::new(seed) }
    }

    /// The table.
    pub fn rows(&self) -> Rows {
        let mut rows = [[0; SINES]; CURVES];
        for (row, curve) in rows.iter_mut().zip(&self.curves) {
            *row = curve.map(|s| s as i8);
        }
        rows
    }

    /// Where a curve lies in each class.
    pub fn points(&self, index: usize) -> [[f32; SINES]; CLASSES] {
        std::array::from_fn(|class| {
            let point = match index {
                1 => half_cosine(class),
                _ => project(&self.curves[index].map(f64::from), class),
            };
            point.map(|s| s as f32)
        })
    }

    /// Begins with curves where samples are, the likelier the more those lose.
    pub fn scatter(&mut self) {
        let mut nearest = vec![f32::INFINITY; self.samples.len()];
        let mut weights = vec![0.0; self.samples.len()];
        for part in &self.parts {
            for index in part.range.clone() {
                weights[index] = part.share * f64::from(self.samples[index].weight);
            }
        }
        for index in 0..CURVES {
            if index >= FIXED {
                let losses = weights.iter().zip(&nearest).map(|(w, d)| w * f64::from(*d));
                let chosen = draw(losses, &mut self.random);
                self.curves.push(near(&self.samples[chosen]));
            }
            let points = self.points(index);
            for (nearest, sample) in nearest.iter_mut().zip(&self.samples) {
                *nearest = nearest.min(sample.distance(&points));
            }
        }
    }

    /// Moves the curves until they stay, at most `rounds` times, so that the first of them, as many as each
    /// of `prefixes` in ascending order says, lose least. Returns what the objective was last.
    pub fn settle(&mut self, prefixes: &[usize], rounds: usize) -> f64 {
        let mut objective = f64::INFINITY;
        for _ in 0..rounds {
            let blocks = self.blocks();
            let of_parts = parallel::map(&self.parts, |part| self.pass(part, prefixes, &blocks));
            objective = 0.0;
            let mut sums = vec![Sums::default(); self.curves.len()];
            for (part, found) in of_parts {
                objective += part;
                sums.iter_mut().zip(&found).for_each(|(sum, part)| sum.add(part));
            }
            let mut has_moved = false;
            for (curve, sums) in self.curves.iter_mut().zip(&sums).skip(FIXED) {
                let best = sums.best(*curve);
                has_moved |= best != *curve;
                *curve = best;
            }
            if !has_moved {
                break;
            }
        }
        objective
    }

    /// What a part loses, and what its samples say about the curves that are nearest.
    fn pass(&self, part: &Part, prefixes: &[usize], blocks: &[Vec<Block>]) -> (f64, Vec<Sums>) {
        let samples = &self.samples[part.range.clone()];
        let mut found = vec![(0, 0.0); samples.len() * prefixes.len()];
        for (sample, found) in samples.iter().zip(found.chunks_mut(prefixes.len())) {
            nearest(&blocks[usize::from(sample.class)], &sample.point, prefixes, found);
        }
        let mut sums = vec![Sums::default(); self.curves.len()];
        let mut objective = 0.0;
        for level in 0..prefixes.len() {
            let each = || samples.iter().zip(found.iter().skip(level).step_by(prefixes.len()));
            let coded: f64 =
                each().map(|(sample, found)| f64::from(sample.weight) * f64::from(found.1)).sum();
            let share = part.share * weight_of(prefixes[level]);
            objective += share * libm::log(part.lost + coded);
            let scale = share / (part.lost + coded);
            for (sample, &(curve, _)) in each() {
                let (class, weight) = (usize::from(sample.class), scale * f64::from(sample.weight));
                let sums = &mut sums[curve];
                sums.weights[class] += weight;
                for (sum, x) in sums.points[class].iter_mut().zip(sample.point) {
                    *sum += weight * f64::from(x);
                }
            }
        }
        (objective, sums)
    }

    /// Moves curves that hardly any sample needs to where most is lost, as long as that is better. The
    /// neighbours of a curve are near, so moving alone gets stuck.
    pub fn relocate(&mut self, attempts: usize) {
        let all = [CURVES];
        let mut objective = self.settle(&all, 1);
        for _ in 0..attempts {
            let before = self.curves.clone();
            let (uses, losses) = self.uses();
            let mut by_use: Vec<usize> = (FIXED..CURVES).collect();
            by_use.sort_by(|&a, &b| uses[a].total_cmp(&uses[b]));
            let count = 1 + (self.random.unit() * MOST_RELOCATED) as usize;
            for &curve in &by_use[..count] {
                let chosen = draw(losses.iter().copied(), &mut self.random);
                self.curves[curve] = near(&self.samples[chosen]);
            }
            let after = self.settle(&all, ROUNDS_AFTER);
            if after < objective {
                objective = after;
            } else {
                self.curves = before;
            }
        }
        self.settle(&all, 4 * ROUNDS_AFTER);
    }

    /// What would be lost without each curve, and what is lost of each sample.
    fn uses(&self) -> (Vec<f64>, Vec<f64>) {
        let blocks = self.blocks();
        let of_parts = parallel::map(&self.parts, |part| {
            let (mut uses, mut losses) = (vec![0.0; self.curves.len()], Vec::new());
            let samples = &self.samples[part.range.clone()];
            for sample in samples {
                let (curve, best, second) =
                    two_nearest(&blocks[usize::from(sample.class)], &sample.point);
                let weight = f64::from(sample.weight);
                uses[curve] += weight * f64::from(second - best);
                losses.push(weight * f64::from(best));
            }
            let scale = part.share / (part.lost + losses.iter().sum::<f64>());
            (uses, losses, scale)
        });
        let (mut uses, mut losses) = (vec![0.0; self.curves.len()], Vec::new());
        for (of_curves, of_samples, scale) in of_parts {
            uses.iter_mut().zip(of_curves).for_each(|(sum, use_)| *sum += scale * use_);
            losses.extend(of_samples.into_iter().map(|loss| scale * loss));
        }
        (uses, losses)
    }

    /// The curves by class, eight at a time.
    fn blocks(&self) -> Vec<Vec<Block>> {
        let count = self.curves.len().div_ceil(LANES);
        // Far away from everything.
        let mut blocks = vec![vec![[[1e9; LANES]; SINES]; count]; CLASSES];
        for index in 0..self.curves.len() {
            for (blocks, point) in blocks.iter_mut().zip(self.points(index)) {
                for (lanes, s) in blocks[index / LANES].iter_mut().zip(point) {
                    lanes[index % LANES] = s;
                }
            }
        }
        blocks
    }
}

impl Sample {
    /// The squared distance to a curve that is given by its point in each class.
    pub fn distance(&self, points: &[[f32; SINES]; CLASSES]) -> f32 {
        let point = &points[usize::from(self.class)];
        self.point.iter().zip(point).map(|(a, s)| (a - s) * (a - s)).sum()
    }
}

/// How much a prefix counts. The longer ones, which are heard more often, have more curves of their own that
/// could serve them alone.
fn weight_of(prefix: usize) -> f64 {
    if prefix > 32 { 1.7 } else { 1.0 }
}

/// The curve at a sample.
fn near(sample: &Sample) -> Curve {
    sample.point.map(|a| a.round().clamp(i8::MIN.into(), i8::MAX.into()) as i32)
}

/// One of the things that have these weights.
fn draw(weights: impl Iterator<Item = f64> + Clone, random: &mut Random) -> usize {
    let mut left = random.unit() * weights.clone().sum::<f64>();
    let passed = weights.clone().position(|weight| {
        left -= weight;
        left < 0.0
    });
    passed.unwrap_or_else(|| weights.count().saturating_sub(1))
}

/// The squared distances to eight curves.
#[inline(always)]
fn distances(block: &Block, point: &[f32; SINES]) -> [f32; LANES] {
    let mut distances = [0.0; LANES];
    for (lanes, a) in block.iter().zip(point) {
        for (distance, s) in distances.iter_mut().zip(lanes) {
            *distance += (a - s) * (a - s);
        }
    }
    distances
}

/// The nearest of the first curves, as many as each of `prefixes` says, and its squared distance.
fn nearest(blocks: &[Block], point: &[f32; SINES], prefixes: &[usize], found: &mut [(usize, f32)]) {
    let (mut best, mut best_block) = ([f32::INFINITY; LANES], [0_u32; LANES]);
    let mut wanted = prefixes.iter().zip(found).peekable();
    for (number, block) in (0_u32..).zip(blocks) {
        let (distances, first) = (distances(block, point), number as usize * LANES);
        while let Some((prefix, found)) = wanted.next_if(|(prefix, _)| **prefix < first + LANES) {
            let mut nearest = (0, f32::INFINITY);
            for lane in 0..LANES {
                if best[lane] < nearest.1 {
                    nearest = (best_block[lane] as usize * LANES + lane, best[lane]);
                }
                if lane < prefix - first && distances[lane] < nearest.1 {
                    nearest = (first + lane, distances[lane]);
                }
            }
            *found = nearest;
        }
        for lane in 0..LANES {
            let is_nearer = distances[lane] < best[lane];
            best[lane] = if is_nearer { distances[lane] } else { best[lane] };
            best_block[lane] = if is_nearer { number } else { best_block[lane] };
        }
    }
}

/// The nearest curve, its squared distance, and that of the next.
fn two_nearest(blocks: &[Block], point: &[f32; SINES]) -> (usize, f32, f32) {
    let (mut best, mut best_block) = ([f32::INFINITY; LANES], [0_u32; LANES]);
    let mut second = [f32::INFINITY; LANES];
    for (number, block) in (0_u32..).zip(blocks) {
        let distances = distances(block, point);
        for lane in 0..LANES {
            let is_nearer = distances[lane] < best[lane];
            second[lane] = second[lane].min(distances[lane].max(best[lane]));
            best[lane] = if is_nearer { distances[lane] } else { best[lane] };
            best_block[lane] = if is_nearer { number } else { best_block[lane] };
        }
    }
    let first =
        (0..LANES).fold(0, |first, lane| if best[lane] < best[first] { lane } else { first });
    let next = (0..LANES).map(|lane| if lane == first { second[lane] } else { best[lane] });
    let curve = best_block[first] as usize * LANES + first;
    (curve, best[first], next.fold(f32::INFINITY, f32::min))
}

//! Sorts curves greedily: the next one is always that which lowers most what is lost, given those before.

use super::cluster::{FIXED, Trainer};
use crate::parallel;

/// Every how many samples one counts here: the distances of all curves from all samples take memory.
const EVERY: usize = 2;

/// Numbers that are added up side by side.
const LANES: usize = 8;

impl Trainer {
    /// Sorts the curves between each two of `bounds` among themselves. The first bound is 2, since the
    /// curves before are fixed.
    pub fn sort(&mut self, bounds: &[usize]) {
        debug_assert_eq!(bounds.first(), Some(&FIXED));
        let curves: Vec<usize> = (0..self.curves.len()).collect();
        let picked: Vec<usize> =
            self.parts.iter().flat_map(|part| part.range.clone().step_by(EVERY)).collect();
        let distances = parallel::map(&curves, |&curve| {
            let points = self.points(curve);
            picked.iter().map(|&index| self.samples[index].distance(&points)).collect::<Vec<f32>>()
        });
        let weights: Vec<f32> = picked.iter().map(|&index| self.samples[index].weight).collect();
        let mut nearest = vec![f32::INFINITY; picked.len()];
        let take = |curve: usize, nearest: &mut [f32]| {
            nearest.iter_mut().zip(&distances[curve]).for_each(|(a, b)| *a = a.min(*b));
        };
        (0..FIXED).for_each(|curve| take(curve, &mut nearest));
        let mut order: Vec<usize> = (0..FIXED).collect();
        for bound in bounds.windows(2) {
            let mut left: Vec<usize> = (bound[0]..bound[1]).collect();
            while !left.is_empty() {
                let losses =
                    parallel::map(&left, |&curve| self.loss(&weights, &nearest, &distances[curve]));
                let best = (0..left.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b]));
                let curve = left.remove(best.unwrap_or(0));
                take(curve, &mut nearest);
                order.push(curve);
            }
        }
        self.curves = order.into_iter().map(|index| self.curves[index]).collect();
    }

    /// What would be lost with another curve.
    fn loss(&self, weights: &[f32], nearest: &[f32], distances: &[f32]) -> f64 {
        let mut from = 0;
        let of_part = |part: &super::cluster::Part| {
            let range = from..from + part.range.len().div_ceil(EVERY);
            from = range.end;
            let (weights, nearest) = (&weights[range.clone()], &nearest[range.clone()]);
            let lost = sum(weights, nearest, &distances[range]);
            part.share * libm::log(part.lost / EVERY as f64 + f64::from(lost))
        };
        self.parts.iter().map(of_part).sum()
    }
}

/// The sum of the weights times the smaller of two distances.
fn sum(weights: &[f32], a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (weights, rest) = weights.as_chunks::<LANES>();
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for ((weights, a), b) in weights.iter().zip(a).zip(b) {
        for lane in 0..LANES {
            let smaller = if a[lane] < b[lane] { a[lane] } else { b[lane] };
            sums[lane] += weights[lane] * smaller;
        }
    }
    let rest = rest.iter().zip(rest_a).zip(rest_b).map(|((weight, a), b)| weight * a.min(*b));
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}

//! Joins segments to longer ones than all cuts can be searched for.

use fearless_simd::Simd;

use super::fit::{Fitter, PADDING, segment_error};
use super::input::Part;
use super::shift::shift;

/// How many segments are joined at a time, at most.
const SPAN: usize = 8;

/// How often, so that curves can become `SPAN` to the power of this many times longer.
const ROUNDS: usize = 4;

/// Lengths of segments that cost less than `lengths`, made from them by joining and then by moving the
/// cuts of what was joined, in turns. Curves can be as long as `longest` samples.
#[inline(always)]
pub fn join<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    parts: &[Part<'_>],
    padded: &[Vec<f64>],
    mut lengths: Vec<u32>,
    longest: usize,
) -> Vec<u32> {
    debug_assert!(padded.iter().zip(parts).all(|(a, b)| a.len() == b.samples.len() + PADDING));
    for _ in 0..ROUNDS {
        let joined;
        (lengths, joined) = join_once(simd, fitter, parts, padded, &lengths, longest);
        if !joined.contains(&true) {
            break;
        }
        shift(simd, fitter, parts, padded, &mut lengths, &joined, longest);
    }
    lengths
}

/// The lengths that cost least if only the cuts between `lengths` are possible, and which were joined.
#[inline(always)]
fn join_once<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    parts: &[Part<'_>],
    padded: &[Vec<f64>],
    lengths: &[u32],
    longest: usize,
) -> (Vec<u32>, Vec<bool>) {
    let (searched, price) = (fitter.search.lengths.longest(), fitter.search.price);
    let mut ends = vec![0];
    ends.extend(lengths.iter().scan(0, |end, &length| {
        *end += length as usize;
        Some(*end)
    }));
    // Whether any join is possible at all, which it hardly ever is where records are short.
    let is_candidate =
        |from: usize, until: usize| (searched + 1..=longest).contains(&(ends[until] - ends[from]));
    let mut costs = vec![0.0; ends.len()];
    let mut spans = vec![1; ends.len()];
    for until in 1..ends.len() {
        let first = until.saturating_sub(SPAN);
        let joins = (first..until - 1).rev().filter(|&from| is_candidate(from, until));
        let near = (until..ends.len().min(until + SPAN))
            .any(|later| (until.saturating_sub(SPAN)..until).any(|from| is_candidate(from, later)));
        if !near {
            // No join covers this segment, so its cost does not matter.
            costs[until] = costs[until - 1];
            continue;
        }
        // The segment as it is comes first.
        costs[until] = f64::INFINITY;
        for from in std::iter::once(until - 1).chain(joins) {
            let room = costs[until] - (costs[from] + price);
            if room > 0.0 {
                let range = ends[from]..ends[until];
                let error = segment_error(simd, fitter, parts, padded, range, room);
                if error < room {
                    (costs[until], spans[until]) = (costs[from] + price + error, until - from);
                }
            }
        }
    }
    let (mut lengths, mut joined, mut until) = (Vec::new(), Vec::new(), ends.len() - 1);
    while until > 0 {
        let from = until - spans[until];
        lengths.push((ends[until] - ends[from]) as u32);
        joined.push(spans[until] > 1);
        until = from;
    }
    lengths.reverse();
    joined.reverse();
    (lengths, joined)
}

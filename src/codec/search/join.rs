//! Joins segments to longer ones than all cuts can be searched for.

use fearless_simd::Simd;

use super::fit::{Fitter, PADDING};
use super::input::Part;
use crate::codec::sample::level_to_sample;

/// How many segments are joined at a time, at most.
const SPAN: usize = 8;

/// How often, so that curves can become `SPAN` to the power of this many times longer.
const ROUNDS: usize = 4;

/// The lengths that cost least if only the cuts between `lengths` are possible, and if curves can be as
/// long as `longest` samples.
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
        let before = lengths.len();
        lengths = join_once(simd, fitter, parts, padded, &lengths, longest);
        if lengths.len() == before {
            break;
        }
    }
    lengths
}

#[inline(always)]
fn join_once<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    parts: &[Part<'_>],
    padded: &[Vec<f64>],
    lengths: &[u32],
    longest: usize,
) -> Vec<u32> {
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
                let error = error(simd, fitter, parts, padded, range, room);
                if error < room {
                    (costs[until], spans[until]) = (costs[from] + price + error, until - from);
                }
            }
        }
    }
    let (mut joined, mut until) = (Vec::new(), ends.len() - 1);
    while until > 0 {
        let from = until - spans[until];
        joined.push((ends[until] - ends[from]) as u32);
        until = from;
    }
    joined.reverse();
    joined
}

/// The weighted error of a segment of all streams; more than `room` if it is.
#[inline(always)]
fn error<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    parts: &[Part<'_>],
    padded: &[Vec<f64>],
    range: std::ops::Range<usize>,
    room: f64,
) -> f64 {
    let mut total = 0.0;
    for (part, padded) in parts.iter().zip(padded) {
        if total > room {
            break;
        }
        let level = |at: Option<usize>| at.map_or(part.start, |at| part.levels[at]);
        let start = level_to_sample(level(range.start.checked_sub(1)));
        let end = level_to_sample(level(range.end.checked_sub(1)));
        let samples = &padded[range.start..];
        let error = if range.len() > usize::from(u16::MAX) {
            // Only a hold is that long.
            samples[..range.len()].iter().map(|x| (x - start) * (x - start)).sum()
        } else {
            let ordinal = fitter.closest(simd, samples, range.len(), start, end);
            fitter.moments(simd, samples, range.len(), ordinal).error(start, end)
        };
        total += part.weight(range.clone()) * error;
    }
    total
}

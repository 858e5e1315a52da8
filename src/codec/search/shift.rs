//! Moves the cuts next to joined segments, which lie where the search of short ones has left them.

use fearless_simd::Simd;

use super::fit::{Fitter, segment_error};
use super::input::Part;

/// Moves each cut next to a segment that was just `joined` to where the two beside it lose least: at first by
/// up to a quarter of the shorter one, then by half of that, and so on. Segments stay at most `longest` samples
/// long, and as many. Moving all cuts beside long segments again gains 0.1 dB and takes up to half of the time.
#[inline(always)]
pub fn shift<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    parts: &[Part<'_>],
    padded: &[Vec<f64>],
    lengths: &mut [u32],
    joined: &[bool],
    longest: usize,
) {
    let mut from = 0;
    for index in 1..lengths.len() {
        let [before, after] = [lengths[index - 1] as usize, lengths[index] as usize];
        let until = from + before + after;
        // What is longer is a hold.
        if (joined[index - 1] || joined[index]) && before.max(after) <= longest {
            let mut loss = |cut: usize, room: f64| {
                let first = segment_error(simd, fitter, parts, padded, from..cut, room);
                if first >= room {
                    return room;
                }
                first + segment_error(simd, fitter, parts, padded, cut..until, room - first)
            };
            let mut cut = from + before;
            let mut least = loss(cut, f64::INFINITY);
            let mut step = before.min(after) / 4;
            while step > 0 {
                for other in [cut - step, cut + step] {
                    let is_valid = (other - from).max(until - other) <= longest;
                    let loss = if is_valid { loss(other, least) } else { least };
                    if loss < least {
                        (least, cut) = (loss, other);
                    }
                }
                step /= 2;
            }
            lengths[index - 1] = (cut - from) as u32;
            lengths[index] = (until - cut) as u32;
        }
        from += lengths[index - 1] as usize;
    }
}

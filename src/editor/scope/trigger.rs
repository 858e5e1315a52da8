//! The trigger: chooses the left edge of the scope, so that a steady note stands still.

use std::ops::Range;

use crate::editor::history::History;

/// How far back to look for crests, in seconds: one period of 25 Hz, just below the lowest note of a
/// piano (27.5 Hz).
const SEARCH_SECONDS: f64 = 0.04;

/// How much of the signal after a crest is compared with the last frame, in seconds: a period of
/// 83 Hz, and several of most notes.
const COMPARED_SECONDS: f64 = 0.012;

/// Samples in that comparison: eight per millisecond, enough for the harmonics that shape a wave.
const POINTS: usize = 96;

/// How many of the highest crests are compared: a bound on the time this takes.
const CRESTS: usize = 24;

/// A trigger with a memory of the last crest.
#[derive(Debug, Clone, Default)]
pub struct Trigger {
    /// The original after that crest.
    shape: Vec<f32>,
}

impl Trigger {
    /// The position of the crest to place at the trigger's mark, `latest` or before; `latest` itself
    /// if there is none. A crest is a positive maximum of the original. Among the high ones of the
    /// last period, the one wins whose surroundings resemble the last frame most.
    pub fn find(
        &mut self,
        history: &History,
        stream: usize,
        known: &Range<u64>,
        latest: u64,
    ) -> u64 {
        let rate = history.sample_rate();
        let reach = (SEARCH_SECONDS * rate) as u64;
        let stride = (COMPARED_SECONDS * rate / POINTS as f64).max(1.0) as u64;
        let after = stride * POINTS as u64;
        let last = latest.min(known.end.saturating_sub(after + 1));
        let first = last.saturating_sub(reach).max(known.start + 1);
        if first + 2 > last {
            return latest;
        }
        let mut crests: [(f32, u64); CRESTS] = [(f32::NEG_INFINITY, 0); CRESTS];
        let mut count = 0;
        let at = |position| history.original(stream, position);
        let (mut before, mut here) = (at(first - 1), at(first));
        for position in first..last {
            let next = at(position + 1);
            if here > before && here >= next && here > 0.0 {
                // Keeps the highest in no order: a new one replaces the lowest.
                let slot = if count < CRESTS {
                    count += 1;
                    Some(count - 1)
                } else {
                    (0..CRESTS)
                        .min_by(|&a, &b| crests[a].0.total_cmp(&crests[b].0))
                        .filter(|&lowest| crests[lowest].0 < here)
                };
                if let Some(slot) = slot {
                    crests[slot] = (here, position);
                }
            }
            (before, here) = (here, next);
        }
        let crests = &crests[..count];
        let highest = crests.iter().fold(0.0_f32, |most, crest| most.max(crest.0));
        let shape = |position: u64| {
            (0..POINTS as u64)
                .map(move |i| at(position + i * stride))
                .map(|x| if x.is_nan() { 0.0 } else { x })
        };
        // The normalised cross-correlation with the last frame, −1 to 1.
        let similarity = |position: u64| {
            let (mut product, mut energy, mut own) = (0.0, 1e-9, 1e-9);
            for (x, &y) in shape(position).zip(&self.shape) {
                product += x * y;
                energy += x * x;
                own += y * y;
            }
            product / (energy * own).sqrt()
        };
        let best = crests
            .iter()
            .filter(|crest| crest.0 > 0.5 * highest)
            .map(|&(height, position)| {
                // Height decides while there is no last frame to resemble, and stays a minor
                // criterion so that a new note takes over; age only breaks ties, so that the scope
                // shows what was played most recently. The weights were set by eye.
                let age = (last - position) as f32 / reach as f32;
                (similarity(position) + 0.25 * height / highest - 0.05 * age, position)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, position)) = best else { return latest };
        let shape = shape(position).collect();
        self.shape = shape;
        position
    }
}

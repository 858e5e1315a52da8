//! Finds where the scope's picture begins, so that a held note stands still.

use crate::editor::history::History;

/// How far back is looked for a crest, in seconds: a period of the lowest note there is to hold.
const REACH: f64 = 0.04;

/// How much of the wave after a crest is compared with the picture before, in seconds.
const LIKENESS: f64 = 0.012;

/// Points of that comparison.
const POINTS: usize = 96;

/// How many of the highest crests are compared.
const CRESTS: usize = 24;

/// Remembers what the wave looked like at the last crest.
#[derive(Debug, Clone, Default)]
pub struct Trigger {
    shape: Vec<f32>,
}

impl Trigger {
    /// The position of the crest that belongs at the picture's mark, no later than `latest`. Crests
    /// are an extremum of the original; among the highest of one period, the one that looks most
    /// like the last wins.
    pub fn find(
        &mut self,
        history: &History,
        stream: usize,
        known: &std::ops::Range<u64>,
        latest: u64,
    ) -> u64 {
        let rate = history.sample_rate();
        let reach = (REACH * rate) as u64;
        let stride = (LIKENESS * rate / POINTS as f64).max(1.0) as u64;
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
                // Keep the highest, unordered: replace the lowest.
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
        let likeness = |position: u64| {
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
                // The newest of equals, so that the picture is of now.
                let age = (last - position) as f32 / reach as f32;
                (likeness(position) + 0.25 * height / highest - 0.05 * age, position)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, position)) = best else { return latest };
        let stretch: Vec<f32> = shape(position).collect();
        self.shape = stretch;
        position
    }
}

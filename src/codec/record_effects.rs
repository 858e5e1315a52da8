//! Loss and Edge: what becomes of a stream's records after they have been matched.

use super::curves::LINE;
use super::record::Record;
use super::settings::{LossMode, Settings, Share};
use super::slope::{Slope, straightened};

/// How far back a stand-in for a lost record can lie: the longest run, rounded up to even.
const KEPT: usize = 64;
const _: () = assert!(*Settings::LOSS_RUN.end() as usize <= KEPT);

/// What stands in where there is no record yet.
const NOTHING: (Record, i16) = (Record::hold(1), 0);

/// How many records are handed on at a time.
const BATCH: usize = 64;

/// Loses and delays the curves of one stream.
#[derive(Debug)]
pub struct RecordEffects {
    /// The level that the records as they come end on, and that of the records handed on.
    meant: i16,
    heard: i16,
    /// Curves lost in the current run.
    lost: u8,
    /// The steepest of those that have been lost since a record was kept.
    steepest: Slope,
    /// The latest records as they came and the levels they started on, by their number modulo [`KEPT`].
    before: [(Record, i16); KEPT],
    number: usize,
    /// Whether nothing of a loss is left: levels agree, and no record is kept.
    is_idle: bool,
}

/// What *Loss* does to the records of a block.
#[derive(Debug, Clone, Copy)]
struct Losing {
    share: f64,
    run: u8,
    /// The probability that a run starts at a curve, so that `share` of all curves are lost on average.
    start: f64,
    mode: LossMode,
}

impl Losing {
    fn new(settings: &Settings) -> Self {
        let (share, run) = (settings.loss.factor(), settings.loss_run);
        let start = share / (share + f64::from(run) * (1.0 - share));
        Self { share, run, start, mode: settings.loss_mode }
    }
}

impl RecordEffects {
    /// At the start of a stream.
    pub fn new() -> Self {
        Self {
            meant: 0,
            heard: 0,
            lost: 0,
            steepest: Slope::FLAT,
            before: [NOTHING; KEPT],
            number: 0,
            is_idle: true,
        }
    }

    /// Whether nothing of a loss is left.
    pub fn is_idle(&self) -> bool {
        self.is_idle
    }

    /// Whether [`Self::process`] would hand on what it is given.
    #[inline]
    pub fn is_neutral(&self, settings: &Settings) -> bool {
        self.is_idle & (settings.loss.thousandths() == 0) & (settings.edge.thousandths() == 0)
    }

    /// Hands on consecutive records, changed as the settings say. `level` is the level that the first of
    /// them was meant to start on, `position` that of its first sample.
    #[inline(never)]
    pub fn process(
        &mut self,
        records: &[Record],
        level: i16,
        mut position: u64,
        settings: &Settings,
        mut emit: impl FnMut(&[Record]),
    ) {
        if self.is_idle {
            (self.meant, self.heard) = (level, level);
        }
        debug_assert_eq!(self.meant, level, "records are missing");
        let losing = Losing::new(settings);
        // Nothing to lose and nothing to make up for: that leaves the edge.
        let keeps_all = self.is_idle && losing.share == 0.0;
        if keeps_all {
            self.forget();
        }
        let mut out = [Record::hold(1); BATCH];
        let mut count = 0;
        for &record in records {
            let length = record.length();
            let kept = if keeps_all { record } else { self.lose(record, position, losing) };
            let (wait, rest) = delayed(kept, settings.edge);
            if wait > 0 {
                out[count] = Record::hold(wait);
                count += 1;
            }
            out[count] = rest;
            count += 1;
            position += u64::from(length);
            if count + 2 > BATCH {
                emit(&out[..count]);
                count = 0;
            }
        }
        emit(&out[..count]);
        self.is_idle = losing.share == 0.0 && self.heard == self.meant;
        if self.is_idle {
            self.steepest = Slope::FLAT;
        }
    }

    /// What stands for a record that starts at a position.
    #[inline(always)]
    fn lose(&mut self, record: Record, position: u64, losing: Losing) -> Record {
        let meant = record.end(self.meant);
        let is_lost = !record.is_hold() && self.is_lost(position, losing);
        let stand_in = if is_lost | (self.heard != self.meant) {
            self.replaced(record, meant, is_lost, losing)
        } else {
            self.steepest = Slope::FLAT;
            record
        };
        if losing.share > 0.0 {
            self.before[self.number % KEPT] = (record, self.meant);
            self.number += 1;
        } else {
            self.forget();
        }
        self.meant = meant;
        self.heard = stand_in.end(self.heard);
        stand_in
    }

    /// Ends a run, also at a hold: what comes next may not be seen here, and must not find an old run.
    #[inline(always)]
    fn forget(&mut self) {
        self.lost = 0;
        if self.number > 0 {
            self.before = [NOTHING; KEPT];
            self.number = 0;
        }
    }

    /// What stands for a record that is lost, or follows on one.
    #[inline(always)]
    fn replaced(&mut self, record: Record, meant: i16, is_lost: bool, losing: Losing) -> Record {
        let length = record.length();
        let own = Slope::new(self.meant, meant, length);
        // The way back to the wave must not be steeper than what was lost, or it would click.
        let limit = self.steepest.max(own);
        let is_steep = self.heard != self.meant && Slope::new(self.heard, meant, length) > limit;
        if !(is_lost || is_steep) {
            self.steepest = Slope::FLAT;
            return straightened(record, self.heard, self.meant);
        }
        self.steepest = limit;
        match losing.mode {
            LossMode::Repeat if !record.is_hold() => self.repeated(length, losing.run, limit),
            _ => Record::hold(length),
        }
    }

    /// Whether a curve that starts at a position is lost; counts the run.
    #[inline(always)]
    fn is_lost(&mut self, position: u64, losing: Losing) -> bool {
        let goes_on = self.lost > 0 && self.lost < losing.run && losing.share > 0.0;
        self.lost = if goes_on {
            self.lost + 1
        } else {
            u8::from(losing.share > 0.0 && uniform(position) < losing.start)
        };
        self.lost > 0
    }

    /// The record a run before this one, or one more if the run is odd: so highs stand in for highs. A hold
    /// if it would be steeper than `limit` because it goes much further than in its own place.
    fn repeated(&self, length: u32, run: u8, limit: Slope) -> Record {
        let back = usize::from(run).next_multiple_of(2);
        let (source, start) = match self.number.checked_sub(back) {
            Some(number) => self.before[number % KEPT],
            None => NOTHING,
        };
        let end = source.end(self.heard);
        let goes_further = u32::from(end.abs_diff(self.heard)) > 2 * u32::from(end.abs_diff(start));
        let is_steep = goes_further && Slope::new(self.heard, end, length) > limit;
        match u16::try_from(length) {
            Ok(length) if !source.is_hold() && !is_steep => {
                Record::curve(source.ordinal(), length, end)
            }
            _ => Record::hold(length),
        }
    }
}

/// For how many samples a record waits if it is a curve, a share of its length, and what follows.
#[inline(always)]
fn delayed(record: Record, edge: Share) -> (u32, Record) {
    if record.is_hold() || edge == Share::NONE {
        return (0, record);
    }
    let length = record.length();
    // In whole numbers, so that halves are rounded as the definition says.
    let wait = ((u32::from(edge.thousandths()) * length + 500) / 1000).min(length - 1);
    let rest = length - wait;
    let ordinal = if rest == 1 { LINE } else { record.ordinal() };
    // No curve is longer than a `u16` can hold.
    (wait, Record::curve(ordinal, rest as u16, record.end(0)))
}

/// A number from 0 to 1 that looks random and depends on the position alone: splitmix64, by Sebastiano
/// Vigna.
fn uniform(position: u64) -> f64 {
    let mut z = position.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a curve is lost after a run that *Loss* at 0 has ended, with records between in batches of
    /// these sizes.
    fn is_lost_after_a_pause(batches: &[usize]) -> bool {
        let on = Settings { loss: Settings::MAX_LOSS, loss_run: 64, ..Settings::default() };
        let off = Settings { loss: Share::NONE, ..on };
        let rare = Settings { loss: Share::from_thousandths(1), ..on };
        let curve = |end| Record::curve(LINE, 1, end);
        let mut effects = RecordEffects::new();
        let mut handed_on = Vec::new();
        let mut process = |records: &[Record], level, position, settings| {
            handed_on.clear();
            effects.process(records, level, position, settings, |more| {
                handed_on.extend_from_slice(more);
            });
            handed_on.contains(&Record::hold(1))
        };
        // Back at the level before, so that nothing has to be made up for.
        let first = (0..).find(|&position| uniform(position) < 0.05).expect("a position");
        assert!(process(&[curve(100), curve(0)], 0, first, &on), "nothing is lost");
        let mut position = first + 2;
        for &count in batches {
            process(&vec![Record::hold(1); count], 0, position, &off);
            position += count as u64;
        }
        process(&[curve(100)], 0, position, &rare)
    }

    #[test]
    fn a_run_ends_when_loss_is_turned_off_whatever_the_batches() {
        for batches in [&[1][..], &[1, 1], &[2], &[3, 1]] {
            assert!(!is_lost_after_a_pause(batches), "{batches:?}");
        }
    }
}

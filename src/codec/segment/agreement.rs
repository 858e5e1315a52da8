//! Whether two segmenters go on in the same way.

use super::{Segmenter, State};

impl Segmenter {
    /// Whether this one, of which the same settings are in force, will find the same segments as another from
    /// the same input. Never with a threshold that follows the level, which remembers more than is compared.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let state = match (&self.state, &other.state) {
            (
                State::Slope { previous: a, direction: x },
                State::Slope { previous: b, direction: y },
            ) => a == b && x == y,
            (State::PeakFlat { reference: a }, State::PeakFlat { reference: b }) => a == b,
            (
                State::PeakMoving { rising: x, extreme: a, position: p },
                State::PeakMoving { rising: y, extreme: b, position: q },
            ) => x == y && a == b && p == q,
            _ => false,
        };
        let rest =
            |of: &Self| (of.start, of.next, of.restarted, of.turns, of.returning, of.earliest_end);
        state && rest(self) == rest(other)
    }
}

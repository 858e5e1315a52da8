//! What an excerpt has before its first frame.

use crate::codec::Record;

/// Where a stream stands at the first frame of an excerpt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The level on which the record that is open starts, or the next if none is open.
    pub start: i16,
    /// The record that is open, and how many of its frames lie before the first: at least 1, and fewer than
    /// all.
    pub open: Option<(Record, u32)>,
}

/// The number of frames before the first one, and the records with which each stream begins. All of them
/// end at that frame or, if a record is open, behind it.
pub fn lead_in(places: &[Place]) -> (u32, Vec<Vec<Record>>) {
    // The rest of a hold is a hold.
    let places: Vec<Place> = places
        .iter()
        .map(|&Place { start, open }| match open {
            Some((record, before)) if record.is_hold() => {
                Place { start, open: Some((Record::hold(record.length() - before), 0)) }
            }
            open => Place { start, open },
        })
        .collect();
    let least = |place: &Place| {
        // Streams begin at level 0, and a curve of one frame sets any other.
        place.open.map_or(0, |(_, before)| before) + u32::from(place.start != 0)
    };
    let frames = places.iter().map(least).max().unwrap_or(0);
    let records = |place: &Place| {
        let level = (place.start != 0).then(|| Record::curve(1, 1, place.start));
        let spare = frames - least(place);
        let wait = (spare > 0).then(|| Record::hold(spare));
        level.into_iter().chain(wait).chain(place.open.map(|(record, _)| record)).collect()
    };
    (frames, places.iter().map(records).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_before_streams_that_begin() {
        let place = Place { start: 0, open: None };
        assert_eq!(lead_in(&[place, place]), (0, vec![vec![], vec![]]));
    }

    #[test]
    fn every_stream_has_as_many_frames_before_the_first() {
        let curve = Record::curve(7, 100, 5);
        let places = [
            Place { start: 0, open: Some((curve, 60)) },
            Place { start: -9, open: Some((Record::hold(80), 70)) },
            Place { start: 3, open: Some((curve, 99)) },
            Place { start: 8, open: None },
        ];
        let (frames, streams) = lead_in(&places);
        assert_eq!(frames, 100);
        assert_eq!(streams[0], [Record::hold(40), curve]);
        assert_eq!(streams[1], [Record::curve(1, 1, -9), Record::hold(99), Record::hold(10)]);
        assert_eq!(streams[2], [Record::curve(1, 1, 3), curve]);
        assert_eq!(streams[3], [Record::curve(1, 1, 8), Record::hold(99)]);
    }
}

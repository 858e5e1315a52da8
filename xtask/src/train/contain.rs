//! Keeps curves between their ends. One that goes far beyond them fits few segments, and clicks when it is
//! chosen for a segment that begins off the wave, as after *Loop* or a change of *Levels*.

use extrema::codec::curves::{Rows, SINES};

/// How far a curve that rises by 1 may go beyond its ends. Of those that are found all but one in 255 stay within
/// a hundredth.
const MOST_BEYOND: f64 = 1.0 / 64.0;

/// Steps in which curves that go further are brought nearer to the straight line.
const STEPS: i32 = 64;

/// Points at which curves are looked at.
const POINTS: u32 = 256;

/// Brings curves that leave the span between their ends as near to the straight line as they must be.
pub fn contain(rows: &mut Rows) {
    for row in rows {
        let found = *row;
        let shrunk = |step: i32| found.map(|s| (i32::from(s) * step / STEPS) as i8);
        if let Some(contained) =
            (0..=STEPS).rev().map(shrunk).find(|row| beyond(row) <= MOST_BEYOND)
        {
            *row = contained;
        }
    }
}

/// How far a curve that rises by 1 goes beyond its ends.
fn beyond(row: &[i8; SINES]) -> f64 {
    let value = |point: u32| {
        let t = f64::from(point) / f64::from(POINTS);
        let sine = |(index, &s): (usize, &i8)| {
            f64::from(s) / 256.0 * libm::sin((index + 1) as f64 * std::f64::consts::PI * t)
        };
        t + row.iter().enumerate().map(sine).sum::<f64>()
    };
    (0..=POINTS).map(value).map(|y| (-y).max(y - 1.0)).fold(0.0, f64::max)
}

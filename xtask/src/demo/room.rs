//! The space the demo piece sounds in: a mix of left and right, an echo, and a room.

use std::f64::consts::FRAC_PI_4;

use super::voices::SAMPLE_RATE;

/// Left and right, all of the piece.
pub type Stereo = [Vec<f64>; 2];

/// Silence for so many frames.
pub fn silence(frames: usize) -> Stereo {
    [vec![0.0; frames], vec![0.0; frames]]
}

/// Adds a sound at a time in seconds, with a gain, between left (−1) and right (1).
pub fn place(mix: &mut Stereo, at: f64, pan: f64, gain: f64, sound: &[f64]) {
    let start = (at * SAMPLE_RATE).round() as usize;
    let angle = (pan + 1.0) * FRAC_PI_4;
    for (channel, side) in mix.iter_mut().zip([libm::cos(angle), libm::sin(angle)]) {
        let from = channel.get_mut(start..).unwrap_or_default();
        for (to, x) in from.iter_mut().zip(sound) {
            *to += gain * side * x;
        }
    }
}

/// Adds one mix to another.
pub fn add(mix: &mut Stereo, other: &Stereo, gain: f64) {
    for (to, from) in mix.iter_mut().zip(other) {
        for (to, x) in to.iter_mut().zip(from) {
            *to += gain * x;
        }
    }
}

/// Echoes that fall to and fro between the sides, `seconds` apart.
pub fn echo(dry: &Stereo, seconds: f64, feedback: f64) -> Stereo {
    let delay = (seconds * SAMPLE_RATE) as usize;
    let mut wet = silence(dry[0].len());
    for i in delay..dry[0].len() {
        let back = i - delay;
        wet[0][i] = 0.5 * (dry[0][back] + dry[1][back]) + feedback * wet[1][back];
        wet[1][i] = feedback * wet[0][back];
    }
    wet
}

/// A small hall after Schroeder: combs side by side, then all-passes in a row, a little different
/// on either side.
pub fn hall(dry: &Stereo) -> Stereo {
    let mono: Vec<f64> = dry[0].iter().zip(&dry[1]).map(|(l, r)| 0.5 * (l + r)).collect();
    [0, 23].map(|spread| {
        let mut wet = vec![0.0; mono.len()];
        for length in [1557, 1617, 1491, 1422, 1277, 1356] {
            comb(&mono, length + spread, &mut wet);
        }
        for length in [556, 441, 341] {
            all_pass(&mut wet, length + spread);
        }
        wet
    })
}

/// Adds a chain of ever fainter, ever darker repetitions.
fn comb(dry: &[f64], length: usize, wet: &mut [f64]) {
    let mut ring = vec![0.0; length];
    let mut dark = 0.0;
    for (i, (x, out)) in dry.iter().zip(wet).enumerate() {
        let y = ring[i % length];
        dark += 0.7 * (y - dark);
        ring[i % length] = x + 0.8 * dark;
        *out += y / 6.0;
    }
}

/// Smears in time without a colour of its own.
fn all_pass(signal: &mut [f64], length: usize) {
    let mut ring = vec![0.0; length];
    for (i, x) in signal.iter_mut().enumerate() {
        let y = ring[i % length];
        ring[i % length] = *x + 0.5 * y;
        *x = y - 0.5 * *x;
    }
}

//! The demo piece: seven bars for electric piano, bass, lead and drums, ending in silence.

use super::room::{Stereo, add, echo, hall, place, silence};
use super::track::Track;
use super::voices::{Note, SAMPLE_RATE, bass, frequency, hat, kick, lead, piano, snare};

/// Seconds per beat: 120 beats a minute, four to the bar.
const BEAT: f64 = 0.5;
const BARS: usize = 6;
/// The last chord rings for a bar, half a second of which is silent.
const SECONDS: f64 = (BARS as f64 + 1.0) * 4.0 * BEAT + 0.5;
const FADE: f64 = 1.2;
const SILENT: f64 = 0.5;

/// The piano's chord of each bar as MIDI keys, and the last one.
const CHORDS: [&[u8]; BARS + 1] = [
    &[57, 60, 64, 67, 71],
    &[57, 60, 64, 67, 71],
    &[53, 57, 60, 64, 67],
    &[55, 60, 64, 67, 72],
    &[55, 59, 62, 66, 69],
    &[53, 57, 60, 64, 69],
    &[57, 60, 64, 67, 71],
];

/// Where in a bar the piano strikes: beat, beats held, velocity.
const COMPING: [(f64, f64, f64); 3] = [(0.0, 1.4, 0.8), (1.5, 0.9, 0.55), (2.5, 1.4, 0.7)];

/// The root under each bar, and the last one.
const ROOTS: [u8; BARS + 1] = [33, 33, 29, 36, 31, 29, 33];

/// The bass line over a root: beat, beats held, semitones above.
const BASS_LINE: [(f64, f64, u8); 6] =
    [(0.0, 0.9, 0), (1.0, 0.4, 0), (1.5, 0.45, 12), (2.5, 0.4, 7), (3.0, 0.4, 0), (3.5, 0.4, 12)];

/// The lead's notes: beat in the piece, beats held, MIDI key.
const MELODY: [(f64, f64, u8); 28] = [
    (3.5, 0.5, 74),
    (4.0, 1.4, 76),
    (5.5, 0.5, 74),
    (6.0, 0.5, 72),
    (6.5, 0.9, 74),
    (7.5, 0.5, 69),
    (8.0, 1.0, 72),
    (9.0, 0.5, 69),
    (9.5, 0.5, 67),
    (10.0, 1.3, 69),
    (11.5, 0.5, 72),
    (12.0, 0.5, 76),
    (12.5, 0.5, 79),
    (13.0, 1.0, 76),
    (14.0, 0.5, 74),
    (14.5, 0.5, 72),
    (15.0, 0.9, 74),
    (16.0, 1.9, 78),
    (18.0, 0.5, 76),
    (18.5, 0.5, 74),
    (19.0, 0.9, 71),
    (20.0, 0.7, 72),
    (20.75, 0.25, 74),
    (21.0, 0.9, 76),
    (22.0, 0.5, 81),
    (22.5, 0.5, 79),
    (23.0, 0.9, 76),
    (24.0, 2.4, 71),
];

/// Plays it.
pub fn compose() -> Track {
    let frames = (SECONDS * SAMPLE_RATE) as usize;
    let (chords, basses) = (play_chords(frames), play_bass(frames));
    let (melody, drums) = (play_lead(frames), play_drums(frames));

    let mut mix = silence(frames);
    add(&mut mix, &chords, 0.30);
    add(&mut mix, &basses, 0.55);
    add(&mut mix, &melody, 0.42);
    add(&mut mix, &drums, 0.75);
    let mut sent = echo(&melody, 0.75 * BEAT, 0.45);
    add(&mut mix, &sent, 0.13);
    add(&mut sent, &melody, 0.8);
    add(&mut sent, &chords, 0.6);
    add(&mut sent, &drums, 0.12);
    add(&mut mix, &hall(&sent), 0.22);
    Track { sample_rate: SAMPLE_RATE as u32, channels: master(mix) }
}

fn note(key: u8, beats: f64, velocity: f64) -> Note {
    Note { frequency: frequency(f64::from(key)), held: beats * BEAT, velocity }
}

/// The keys of a chord stand from left to right as they do on a piano.
fn play_chords(frames: usize) -> Stereo {
    let mut mix = silence(frames);
    for (bar, chord) in CHORDS.iter().enumerate() {
        let last = [(0.0, 4.0, 0.9)];
        let strokes: &[_] = if bar == BARS { &last } else { &COMPING };
        for &(beat, held, velocity) in strokes {
            for (i, &key) in chord.iter().enumerate() {
                let at = (bar as f64 * 4.0 + beat) * BEAT + 0.006 * i as f64;
                let pan = 0.3 * (i as f64 - 2.0);
                place(&mut mix, at, pan, 1.0, &piano(note(key, held, velocity)));
            }
        }
    }
    mix
}

fn play_bass(frames: usize) -> Stereo {
    let mut mix = silence(frames);
    for (bar, &root) in ROOTS.iter().enumerate() {
        let last = [(0.0, 3.0, 0)];
        let line: &[_] = if bar == BARS { &last } else { &BASS_LINE };
        for &(beat, held, above) in line {
            let velocity = if beat == 0.0 { 0.95 } else { 0.75 };
            let at = (bar as f64 * 4.0 + beat) * BEAT;
            place(&mut mix, at, 0.0, 1.0, &bass(note(root + above, held, velocity)));
        }
    }
    mix
}

fn play_lead(frames: usize) -> Stereo {
    let mut mix = silence(frames);
    for (beat, held, key) in MELODY {
        place(&mut mix, beat * BEAT, 0.12, 1.0, &lead(note(key, held, 0.85)));
    }
    mix
}

fn play_drums(frames: usize) -> Stereo {
    let mut mix = silence(frames);
    for bar in 0..BARS {
        let start = bar as f64 * 4.0;
        for (beat, velocity) in [(0.0, 1.0), (1.5, 0.7), (2.5, 0.9)] {
            place(&mut mix, (start + beat) * BEAT, 0.0, 0.9, &kick(velocity));
        }
        let fill: &[(f64, f64)] = &[(1.0, 0.9), (2.75, 0.4), (3.0, 0.8), (3.5, 0.6), (3.75, 0.9)];
        let beats = if bar == BARS - 1 { fill } else { &[(1.0, 0.9), (3.0, 0.95)] };
        for (i, &(beat, velocity)) in beats.iter().enumerate() {
            let seed = (bar * 8 + i) as u64 + 1;
            place(&mut mix, (start + beat) * BEAT, -0.1, 0.55, &snare(velocity, seed));
        }
        for eighth in 0..8 {
            let open = eighth == 7 && bar % 2 == 1;
            let velocity = if eighth % 2 == 0 { 0.5 } else { 0.3 };
            let seed = (bar * 8 + eighth) as u64 + 101;
            let at = (start + eighth as f64 * 0.5) * BEAT;
            place(&mut mix, at, 0.35, 0.5, &hat(velocity, open, seed));
        }
    }
    let end = BARS as f64 * 4.0 * BEAT;
    place(&mut mix, end, 0.0, 0.9, &kick(1.0));
    place(&mut mix, end, 0.35, 0.6, &hat(0.8, true, 99));
    mix
}

/// Fades the end to exact silence and brings the highest peak to −1 dBFS.
fn master(mut mix: Stereo) -> Vec<Vec<f32>> {
    for channel in &mut mix {
        let total = channel.len() as f64 / SAMPLE_RATE;
        for (i, x) in channel.iter_mut().enumerate() {
            let left = total - SILENT - i as f64 / SAMPLE_RATE;
            let fade = (left / FADE).clamp(0.0, 1.0);
            *x *= fade * fade * (3.0 - 2.0 * fade);
        }
    }
    let peak = mix.iter().flatten().fold(0.0_f64, |peak, x| peak.max(x.abs()));
    let gain = libm::exp10(-1.0 / 20.0) / peak;
    mix.map(|channel| channel.iter().map(|x| (x * gain) as f32).collect()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_stereo_loud_and_ends_in_silence() {
        let track = compose();
        assert_eq!(track.channels.len(), 2);
        assert!((12.0..=15.0).contains(&track.seconds()));
        let peak = track.channels.iter().flatten().fold(0.0_f32, |peak, x| peak.max(x.abs()));
        assert!((peak - 0.891).abs() < 0.001, "{peak}");
        let silent = (SILENT * SAMPLE_RATE) as usize - 1;
        for channel in &track.channels {
            assert!(channel[track.frames() - silent..].iter().all(|&x| x == 0.0));
            let second = SAMPLE_RATE as usize;
            let loud = |part: &[f32]| part.iter().any(|x| x.abs() > 0.1);
            assert!(channel[..12 * second].chunks(second).all(loud));
        }
        assert!(track.channels[0] != track.channels[1]);
    }
}

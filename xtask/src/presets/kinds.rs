//! The kinds of material that presets are measured on.

use std::path::Path;

use anyhow::Result;

use super::Kind;
use crate::demo;
use crate::sound::material::wav_files;
use crate::test::speech;
use crate::track::Track;

/// How many kinds are taken of a folder.
const COUNT: usize = 12;

/// What is played of each.
const SECONDS: f64 = 5.0;

/// The right channel of a mono track: it comes a little later and quieter.
const DELAY_SECONDS: f64 = 0.009;
const RIGHT_GAIN: f32 = 0.8;

const SAMPLE_RATE: u32 = 44_100;

/// Files of a folder, spread evenly over their names, from their middles.
pub fn of_folder(folder: &Path) -> Result<Vec<Kind>> {
    let paths = wav_files(folder)?;
    let step = paths.len() as f64 / COUNT.min(paths.len()) as f64;
    let chosen = (0..COUNT.min(paths.len())).map(|i| &paths[(i as f64 * step) as usize]);
    let mut kinds = Vec::new();
    for path in chosen {
        let track = Track::read(path)?;
        let from = (0.5 * (track.seconds() - SECONDS)).max(0.0);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().replace('_', " ");
        kinds.push(Kind { name, track: stereo(&track, from) });
    }
    Ok(kinds)
}

/// Made signals, the song and speech where it can be had.
pub fn made() -> Result<Vec<Kind>> {
    let frames = (SECONDS * f64::from(SAMPLE_RATE)) as usize;
    let of = |name: &str, channel: Vec<f32>| Kind {
        name: name.to_owned(),
        track: stereo(&Track { sample_rate: SAMPLE_RATE, channels: vec![channel] }, 0.0),
    };
    let narrow = |wave: Vec<f64>| wave.into_iter().map(|x| x as f32).collect::<Vec<_>>();
    let mut kinds = vec![
        of("chords", narrow(test_signals::chords(f64::from(SAMPLE_RATE), frames, 1))),
        of("tones", test_signals::tone(frames, 110.0)),
        of("noise", narrow(test_signals::white_noise(frames, 0.25, 1))),
    ];
    let song = Track::read(Path::new(demo::SONG))?;
    for (name, from) in [("song, start", 0.5), ("song, end", 6.5)] {
        kinds.push(Kind { name: name.to_owned(), track: stereo(&song, from) });
    }
    if let Some(path) = speech::prepare()? {
        let speech = Track::read(&path)?;
        let frames = (SECONDS * f64::from(speech.sample_rate)) as usize;
        let speech = speech.map(|channel| channel.iter().cycle().take(frames).copied().collect());
        kinds.push(Kind { name: "speech".to_owned(), track: stereo(&speech, 0.0) });
    }
    Ok(kinds)
}

/// [`SECONDS`] of a track in stereo.
fn stereo(track: &Track, from_seconds: f64) -> Track {
    let frames = |seconds: f64| (seconds * f64::from(track.sample_rate)) as usize;
    let part = track.map(|channel| {
        channel.iter().skip(frames(from_seconds)).take(frames(SECONDS)).copied().collect()
    });
    if part.channels.len() == 2 {
        return part;
    }
    let left = part.channels[0].clone();
    let late = std::iter::repeat_n(0.0, frames(DELAY_SECONDS)).chain(left.iter().copied());
    let right = late.take(left.len()).map(|x| RIGHT_GAIN * x).collect();
    part.with(vec![left, right])
}

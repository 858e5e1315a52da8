//! `cargo xtask sound`: measures the sound and writes docs/SOUND.md.

mod clicks;
mod detectors;
mod document;
mod levels;
pub mod material;
pub mod play;

use std::path::Path;

use anyhow::Result;
use extrema::effect::Control;

use crate::{parallel, workspace};

/// Measures on signals, speech and the demo's song. With the WAV files of a folder, it ramps the threshold over
/// them too, and measures on them how much is lost.
pub fn run(folder: Option<&Path>) -> Result<()> {
    let standard = material::standard()?;
    let tracks = folder.map_or_else(|| Ok(Vec::new()), material::tracks)?;
    workspace::announce("Moving every control", "some minutes");
    let mut movements = Vec::new();
    for control in Control::ALL {
        let tracks = if control == Control::Threshold { &*tracks } else { &[] };
        movements.extend(standard.iter().chain(tracks).map(|material| (control, material)));
    }
    let clicks: Vec<_> = parallel::map(&movements, |&(control, material)| {
        println!("{}, {}", control.spec().name, material.name);
        clicks::measure(control, material)
    });
    let clicks: Vec<_> = clicks.into_iter().flatten().collect();
    workspace::announce("Measuring how much is lost", "some seconds");
    let music = if tracks.is_empty() { &standard[material::MADE..] } else { &tracks };
    document::write(music, &clicks)
}

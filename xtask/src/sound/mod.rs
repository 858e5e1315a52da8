//! `cargo xtask sound`: measures the sound and writes docs/SOUND.md.

mod clicks;
mod document;
mod levels;
pub mod material;
pub mod play;

use std::path::Path;

use anyhow::Result;
use extrema::effect::Control;

use crate::workspace;

/// Measures on signals, speech and the demo's song. With the WAV files of a folder, it ramps the threshold over
/// them too, and measures on them how much is lost.
pub fn run(folder: Option<&Path>) -> Result<()> {
    let standard = material::standard()?;
    let tracks = folder.map_or_else(|| Ok(Vec::new()), material::tracks)?;
    workspace::announce("Moving every control", "some minutes");
    let mut clicks = Vec::new();
    for control in Control::ALL {
        println!("{}", control.spec().name);
        let tracks = if control == Control::Threshold { &*tracks } else { &[] };
        let materials = standard.iter().chain(tracks);
        clicks.extend(materials.filter_map(|material| clicks::measure(control, material)));
    }
    workspace::announce("Measuring how much is lost", "some seconds");
    let music = if tracks.is_empty() { &standard[material::MADE..] } else { &tracks };
    document::write(music, &clicks)
}

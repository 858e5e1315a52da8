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

/// Measures on signals, speech and the demo's song, and on the WAV files of a folder if there is one.
pub fn run(folder: Option<&Path>) -> Result<()> {
    let mut materials = material::standard()?;
    if let Some(folder) = folder {
        materials.extend(material::tracks(folder)?);
    }
    workspace::announce("Moving every control", "a minute for each ten materials");
    let mut clicks = Vec::new();
    for control in Control::ALL {
        println!("{}", control.spec().name);
        clicks.extend(materials.iter().filter_map(|material| clicks::measure(control, material)));
    }
    workspace::announce("Measuring how much is lost", "some seconds");
    document::write(&materials, &clicks)
}

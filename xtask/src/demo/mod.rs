//! Plays a track through the finished plugin, and shows what came of it.

mod automation;
mod codec;
mod colour;
mod figures;
mod host;
mod passage;
mod picture;
mod piece;
mod room;
mod voices;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::track::Track;
use crate::{bundle, workspace};
use host::Host;

/// Builds, bundles, plays, checks and measures.
pub fn run(file: Option<&Path>) -> Result<()> {
    // Before minutes of building, in case that it cannot be read.
    let (name, dry) = match file {
        Some(path) => (path.display().to_string(), Track::read(path)?),
        None => ("a short piece of our own".to_owned(), piece::compose()),
    };
    let bundles = bundle::run()?;
    let folder = workspace::target()?.join("demo");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;

    println!("\nPlaying {name} through {} …", bundles.clap.display());
    let automation = automation::over(dry.frames());
    let host = Host::load(&bundles.clap)?;
    let wet = host.bounce(&dry, &automation, false)?;
    let delta = host.bounce(&dry, &automation, true)?;
    let coded = codec::code(&dry, &automation);
    compare(&wet.track, &coded.track)?;

    dry.write(&folder.join("dry.wav"))?;
    wet.track.write(&folder.join("wet.wav"))?;
    delta.track.write(&folder.join("delta.wav"))?;
    picture::draw(&dry, &folder.join("curves.png"))?;

    println!("{}", figures::table(&dry, &wet, &coded));
    println!("The plugin's output is, bit for bit, what its records decode to.");
    println!("Threshold: {}.\n", automation::SHAPE_IN_WORDS);
    for (file, what) in [
        ("dry.wav", "the track"),
        ("wet.wav", "the track through Extrema"),
        ("delta.wav", "what was lost"),
        ("curves.png", "a wave and the curves that replaced it"),
    ] {
        println!("{}: {what}", folder.join(file).display());
    }
    Ok(())
}

/// The piece that is played where there is no file.
#[cfg(unix)]
pub fn piece() -> Track {
    piece::compose()
}

/// Fails unless the plugin has played exactly what the codec decodes to.
fn compare(plugin: &Track, codec: &Track) -> Result<()> {
    for (channel, (a, b)) in plugin.channels.iter().zip(&codec.channels).enumerate() {
        let differs = |(x, y): (&f32, &f32)| x.to_bits() != y.to_bits();
        if let Some(frame) = a.iter().zip(b).position(differs) {
            bail!(
                "the plugin and the codec differ from frame {frame} of channel {channel} on: {} \
                 and {}. This is a fault in Extrema; please report it with the audio file",
                a[frame],
                b[frame]
            );
        }
    }
    Ok(())
}

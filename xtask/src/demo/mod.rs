//! Plays a track through the finished plugin, and shows what came of it.

mod automation;
mod bounce;
mod change;
mod codec;
mod figures;
mod passage;
mod picture;
mod tour;

use std::path::Path;

use anyhow::{Result, bail};
use extrema::effect::Control;

use crate::track::Track;
use crate::{bundle, workspace};
use bounce::{Bounce, bounce};
use change::Change;
use codec::{Coded, code};

/// What is played if no file is given: 14.5 seconds in stereo; `assets/demo/README.md` tells its
/// origin.
pub const SONG: &str = "assets/demo/song.flac";

/// Builds, bundles, plays, checks and measures.
pub fn run(file: Option<&Path>) -> Result<()> {
    let file = file.unwrap_or(Path::new(SONG));
    // A file that cannot be read should fail before minutes of building.
    let dry = Track::read(file)?;
    let plugin = bundle::run()?.clap;
    let folder = workspace::target_folder("demo")?;

    let what = format!("Playing {} through {}", file.display(), plugin.display());
    workspace::announce(&what, "some seconds");
    let automation = automation::over(dry.frames());
    let (wet, coded) = play(&plugin, &dry, &automation)?;
    let delta = [&[Change::new(0, Control::Delta, 1.0)], &automation[..]].concat();
    let (delta, _) = play(&plugin, &dry, &delta)?;
    let parts = tour::over(dry.frames())?;
    let (toured, coded_tour) = play(&plugin, &dry, &tour::changes(&parts))?;

    dry.write(&folder.join("dry.wav"))?;
    wet.track.write(&folder.join("wet.wav"))?;
    delta.track.write(&folder.join("delta.wav"))?;
    toured.track.write(&folder.join("tour.wav"))?;
    picture::draw_thresholds(&dry, &folder.join("curves.png"))?;
    picture::draw_tour(&dry, &coded_tour, &parts, &folder.join("tour.png"))?;

    println!();
    figures::print(&dry, &wet, &coded);
    println!("\nThreshold: {}.\n", automation::SHAPE_IN_WORDS);
    figures::print_tour(&dry, &toured.track, &coded_tour, &parts);
    println!("\nThe plugin's output is, bit for bit, what the library decodes.\n");
    for (file, what) in [
        ("dry.wav", "the track"),
        ("wet.wav", "the track through Extrema"),
        ("delta.wav", "what was lost"),
        ("tour.wav", "the track through six presets, one after another"),
        ("curves.png", "a wave and the curves that replaced it"),
        ("tour.png", "what each of the presets draws"),
    ] {
        println!("{}: {what}", folder.join(file).display());
    }
    Ok(())
}

/// Plays a track through the plugin and through the library, which must agree to the bit.
fn play(plugin: &Path, dry: &Track, changes: &[Change]) -> Result<(Bounce, Coded)> {
    let bounce = bounce(plugin, dry, changes)?;
    let coded = code(dry, changes);
    if let Some(difference) = coded.track.difference(&bounce.track) {
        bail!(
            "the plugin does not play what the codec decodes to: {difference}. This is a fault in \
             Extrema; please report it with the audio file"
        );
    }
    Ok((bounce, coded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_song_is_stereo_loud_and_ends_in_silence() -> Result<()> {
        let song = Track::read(&Path::new("..").join(SONG))?;
        assert_eq!((song.channels.len(), song.sample_rate), (2, 44_100));
        assert!((12.0..=15.0).contains(&song.seconds()));
        let peak = song.channels.iter().flatten().fold(0.0_f32, |peak, x| peak.max(x.abs()));
        assert!((peak - 0.891).abs() < 0.001, "{peak}");
        for channel in &song.channels {
            assert!(channel[song.frames() - 22_000..].iter().all(|&x| x == 0.0));
            let loud = |part: &[f32]| part.iter().any(|x| x.abs() > 0.1);
            assert!(channel[..12 * 44_100].chunks(44_100).all(loud));
        }
        assert!(song.channels[0] != song.channels[1]);
        Ok(())
    }
}

//! Measures everything that the project promises about speed, and writes docs/PERFORMANCE.md.

mod blocks;
mod codec;
mod document;
mod host;
mod machine;
mod peers;
mod plot;
mod scaling;
#[path = "../../../benches/signals.rs"]
mod signals;
mod stages;
mod start;
mod timing;
mod tracks;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{bundle, workspace};
use document::Section;

const DOCUMENT: &str = "docs/PERFORMANCE.md";
const PLOT: &str = "docs/images/ns_per_sample.png";

const HEAD: &str = "\
# Performance

Written by `cargo xtask bench --tracks FOLDER`, which measures all of it in one run, beside other
codecs and a plugin that does nothing. Everything is single-threaded. Ratios are what to look at:
both sides of one met the same machine.
";

const METHOD: &str = "\
* A figure is the median of seven runs in processor time: of the thread for the codec itself, user
  and system of the whole command for command lines, of the process for plugins in a host. What is
  compared runs by turns.
* *Encode* goes from samples in memory to records in memory, *decode* back to `f64` samples in
  blocks of 8192. Times are per sample of each channel; *16-bit* is the file as it is, *float* the
  same at 0.7 of its level, rounded to `f32`. A median or worst in a goal's line is over the
  tracks, for the detector and the kind of samples that come off worst.
* Every command writes the 16-bit WAV file that the others write too (`extrema decode --bits 16`).
  No command replaces a file, which systems write to the disk at once. *All tracks as one* is a file
  in which those that have the rate and the channels of the first follow on each other, so that
  starting a program counts for less.
* The host renders ten seconds of each track, and gets fresh memory for the result every time.
* A block's time is the median of fifteen replays of the same block by a clock, which leaves out
  what interrupts the program now and then and keeps what the block itself costs. The hostile
  inputs are white noise, a sawtooth of period 8, segments of every constant length from 1 to 128,
  noise after a rest, and *ties*: segments midway between two curves, on which `f64` often
  decides or all points are scored.
* Longer tracks repeat a piece of 2^16 samples, which stays in the cache as blocks of a file do.
* Growth counts as linear or flat if costs differ by no more than 15 %.
* Memory for tables is what the first instance allocates beyond what the second does. The time to
  the first instance is taken in a new process.
* Stages are measured by Criterion (`cargo bench --no-default-features`), by a clock.
* Instructions are counted by callgrind in CI (`cargo xtask instructions`), against the counts in
  `benches/instructions.toml`. `cargo xtask bits` compares the output's hashes without AVX2 and on
  64-bit ARM.
";

/// Measures on the WAV files of a folder, or on the demo's piece.
pub fn run(folder: Option<&Path>) -> Result<()> {
    let load = machine::load();
    let work = workspace::target()?.join("bench");
    fs::create_dir_all(&work).with_context(|| format!("cannot make {}", work.display()))?;
    let tracks = tracks::all(folder, &work)?;
    let mut goals = Vec::new();

    println!("== Encoder and decoder, {} tracks ==", tracks.len());
    let codec = shown(codec::measure(&tracks, &mut goals)?);
    println!("== Other codecs ==");
    let peers = shown(peers::measure(&tracks, &work, &mut goals)?);
    println!("== The plugin in a host ==");
    let bundles = bundle::run()?;
    let host = shown(host::measure(&tracks, &bundles, &work, &mut goals)?);
    println!("== The worst block ==");
    let blocks = shown(blocks::measure(&mut goals));
    println!("== Growth ==");
    let growth = shown(scaling::measure(&tracks, &mut goals)?);
    println!("== The first instance ==");
    start::measure(&bundles, &mut goals)?;
    println!("== By segment length ==");
    plot::draw(&codec::by_length()?, Path::new(PLOT))?;
    println!("== Stages ==");
    let stages = shown(stages::measure()?);

    let mut picture = Section::new("By segment length", &[]);
    picture.say("![Time per sample by segment length](images/ns_per_sample.png)");
    let mut method = Section::new("Method", &[]);
    method.say(&on(&tracks, folder.is_some()));
    method.say(METHOD.trim_end());
    let sections =
        [machine::describe(&load)?, codec, picture, peers, host, blocks, growth, stages, method];
    document::write(Path::new(DOCUMENT), HEAD, &goals, &sections)?;
    println!("\nWritten: {DOCUMENT} and {PLOT}");
    Ok(())
}

/// Prints a table as soon as it is known.
fn shown(section: Section) -> Section {
    print!("{section}");
    section
}

/// What was measured on, in words.
fn on(tracks: &[tracks::Track], real: bool) -> String {
    let seconds: f64 = tracks.iter().map(|t| t.channels[0].len() as f64 / t.sample_rate).sum();
    if real {
        format!("Measured on {} real tracks, {seconds:.0} s in all.", tracks.len())
    } else {
        format!("Measured on the demo's piece, {seconds:.0} s, for want of real tracks.")
    }
}

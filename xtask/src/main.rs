//! `cargo xtask`: everything a fresh machine needs to build, test, hear and install Extrema.

#[cfg(unix)]
mod bench;
mod bits;
mod bundle;
#[cfg(unix)]
mod compare;
mod daw;
mod demo;
mod display;
mod fuzz;
mod hosts;
mod install;
mod instructions;
mod parallel;
mod presets;
mod python;
mod screenshots;
mod sound;
mod test;
mod tools;
mod track;
mod train;
mod workspace;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Builds, tests, demonstrates and installs Extrema.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the plugin and play a track through it: WAVs, pictures and figures in target/demo
    Demo {
        /// A mono or stereo audio file (WAV, AIFF, FLAC, MP3, Ogg); without it, a short song
        file: Option<PathBuf>,
    },
    /// Run format, lints, documentation, all tests in debug, the codec's optimised too, and real windows
    Test,
    /// Use the VST3 as it is released in two Python hosts, and check what the editor's frames cost
    Hosts,
    /// Use the plugin in Ardour without a window: automate, play, export, reload; needs Debian 12
    Daw,
    /// Measure speed, beside other codecs, into docs/PERFORMANCE.md and docs/performance.csv
    Bench {
        /// A folder of WAV files to measure on; without it, the demo's song
        #[arg(long, value_name = "FOLDER")]
        tracks: Option<PathBuf>,
    },
    /// Compare rate, SNR and speed with other codecs into docs/COMPARISON.md
    Compare {
        /// A folder of WAV files to compare on; without it, the demo's song
        #[arg(long, value_name = "FOLDER")]
        tracks: Option<PathBuf>,
    },
    /// Measure the sound into docs/SOUND.md: whether controls click, how much is lost
    Sound {
        /// A folder of WAV files to measure on as well
        #[arg(long, value_name = "FOLDER")]
        tracks: Option<PathBuf>,
    },
    /// Measure the factory presets into docs/PRESETS.md, and write what is heard in docs/audio
    Presets {
        /// A folder of WAV files, one for each kind of material; without it, made signals and the song
        #[arg(long, value_name = "FOLDER")]
        tracks: Option<PathBuf>,
    },
    /// Make a codebook from WAV files: target/train/codebook.csv, and how good it is in report.md
    Train {
        /// A folder of WAV files
        folder: PathBuf,
        /// Train without every Nth file by name, and measure on those; 0 to train on all
        #[arg(long, value_name = "N", default_value_t = 3)]
        hold_out: usize,
        /// Where the random numbers start; the same files and seed give the same table
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        seed: u64,
        /// Train nothing, and report how good the table of a CSV file is
        #[arg(long, value_name = "FILE")]
        table: Option<PathBuf>,
    },
    /// Check that processors without AVX2 and 64-bit ARM give the same bits
    Bits,
    /// Count instructions per sample, and fail if they have grown by more than a tenth
    Instructions {
        /// Commit to the present counts: write benches/instructions.toml
        #[arg(long)]
        update: bool,
    },
    /// Fuzz the readers of files, streams and states, and the effect; keep inputs that fail
    Fuzz {
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Build the VST3 and CLAP bundles into target/bundled
    Bundle,
    /// Build the bundles and copy them to this user's plug-in folders
    Install,
    /// Take the pictures of the editor in docs/images, in a real window under Xvfb (Linux)
    Screenshots,
}

fn main() -> Result<()> {
    let args = Args::parse();
    // A path is relative to the user's current folder, which is about to change.
    let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
    let task = match args.task {
        Task::Demo { file } => Task::Demo { file: file.map(absolute) },
        Task::Bench { tracks } => Task::Bench { tracks: tracks.map(absolute) },
        Task::Compare { tracks } => Task::Compare { tracks: tracks.map(absolute) },
        Task::Sound { tracks } => Task::Sound { tracks: tracks.map(absolute) },
        Task::Presets { tracks } => Task::Presets { tracks: tracks.map(absolute) },
        Task::Train { folder, hold_out, seed, table } => {
            Task::Train { folder: absolute(folder), hold_out, seed, table: table.map(absolute) }
        }
        other => other,
    };
    workspace::enter()?;
    match task {
        Task::Demo { file } => demo::run(file.as_deref()),
        Task::Test => test::run(),
        Task::Hosts => hosts::run(),
        Task::Daw => daw::run(),
        #[cfg(unix)]
        Task::Bench { tracks } => bench::run(tracks.as_deref()),
        #[cfg(not(unix))]
        Task::Bench { .. } => anyhow::bail!("processor time is measured on Unix only"),
        #[cfg(unix)]
        Task::Compare { tracks } => compare::run(tracks.as_deref()),
        #[cfg(not(unix))]
        Task::Compare { .. } => anyhow::bail!("processor time is measured on Unix only"),
        Task::Sound { tracks } => sound::run(tracks.as_deref()),
        Task::Presets { tracks } => presets::run(tracks.as_deref()),
        Task::Train { folder, hold_out, seed, table } => {
            train::run(&folder, hold_out, seed, table.as_deref())
        }
        Task::Bits => bits::run(),
        Task::Instructions { update } => instructions::run(update),
        Task::Fuzz { seconds } => fuzz::run(seconds),
        Task::Bundle => bundle::run().map(|_| ()),
        Task::Install => install::run(),
        Task::Screenshots => screenshots::run(),
    }
}

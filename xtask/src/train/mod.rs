//! `cargo xtask train`: makes a codebook from WAV files, and reports how good every prefix of it is.
//!
//! 1. The codec cuts the tracks (`material.rs`) with both detectors, and then with the search and the
//!    codebook that those have given. Every segment becomes six numbers, its projection, and a weight
//!    (`segments.rs`).
//! 2. The closest curve is the nearest of 255 points (`space.rs`), so training is clustering in six
//!    dimensions (`cluster.rs`). The curves are then sorted greedily (`order.rs`), moved so that all prefixes
//!    gain, and at last kept between their ends (`contain.rs`).
//! 3. The real encoders say what it is worth on tracks that were used and on those that were not
//!    (`report.rs`).
//!
//! Nothing depends on the number of threads or on the codebook in the tree, so the same files always
//! give the same table.

mod cluster;
mod contain;
mod material;
mod order;
mod report;
mod segments;
mod space;

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use extrema::codebook_file;
use extrema::codec::codebook_csv;
use extrema::codec::curves::Rows;
use extrema::codec::{CURVE_COUNT, Codebook};

use crate::workspace;
use cluster::Trainer;
use material::Track;
use segments::Cuts;

/// The prefixes that are trained for and reported. Ordinals 1 and 2 are the same in every codebook.
const PREFIXES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 255];

/// The curves of a codebook.
const CURVES: usize = CURVE_COUNT as usize;

/// How often curves are moved at most: before they are sorted, and afterwards.
const ROUNDS: usize = 40;
const ROUNDS_OF_PREFIXES: usize = 80;

/// How often curves that are of little use are tried elsewhere.
const RELOCATIONS: usize = 60;

/// Trains on the WAV files of a folder, leaving out every `hold_out`th by name (0 for none), and writes
/// the table and the report. With a table, it only reports how good that is.
pub fn run(folder: &Path, hold_out: usize, seed: u64, table: Option<&Path>) -> Result<()> {
    let tracks = material::read(folder, hold_out)?;
    let target = workspace::target_folder("train")?;
    let rows = match table {
        Some(table) => *codebook_file::read(table)?.curves().rows(),
        None => make(&tracks, hold_out, seed, &target.join("codebook.csv"))?,
    };
    workspace::announce("Measuring", "some minutes");
    let report = report::report(&tracks, &rows);
    println!("\n{report}");
    write(&target.join("report.md"), &report)
}

/// Makes a table and writes it.
fn make(tracks: &[Track], hold_out: usize, seed: u64, path: &Path) -> Result<Rows> {
    let training: Vec<&Track> = tracks.iter().filter(|track| !track.is_held_out).collect();
    ensure!(!training.is_empty(), "--hold-out {hold_out} leaves no track to train on");
    workspace::announce("Training", "some minutes");
    let clock = Instant::now();
    let say = |what: &str| println!("{:6.1} s  {what}", clock.elapsed().as_secs_f64());

    // Where the detectors cut does not depend on the curves.
    let mut groups = segments::collect(&training, &Codebook::standard(), &Cuts::detectors());
    say("segments of the detectors");
    let first = train(&groups, seed, RELOCATIONS / 4);
    let codebook = Codebook::new("training", &first);
    say("a codebook for the search");
    groups.extend(segments::collect(&training, &codebook, &Cuts::searches()));
    say("segments of the search");
    let mut rows = train(&groups, seed, RELOCATIONS);
    contain::contain(&mut rows);
    say("the codebook");

    let seconds: f64 = training.iter().map(|track| track.seconds()).sum();
    let comment = format!(
        "A codebook: C_k(t) = t + (1/256) * sum_{{m=1..6}} S[k][m] sin(m pi t); ordinal 1 is the straight \
         line; ordinal 2 is\nexactly (1 - cos(pi t))/2 instead; rows 3..255 in greedy order, so that every \
         prefix is a good codebook.\nMade by `cargo xtask train FOLDER --hold-out {hold_out} --seed {seed}` \
         from {} tracks, {:.0} s; {} were held out.",
        training.len(),
        seconds,
        tracks.len() - training.len()
    );
    write(path, &codebook_csv::write(&rows, &comment))?;
    Ok(rows)
}

/// Makes a table from segments.
fn train(groups: &[segments::Group], seed: u64, relocations: usize) -> Rows {
    let mut trainer = Trainer::new(groups, seed);
    trainer.scatter();
    trainer.settle(&[CURVES], ROUNDS);
    trainer.relocate(relocations);
    let mut levels: Vec<usize> = PREFIXES[2..].to_vec();
    trainer.sort(&[2, CURVES]);
    trainer.settle(&levels, ROUNDS_OF_PREFIXES);
    levels.insert(0, 2);
    trainer.sort(&levels);
    trainer.rows()
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("Written: {}", path.display());
    Ok(())
}

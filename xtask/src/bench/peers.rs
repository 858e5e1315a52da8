//! Extrema's command line against those of other codecs, on the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::document::{Row, Section};
use super::timing::{RUNS, command_seconds, median};
use super::tracks::{self, Track};
use crate::{needs, workspace};

/// A codec as two command lines, in which IN, CODED and OUT stand for files.
struct Codec {
    name: &'static str,
    encode: &'static str,
    decode: &'static str,
}

const OURS: &str = "Extrema";
const LAME: &str = "LAME, 128 kbit/s";
const FLAC: &str = "FLAC, −5";

const CODECS: [Codec; 5] = [
    Codec {
        name: OURS,
        encode: "extrema encode IN CODED",
        decode: "extrema decode --bits 16 CODED OUT",
    },
    Codec {
        name: LAME,
        encode: "lame --quiet -b 128 IN CODED",
        decode: "lame --quiet --decode CODED OUT",
    },
    Codec {
        name: "Opus, 128 kbit/s",
        encode: "opusenc --quiet --bitrate 128 IN CODED",
        decode: "opusdec --quiet CODED OUT",
    },
    Codec {
        name: "Vorbis, 128 kbit/s",
        encode: "oggenc --quiet -b 128 -o CODED IN",
        decode: "oggdec --quiet -o OUT CODED",
    },
    Codec {
        name: FLAC,
        encode: "flac --silent --force -5 -o CODED IN",
        decode: "flac --silent --force --decode -o OUT CODED",
    },
];

/// The goals against other codecs, and a table of those that are here.
pub fn measure(tracks: &[Track], work: &Path, goals: &mut Vec<Row>) -> Result<Section> {
    needs::peers();
    let program = build()?;
    let mut section = Section::new(
        "Whole commands",
        &[
            "codec",
            "encode, × real time",
            "decode, × real time",
            "Extrema is faster by",
            "at least by",
            "by, all tracks as one",
        ],
    );
    let (here, missing): (Vec<_>, Vec<_>) = CODECS.iter().partition(|codec| {
        let words = [codec.encode, codec.decode].map(|line| line.split(' ').next());
        codec.name == OURS || words.into_iter().flatten().all(needs::has)
    });
    let mut times = vec![Vec::new(); here.len()];
    for track in tracks {
        let own = seconds(&here, &program, &track.path, work)?;
        times.iter_mut().zip(own).for_each(|(times, own)| times.push(own));
    }
    let joined = work.join("joined.wav");
    tracks::join(tracks, &joined)?;
    let whole = seconds(&here, &program, &joined, work)?;
    let length: f64 = tracks.iter().map(|t| t.channels[0].len() as f64 / t.sample_rate).sum();
    let both = |times: &[f64; 2]| times[0] + times[1];
    for ((codec, peer), joined) in here.iter().zip(&times).zip(&whole) {
        let sum = |part: usize| peer.iter().map(|times| times[part]).sum::<f64>();
        let ratios = times[0].iter().zip(peer).map(|(ours, peer)| both(peer) / both(ours));
        let ratios: Vec<f64> = ratios.collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        section.row(vec![
            codec.name.to_owned(),
            format!("{:.0}", length / sum(0)),
            format!("{:.0}", length / sum(1)),
            format!("{:.1} ×", median(&ratios)),
            format!("{least:.1} ×"),
            format!("{:.1} ×", both(joined) / both(&whole[0])),
        ]);
        let (goal, bound) = match codec.name {
            LAME => (20.0, "≥ 20 × faster"),
            FLAC => (3.0, "≥ 3 × faster"),
            _ => continue,
        };
        let what = format!("encode and decode, whole commands, against {}", codec.name);
        let ratio = median(&ratios);
        for (what, ratio) in [
            (what.clone(), ratio),
            (format!("{what}, all tracks as one"), both(joined) / both(&whole[0])),
        ] {
            goals.push(Row::new(&what, format!("{ratio:.1} ×"), bound, ratio >= goal));
        }
    }
    for codec in missing {
        section.say(&format!("{} is not installed here.", codec.name));
    }
    Ok(section)
}

/// What encoding and decoding a file take each codec, in seconds of processor time.
fn seconds(codecs: &[&Codec], program: &Path, input: &Path, work: &Path) -> Result<Vec<[f64; 2]>> {
    let files = [input.to_owned(), work.join("coded"), work.join("out.wav")];
    let mut runs = vec![[const { Vec::new() }; 2]; codecs.len()];
    // By turns, so that what else the machine does meets all of them.
    for _ in 0..RUNS {
        for (codec, runs) in codecs.iter().zip(&mut runs) {
            let lines = [codec.encode, codec.decode].into_iter().zip(&files[1..]);
            for ((line, output), runs) in lines.zip(runs) {
                // Systems write a file at once that takes the place of another.
                if output.exists() {
                    fs::remove_file(output)?;
                }
                runs.push(command_seconds(&mut command(line, program, &files))?);
            }
        }
    }
    Ok(runs.iter().map(|runs| runs.each_ref().map(|runs| median(runs))).collect())
}

/// The command line as users install it.
fn build() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package=extrema", "--bin=extrema"]);
    cargo.args(["--no-default-features", "--features=cli"]);
    workspace::run(&mut cargo)?;
    Ok(workspace::target()?.join("release").join("extrema"))
}

fn command(line: &str, program: &Path, [input, coded, out]: &[PathBuf; 3]) -> Command {
    let mut words = line.split(' ');
    let first = words.next().unwrap_or_default();
    let mut command = if first == "extrema" { Command::new(program) } else { Command::new(first) };
    for word in words {
        match word {
            "IN" => command.arg(input),
            "CODED" => command.arg(coded),
            "OUT" => command.arg(out),
            _ => command.arg(word),
        };
    }
    command
}

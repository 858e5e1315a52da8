//! Extrema's command line against those of other codecs, on the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::report::Report;
use super::timing::{RUNS, command_seconds, median};
use super::tracks::{self, Track};
use crate::{tools, workspace};

/// A codec as two command lines, in which IN, CODED and OUT stand for files.
struct Codec {
    name: &'static str,
    encode: &'static str,
    decode: &'static str,
}

const EXTREMA: &str = "Extrema";
const LAME: &str = "LAME, 128 kbit/s";
const FLAC: &str = "FLAC, −5";

const CODECS: [Codec; 5] = [
    Codec {
        name: EXTREMA,
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

/// Measures all codecs that are installed.
pub fn measure(tracks: &[Track], work: &Path, report: &mut Report) -> Result<()> {
    report.section("commands", "Other codecs", "some seconds a track");
    for tool in tools::OTHER_CODECS {
        // A codec that cannot be installed is left out.
        if let Err(error) = tools::ensure(&[tool]) {
            println!("SKIPPED: {error:#}");
        }
    }
    let program = workspace::build_program(workspace::RELEASE)?;
    let is_installed = |codec: &&Codec| {
        let commands = [codec.encode, codec.decode].map(|line| line.split(' ').next());
        codec.name == EXTREMA || commands.into_iter().flatten().all(tools::has)
    };
    let codecs: Vec<_> = CODECS.iter().filter(is_installed).collect();
    let mut times = vec![Vec::new(); codecs.len()];
    for track in tracks {
        let found = seconds(&codecs, &program, &track.path, work)?;
        times.iter_mut().zip(found).for_each(|(times, found)| times.push(found));
    }
    let joined = work.join("joined.wav");
    tracks::join(tracks, &joined)?;
    let joined = seconds(&codecs, &program, &joined, work)?;
    let length: f64 = tracks.iter().map(Track::seconds).sum();
    let both = |times: &[f64; 2]| times[0] + times[1];
    for ((codec, times_of), joined_time) in codecs.iter().zip(&times).zip(&joined) {
        for (part, quantity) in ["encode speed", "decode speed"].into_iter().enumerate() {
            let sum: f64 = times_of.iter().map(|times| times[part]).sum();
            report.add("each track", codec.name, quantity, length / sum, "× real time");
        }
        let ratios = times[0].iter().zip(times_of).map(|(ours, other)| both(other) / both(ours));
        let ratios: Vec<f64> = ratios.collect();
        let (ratio, joined_ratio) = (median(&ratios), both(joined_time) / both(&joined[0]));
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        for (input, quantity, ratio) in [
            ("each track", "time against Extrema median", ratio),
            ("each track", "time against Extrema least", least),
            ("all tracks as one", "time against Extrema", joined_ratio),
        ] {
            report.add(input, codec.name, quantity, ratio, "×");
        }
        let times_faster = match codec.name {
            LAME => 20.0,
            FLAC => 3.0,
            _ => continue,
        };
        let what = format!("encode and decode, whole commands, against {}", codec.name);
        for (what, ratio) in
            [(what.clone(), ratio), (format!("{what}, all tracks as one"), joined_ratio)]
        {
            let goal = format!("≥ {times_faster} × faster");
            report.goal(&what, &format!("{ratio:.1} ×"), &goal, ratio >= times_faster);
        }
    }
    Ok(())
}

/// Seconds of processor time that each codec takes to encode and to decode a file.
fn seconds(codecs: &[&Codec], program: &Path, input: &Path, work: &Path) -> Result<Vec<[f64; 2]>> {
    let files = [input.to_owned(), work.join("coded"), work.join("out.wav")];
    let mut runs = vec![[const { Vec::new() }; 2]; codecs.len()];
    // In turns, so that other work on the machine affects all of them.
    for _ in 0..RUNS {
        for (codec, runs) in codecs.iter().zip(&mut runs) {
            let lines = [codec.encode, codec.decode].into_iter().zip(&files[1..]);
            for ((line, output), runs) in lines.zip(runs) {
                // Systems write a file to the disk at once when it replaces another.
                if output.exists() {
                    fs::remove_file(output)?;
                }
                runs.push(command_seconds(&mut command(line, program, &files))?);
            }
        }
    }
    Ok(runs.iter().map(|runs| runs.each_ref().map(|runs| median(runs))).collect())
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

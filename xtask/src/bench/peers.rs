//! Extrema's command line against those of other codecs, on the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::report::Report;
use super::timing::{RUNS, Times, command_times, median};
use super::tracks::{self, Track};
use crate::{tools, workspace};

/// A codec as two command lines, in which IN, CODED and OUT stand for files.
struct Codec {
    name: &'static str,
    encode: &'static str,
    decode: &'static str,
}

const EXTREMA: &str = "Extrema";
const EXTREMA_RAW: &str = "Extrema, raw";
const LAME: &str = "LAME, 128 kbit/s";
const FLAC: &str = "FLAC, −5";

/// Goals for all tracks as one: how many times faster than these codecs whole commands are, by the processor's
/// time and by the clock.
const GOALS: [(&str, f64, f64); 2] = [(LAME, 20.0, 25.0), (FLAC, 3.0, 4.0)];

const CODECS: [Codec; 6] = [
    Codec {
        name: EXTREMA,
        encode: "extrema encode IN CODED",
        decode: "extrema decode --bits 16 CODED OUT",
    },
    Codec {
        name: EXTREMA_RAW,
        encode: "extrema encode --raw IN CODED",
        decode: "extrema decode --raw --bits 16 CODED OUT",
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
    // A raw stream holds one channel.
    let is_mono = tracks.iter().all(|track| track.channels.len() == 1);
    let is_installed = |codec: &&Codec| {
        let commands = [codec.encode, codec.decode].map(|line| line.split(' ').next());
        let is_ours = codec.name == EXTREMA || codec.name == EXTREMA_RAW && is_mono;
        let is_there = commands.into_iter().flatten().all(tools::has);
        is_ours || codec.name != EXTREMA_RAW && is_there
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
    let ours = codecs.iter().position(|codec| codec.name == EXTREMA).unwrap_or(0);
    for ((codec, times_of), joined_times) in codecs.iter().zip(&times).zip(&joined) {
        for (part, quantity) in ["encode speed", "decode speed"].into_iter().enumerate() {
            let sum: f64 = times_of.iter().map(|times: &[Times; 2]| times[part].processor).sum();
            report.add("each track", codec.name, quantity, length / sum, "× real time");
        }
        let ratios = times[ours].iter().zip(times_of).map(|(ours, other)| {
            both(other, |times| times.processor) / both(ours, |times| times.processor)
        });
        let ratios: Vec<f64> = ratios.collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        for (quantity, ratio) in [
            ("time against Extrema median", median(&ratios)),
            ("time against Extrema least", least),
        ] {
            report.add("each track", codec.name, quantity, ratio, "×");
        }
        for (quantity, time) in TIMES {
            let ratio = both(joined_times, time) / both(&joined[ours], time);
            report.add("all tracks as one", codec.name, quantity, ratio, "×");
        }
    }
    for (name, by_processor, by_clock) in GOALS {
        let Some(other) = codecs.iter().position(|codec| codec.name == name) else { continue };
        for (own, codec) in codecs
            .iter()
            .enumerate()
            .filter(|(_, codec)| [EXTREMA, EXTREMA_RAW].contains(&codec.name))
        {
            for ((_, time), (goal, how)) in
                TIMES.iter().zip([(by_processor, "processor"), (by_clock, "clock")])
            {
                let ratio = both(&joined[other], *time) / both(&joined[own], *time);
                let what = format!(
                    "{}: encode and decode all tracks as one, by {how}, against {name}",
                    codec.name
                );
                report.goal(
                    &what,
                    &format!("{ratio:.1} ×"),
                    &format!("≥ {goal} × faster"),
                    ratio >= goal,
                );
            }
        }
    }
    Ok(())
}

/// What is taken of times.
type Which = fn(&Times) -> f64;

/// What is compared of all tracks as one.
const TIMES: [(&str, Which); 2] = [
    ("time against Extrema", |times| times.processor),
    ("clock time against Extrema", |times| times.clock),
];

/// The time of encoding and decoding together.
fn both(times: &[Times; 2], which: Which) -> f64 {
    times.iter().map(which).sum()
}

/// What each codec takes to encode and to decode a file.
fn seconds(
    codecs: &[&Codec],
    program: &Path,
    input: &Path,
    work: &Path,
) -> Result<Vec<[Times; 2]>> {
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
                runs.push(command_times(&mut command(line, program, &files))?);
            }
        }
    }
    let median_of = |runs: &Vec<Times>| {
        let of = |which: Which| median(&runs.iter().map(which).collect::<Vec<_>>());
        Times { processor: of(|times| times.processor), clock: of(|times| times.clock) }
    };
    Ok(runs.iter().map(|runs| runs.each_ref().map(median_of)).collect())
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

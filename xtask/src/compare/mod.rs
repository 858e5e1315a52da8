//! `cargo xtask compare`: Extrema beside other codecs on the same tracks, into docs/COMPARISON.md.

mod codecs;
mod document;
mod plot;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use extrema::audio_file::{AudioReader, SampleFormat, WavWriter};

use crate::bench::timing::command_times;
use crate::sound::material::wav_files;
use crate::{demo, python, tools, workspace};
use codecs::Setting;

/// What is compared of each track, from its middle.
pub const SECONDS: f64 = 5.0;

const MEASURE: &str = "xtask/src/compare/measure.py";
const REQUIREMENTS: &str = "xtask/src/compare/requirements.txt";

/// A codec with one setting on all tracks.
pub struct Measured {
    pub codec: &'static str,
    pub setting: String,
    /// Of each track.
    pub kbits_per_second: Vec<f64>,
    /// The same, packed.
    pub packed_kbits_per_second: Option<Vec<f64>>,
    pub snr_db: Vec<f64>,
    /// Zimtohrli's mean opinion score, 1 to 5.
    pub opinion: Vec<f64>,
    /// Of all tracks together, processor and clock: seconds of audio for each second.
    pub encode_speed: [f64; 2],
    pub decode_speed: [f64; 2],
}

/// A file and the track that it is of.
struct Source {
    /// The excerpt as a WAV file of 16 bits and one channel, by sample rate; 0 is the track's own.
    by_rate: BTreeMap<u32, PathBuf>,
    seconds: f64,
}

/// Compares on the WAV files of a folder, or on the demo's song.
pub fn run(folder: Option<&Path>) -> Result<()> {
    let work = workspace::target_folder("compare")?;
    for tool in tools::OTHER_CODECS {
        // A codec that cannot be installed is left out.
        if let Err(error) = tools::ensure(&[tool]) {
            println!("SKIPPED: {error:#}");
        }
    }
    tools::ensure(&[tools::SOX])?;
    let python = python::environment_with("compare-venv", Path::new(REQUIREMENTS))?;
    let program = workspace::build_program(workspace::RELEASE)?;
    let paths = match folder {
        Some(folder) => wav_files(folder)?,
        None => vec![PathBuf::from(demo::SONG)],
    };
    workspace::announce("Comparing codecs", "some minutes");
    let sources: Vec<Source> = (0..)
        .zip(&paths)
        .map(|(number, path)| excerpt(path, &work, number))
        .collect::<Result<_>>()?;
    let is_installed = |setting: &Setting| {
        let commands = [&setting.encode, &setting.decode].map(|line| line.split(' ').next());
        commands.into_iter().flatten().all(|command| command == "extrema" || tools::has(command))
    };
    let mut all = Vec::new();
    for setting in codecs::all().into_iter().filter(is_installed) {
        println!("{}, {}", setting.codec, setting.setting);
        all.push(measure(&setting, &sources, &program, &python, &work)?);
    }
    plot::draw(&all)?;
    document::write(&all, paths.len(), folder.is_some())
}

/// The middle of a track as WAV files at its own rate and at Opus's.
fn excerpt(path: &Path, work: &Path, number: usize) -> Result<Source> {
    let mut reader = AudioReader::open(path)?;
    let rate = reader.sample_rate();
    let channels = reader.read_all()?;
    let count = channels.len() as f64;
    let frames = channels[0].len();
    let length = frames.min((SECONDS * f64::from(rate)) as usize);
    let from = (frames - length) / 2;
    // One channel, so that no codec makes something of two.
    let mono: Vec<f64> = (from..from + length)
        .map(|frame| channels.iter().map(|channel| channel[frame]).sum::<f64>() / count)
        .collect();
    let own = work.join(format!("{number}.wav"));
    let mut writer = WavWriter::create(&own, rate, 1, SampleFormat::Int16)?;
    writer.write(&[&mono])?;
    writer.finish()?;
    let at_opus_rate = work.join(format!("{number}-48k.wav"));
    // Without dither, which would be noise; a gain against clipping is in the original of Opus too.
    let mut sox = Command::new("sox");
    sox.args(["-D", "-G"]).arg(&own).args(["-b", "16"]).arg(&at_opus_rate);
    workspace::output(sox.args(["rate", "-v", &codecs::OPUS_RATE.to_string()]))?;
    let by_rate = BTreeMap::from([(0, own), (codecs::OPUS_RATE, at_opus_rate)]);
    Ok(Source { by_rate, seconds: length as f64 / f64::from(rate) })
}

/// Encodes, decodes and compares all tracks.
fn measure(
    setting: &Setting,
    sources: &[Source],
    program: &Path,
    python: &Path,
    work: &Path,
) -> Result<Measured> {
    let mut measured = Measured {
        codec: setting.codec,
        setting: setting.setting.clone(),
        kbits_per_second: Vec::new(),
        packed_kbits_per_second: setting.pack.map(|_| Vec::new()),
        snr_db: Vec::new(),
        opinion: Vec::new(),
        encode_speed: [0.0; 2],
        decode_speed: [0.0; 2],
    };
    let (mut encoding, mut decoding) = ([0.0; 2], [0.0; 2]);
    let mut pairs = String::new();
    let mut seconds = 0.0;
    for (number, source) in sources.iter().enumerate() {
        let original = &source.by_rate[&setting.sample_rate.unwrap_or(0)];
        let (coded, packed) = (work.join("coded"), work.join("packed"));
        let decoded = work.join(format!("{number}-decoded.wav"));
        for old in [&coded, &packed, &decoded] {
            workspace::remove(old)?;
        }
        let files = [original, &coded, &packed, &decoded];
        add(&mut encoding, timed(&setting.encode, program, files)?);
        add(&mut decoding, timed(&setting.decode, program, files)?);
        let kilobits = |path: &Path| -> Result<f64> {
            let size = fs::metadata(path).context("nothing was encoded")?.len();
            Ok(size as f64 * 8.0 / 1000.0 / source.seconds)
        };
        measured.kbits_per_second.push(kilobits(&coded)?);
        if let (Some(line), Some(rates)) = (setting.pack, &mut measured.packed_kbits_per_second) {
            timed(line, program, files)?;
            rates.push(kilobits(&packed)?);
        }
        pairs += &format!("{}\t{}\n", original.display(), decoded.display());
        seconds += source.seconds;
    }
    measured.encode_speed = encoding.map(|time| seconds / time);
    measured.decode_speed = decoding.map(|time| seconds / time);
    for line in compare(&pairs, python)?.lines() {
        let (snr, opinion) = line.split_once(' ').context("a comparison has two figures")?;
        measured.snr_db.push(snr.parse().context("an SNR is a number")?);
        measured.opinion.push(opinion.parse().context("a score is a number")?);
    }
    ensure!(measured.snr_db.len() == sources.len(), "not all tracks were compared");
    Ok(measured)
}

/// The SNR and the score of each pair of files.
fn compare(pairs: &str, python: &Path) -> Result<String> {
    let mut child = Command::new(python)
        .arg(MEASURE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start Python")?;
    child.stdin.take().context("Python has no input")?.write_all(pairs.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{MEASURE} failed");
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs a command line on its files: the input, the coded, the packed and the decoded one. Returns processor
/// and clock seconds.
fn timed(line: &str, program: &Path, files: [&PathBuf; 4]) -> Result<[f64; 2]> {
    let mut words = line.split(' ');
    let first = words.next().unwrap_or_default();
    let mut command = Command::new(if first == "extrema" { program } else { Path::new(first) });
    for word in words {
        match ["IN", "CODED", "PACKED", "OUT"].iter().position(|name| *name == word) {
            Some(file) => command.arg(files[file]),
            None => command.arg(word),
        };
    }
    let times = command_times(&mut command)?;
    Ok([times.processor, times.clock])
}

fn add(sum: &mut [f64; 2], times: [f64; 2]) {
    sum.iter_mut().zip(times).for_each(|(sum, time)| *sum += time);
}

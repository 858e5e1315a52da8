//! `extrema inspect`

mod comparison;
mod lengths;
mod names;
mod over_time;
mod plot;
mod records;
mod settings;
mod snr;
mod summary;
mod survey;
mod text;

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::STANDARD_STREAM;

use crate::batch::{FileKind, Folders, Found, Threads, assign, find, for_each};
use crate::encoded_file::{EncodedFile, RawOptions};
use crate::messages;
use comparison::Comparison;
use over_time::Intervals;
use plot::{PlotKind, PlotTarget};
use summary::{Report, Summary};
use survey::Survey;

/// What is shown of folders.
const ENCODED_FILES: FileKind =
    FileKind { name: ".extrema files", extensions: &["extrema"], output: "" };
const RAW_STREAMS: FileKind = FileKind { name: ".raw files", extensions: &["raw"], output: "" };

/// Summarise encoded files, plot them, list their records or measure their SNR
#[derive(Debug, Args)]
pub struct Inspect {
    /// Encoded files, and folders of them, whose sub-folders count too; - for standard input: .extrema, or
    /// raw streams with --raw
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    raw: RawOptions,
    /// The audio file before encoding, to show the signal-to-noise ratio in dB
    #[arg(long, value_name = "FILE", visible_alias = "against")]
    original: Option<PathBuf>,
    /// List every record as tab-separated values instead of the summary
    #[arg(long, conflicts_with = "original")]
    records: bool,
    /// Print JSON, with more details; docs/INSPECT.md explains its fields
    #[arg(long, conflicts_with = "records")]
    json: bool,
    /// Draw the wave and its curves, rate and SNR over time, and which curves and lengths there are, into
    /// this .svg or .png file; with -o, svg or png
    #[arg(long, value_name = "FILE", conflicts_with = "records")]
    plot: Option<PlotTarget>,
    /// Write the plots into this folder, which is made if need be, each beside the name of its file
    #[arg(short, long, value_name = "DIR", requires = "plot")]
    output_folder: Option<PathBuf>,
    /// Where the plot shows the wave [default: where it is loudest]
    #[arg(long, value_name = "SECONDS", requires = "plot", allow_hyphen_values = true,
        value_parser = seconds)]
    at: Option<f64>,
    /// How many milliseconds of the wave the plot shows
    #[arg(long, value_name = "ms", requires = "plot", default_value_t = 10.0,
        allow_hyphen_values = true, value_parser = width)]
    width: f64,
    #[command(flatten)]
    threads: Threads,
}

/// A file to look at, and where its plot goes.
struct Target {
    file: PathBuf,
    plot: Option<(PathBuf, PlotKind)>,
}

impl Inspect {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        self.check()?;
        let mut has_failed = false;
        let kind = if self.raw.is_raw() { &RAW_STREAMS } else { &ENCODED_FILES };
        let found = find(&self.files, kind, |words| {
            has_failed = true;
            messages::say(words);
        });
        let targets = self.targets(found)?;
        if self.records {
            let [Target { file, .. }] = &targets[..] else {
                bail!("--records lists one file; name one");
            };
            let mut file = EncodedFile::open(file, &self.raw)?;
            let mut out = BufWriter::new(io::stdout().lock());
            records::list(&mut file, &mut out)?;
            out.flush().context(messages::CANNOT_PRINT)?;
            warn_if_cut_short(&self.files[0], file.contents().missing.as_deref());
            return Ok(ExitCode::SUCCESS);
        }
        let results: Vec<Mutex<Option<anyhow::Result<Summary>>>> =
            targets.iter().map(|_| Mutex::default()).collect();
        let folders = Folders::default();
        for_each(targets.len(), self.threads.count(), |number, _| {
            let result = self.inspect(&targets[number], &folders);
            *results[number].lock().unwrap_or_else(|error| error.into_inner()) = Some(result);
        });
        folders.remove_empty();
        let mut summaries = Vec::new();
        for result in results {
            match result.into_inner().unwrap_or_else(|error| error.into_inner()) {
                Some(Ok(summary)) => summaries.push(summary),
                Some(Err(error)) => {
                    has_failed = true;
                    messages::say(messages::describe(&error));
                }
                None => (),
            }
        }
        if !summaries.is_empty() {
            self.print(&summaries)?;
        }
        for summary in &summaries {
            warn_if_cut_short(Path::new(&summary.file), summary.cut_short.as_deref());
        }
        Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// Refuses options that do not fit each other.
    fn check(&self) -> anyhow::Result<()> {
        for file in &self.files {
            crate::check_input(file)?;
        }
        let standard_streams = self.files.iter().chain(&self.original);
        if let Some(original) = &self.original {
            crate::check_input(original)?;
            if self.files.len() > 1 || self.files[0].is_dir() {
                bail!("--original is what one file was encoded from; name one file");
            }
        }
        if standard_streams.filter(|path| *path == Path::new(STANDARD_STREAM)).count() > 1 {
            bail!("standard input cannot be both files; name one of them");
        }
        Ok(())
    }

    /// What to look at, and where the plots go.
    fn targets(&self, found: Vec<Found>) -> anyhow::Result<Vec<Target>> {
        let Some(plot) = &self.plot else {
            let target = |found: Found| Target { file: found.path, plot: None };
            return Ok(found.into_iter().map(target).collect());
        };
        match (&self.output_folder, &plot.path) {
            (Some(folder), None) => {
                let jobs = assign(found, folder, plot.kind.extension(), messages::say);
                Ok(jobs
                    .into_iter()
                    .map(|job| Target { file: job.input, plot: Some((job.output, plot.kind)) })
                    .collect())
            }
            (Some(_), Some(path)) => bail!(
                "--plot {}: with -o, write svg or png; the plots are named after the files",
                path.display()
            ),
            (None, None) => bail!(
                "--plot {0}: name a file, such as plot.{0}, or a folder for plots with -o",
                plot.kind.extension()
            ),
            (None, Some(path)) => match &found[..] {
                [] => Ok(Vec::new()),
                [one] if !self.files[0].is_dir() => {
                    crate::check_paths(&one.path, path)?;
                    let plot = Some((path.clone(), plot.kind));
                    Ok(vec![Target { file: one.path.clone(), plot }])
                }
                _ => bail!(
                    "--plot {}: there are several files; name a folder for their plots with -o, and \
                     write --plot {}",
                    path.display(),
                    plot.kind.extension()
                ),
            },
        }
    }

    /// Looks at a file.
    fn inspect(&self, target: &Target, folders: &Folders) -> anyhow::Result<Summary> {
        let mut file = EncodedFile::open(&target.file, &self.raw)?;
        let mut summary = Summary::new(&target.file, &file);
        let (rate, frames) = (file.sample_rate(), file.contents().frames);
        let intervals = Intervals::new(frames, rate);
        let has_details = self.json || target.plot.is_some();
        let survey = has_details.then(|| Survey::of(&mut file, intervals)).transpose()?;
        let shown = match (&survey, &target.plot) {
            (Some(survey), Some(_)) => self.shown(survey, frames, rate)?,
            _ => 0..0,
        };
        let compared = match &self.original {
            Some(original) => {
                let intervals = has_details.then_some(intervals);
                let comparison = Comparison::open(original, &file, intervals, shown.clone())?;
                Some(comparison.run(&mut file)?)
            }
            None => None,
        };
        summary.snr = compared.as_ref().map(|compared| compared.snr.clone());
        if let Some(survey) = survey {
            let energies = compared.as_ref().and_then(|compared| compared.over_time.as_deref());
            summary.over_time = Some(intervals.over_time(rate, &survey.bits, energies));
            summary.by_length = Some(survey.lengths);
        }
        if let Some((path, kind)) = &target.plot {
            let original = compared.map(|compared| compared.kept);
            let wave = plot::Wave::new(&mut file, shown, original)?;
            if self.output_folder.is_some() {
                folders.make_for(path)?;
            }
            plot::write(path, *kind, &summary, &wave)?;
        }
        Ok(summary)
    }

    /// The frames of which the plot shows the wave.
    fn shown(&self, survey: &Survey, frames: u64, rate: u32) -> anyhow::Result<Range<u64>> {
        let count = ((self.width * f64::from(rate) / 1000.0).round() as u64).max(2);
        let from = match self.at {
            Some(seconds) => {
                let frame = (seconds * f64::from(rate)).round() as u64;
                if frame >= frames && frames > 0 {
                    let length = frames as f64 / f64::from(rate);
                    bail!("--at {seconds}: the file is {length:.3} seconds long");
                }
                frame
            }
            None => survey.loudest.saturating_sub(count / 2).min(frames.saturating_sub(count)),
        };
        Ok(from..(from + count).min(frames.max(from)))
    }

    fn print(&self, summaries: &[Summary]) -> anyhow::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        if self.json {
            let report = Report { version: Report::VERSION, files: summaries };
            serde_json::to_writer_pretty(&mut out, &report)
                .map_err(io::Error::from)
                .context(messages::CANNOT_PRINT)?;
            writeln!(out).context(messages::CANNOT_PRINT)?;
        } else {
            for (number, summary) in summaries.iter().enumerate() {
                if number > 0 {
                    writeln!(out).context(messages::CANNOT_PRINT)?;
                }
                text::summarise(summary, &mut out).context(messages::CANNOT_PRINT)?;
            }
        }
        out.flush().context(messages::CANNOT_PRINT)
    }
}

fn warn_if_cut_short(path: &Path, missing: Option<&str>) {
    if let Some(missing) = missing {
        messages::say(format_args!(
            "warning: {} is cut short: {missing}; the output covers those",
            path.display()
        ));
    }
}

/// Reads the value of `--at`.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=1e9).contains(seconds));
    seconds.ok_or_else(|| format!("{text:?} is not a time; write seconds, 0 or more"))
}

/// Reads the value of `--width`.
fn width(text: &str) -> Result<f64, String> {
    let width = text.parse().ok().filter(|width| (0.1..=1000.0).contains(width));
    width.ok_or_else(|| format!("{text:?} is not a width; write 0.1 to 1000 in milliseconds"))
}

//! `extrema inspect`

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use extrema::audio_file::AudioReader;
use extrema::codec::{CURVE_COUNT, Detector, MaxLength, Record, StereoMode, sanitise};
use extrema::container::Header;

use crate::stored::{Stored, StoredOptions};

/// How many of the most used curves are listed.
const FAVOURITES: usize = 8;

/// Show what an encoded file holds
#[derive(Debug, Args)]
pub struct Inspect {
    /// The .extrema file, or with --raw a raw stream
    file: PathBuf,
    #[command(flatten)]
    stored: StoredOptions,
    /// Compare with the audio file that was encoded
    #[arg(long, value_name = "FILE")]
    original: Option<PathBuf>,
    /// List every record, as tab-separated values, in place of the summary
    #[arg(long, conflicts_with = "original")]
    records: bool,
}

/// What is counted while a file is read.
struct Tally {
    /// Records by their first byte: holds, then the curves.
    by_ordinal: [u64; CURVE_COUNT as usize + 1],
    frames: u64,
}

impl Inspect {
    pub fn run(&self) -> anyhow::Result<()> {
        let mut stored = Stored::open(&self.file, &self.stored)?;
        let mut out = BufWriter::new(io::stdout().lock());
        if self.records {
            list(&mut stored, &mut out)?;
        } else {
            self.summarise(&mut stored, &mut out)?;
        }
        out.flush()?;
        if !stored.is_complete() {
            eprintln!(
                "extrema: warning: {} was cut short; what is shown ends with its last whole chunk",
                self.file.display()
            );
        }
        Ok(())
    }

    fn summarise(&self, stored: &mut Stored, out: &mut impl Write) -> anyhow::Result<()> {
        let rate = stored.sample_rate();
        let channels = stored.channels();
        let mut comparison = match &self.original {
            Some(path) => Some(Comparison::open(path, stored)?),
            None => None,
        };
        let mut tally = Tally { by_ordinal: [0; CURVE_COUNT as usize + 1], frames: 0 };
        let mut block = Vec::new();
        while stored.read(&mut block, |_, record| tally.count(record))? {
            tally.frames += block[0].len() as u64;
            if let Some(comparison) = &mut comparison {
                comparison.add(&block)?;
            }
        }

        let mut line = |name: &str, text: String| writeln!(out, "{name:<12}{text}");
        let size = fs::metadata(&self.file)?.len();
        line("file", format!("{}, {size} bytes", self.file.display()))?;
        let seconds = tally.frames as f64 / f64::from(rate);
        line(
            "audio",
            format!(
                "{rate} Hz, {}, {seconds:.3} s, {} frames",
                channel_names(channels, stored.header()),
                tally.frames
            ),
        )?;
        match stored.header() {
            Some(header) => line("settings", settings(header))?,
            None => line("settings", "unknown: a raw stream does not say".to_owned())?,
        }
        let [holds, curves @ ..] = &tally.by_ordinal;
        let total = tally.by_ordinal.iter().sum::<u64>();
        line("records", format!("{total}: {} curves, {holds} holds", total - holds))?;
        line("curves", favourites(curves))?;
        if tally.frames > 0 {
            let records = total as f64 / seconds;
            let bits = records * 8.0 * Record::BYTES as f64;
            let pcm = f64::from(rate) * 16.0 * channels as f64;
            line("rate", format!("{records:.1} records/s, {:.1} kbit/s", bits / 1000.0))?;
            line(
                "ratio",
                format!("{:.1} % of 16-bit PCM's {:.1} kbit/s", 100.0 * bits / pcm, pcm / 1000.0),
            )?;
        }
        if let Some(comparison) = comparison {
            line("SNR", comparison.finish(stored.is_complete())?)?;
        }
        Ok(())
    }
}

impl Tally {
    fn count(&mut self, record: Record) {
        self.by_ordinal[usize::from(record.ordinal())] += 1;
    }
}

fn list(stored: &mut Stored, out: &mut impl Write) -> anyhow::Result<()> {
    // Position and level of each stream.
    let mut places = vec![(0_u64, 0_i16); stored.channels()];
    let mut block = Vec::new();
    let mut written = writeln!(out, "stream\tposition\tcurve\tlength\tstart\tend");
    loop {
        let more = stored.read(&mut block, |stream, record| {
            let (position, level) = &mut places[stream];
            let (ordinal, length, end) = (record.ordinal(), record.length(), record.end(*level));
            if written.is_ok() {
                written =
                    writeln!(out, "{stream}\t{position}\t{ordinal}\t{length}\t{level}\t{end}");
            }
            *position += u64::from(length);
            *level = end;
        })?;
        written.as_ref().map_err(|error| io::Error::from(error.kind()))?;
        if !more {
            return Ok(());
        }
    }
}

fn channel_names(channels: usize, header: Option<&Header>) -> String {
    match (channels, header.map(|header| header.settings.stereo)) {
        (1, _) => "mono".to_owned(),
        (2, Some(StereoMode::MidSide)) => "stereo as mid and side".to_owned(),
        (2, Some(StereoMode::Linked)) => "stereo, linked".to_owned(),
        (2, _) => "stereo".to_owned(),
        (channels, _) => format!("{channels} channels"),
    }
}

fn settings(header: &Header) -> String {
    let settings = &header.settings;
    let threshold = settings.threshold;
    let threshold = if threshold.steps() > 0.0 {
        format!("{} steps ({:.1} dBFS)", threshold.steps(), threshold.dbfs())
    } else {
        "off".to_owned()
    };
    let detector = match settings.detector {
        Detector::Slope => "slope",
        Detector::Peak => "peak",
    };
    let longest = if settings.max_length == MaxLength::FORMAT {
        "the format's".to_owned()
    } else {
        format!("{} samples", settings.max_length.hold)
    };
    format!(
        "threshold {threshold}, detector {detector}, points {}, curves {}, bound {longest}",
        settings.points, settings.curves
    )
}

/// How many curves are used, and which most.
fn favourites(curves: &[u64]) -> String {
    let total = curves.iter().sum::<u64>();
    let mut used: Vec<(u64, usize)> =
        curves.iter().copied().zip(1..).filter(|&(count, _)| count > 0).collect();
    used.sort_by_key(|&(count, ordinal)| (std::cmp::Reverse(count), ordinal));
    let most: Vec<String> = used
        .iter()
        .take(FAVOURITES)
        .map(|&(count, ordinal)| {
            format!("{ordinal} ({:.1} %)", 100.0 * count as f64 / total as f64)
        })
        .collect();
    match most.is_empty() {
        true => "none used".to_owned(),
        false => format!("{} of {CURVE_COUNT} used, most often {}", used.len(), most.join(", ")),
    }
}

/// The original beside its decoded copy.
struct Comparison {
    path: PathBuf,
    reader: AudioReader,
    /// What has been read of the original and not yet been compared.
    pending: Vec<Vec<f64>>,
    /// Energy of the original and of the difference, by channel.
    energies: Vec<(f64, f64)>,
    /// Frames of the copy beyond the end of the original.
    excess: usize,
}

impl Comparison {
    fn open(path: &Path, stored: &Stored) -> anyhow::Result<Self> {
        let reader = AudioReader::open(path)?;
        let original = (reader.channels(), reader.sample_rate());
        if original != (stored.channels(), stored.sample_rate()) {
            bail!(
                "{} has {} channel(s) at {} Hz and cannot be the original of {} channel(s) at {} \
                 Hz",
                path.display(),
                original.0,
                original.1,
                stored.channels(),
                stored.sample_rate()
            );
        }
        Ok(Self {
            path: path.to_owned(),
            pending: vec![Vec::new(); original.0],
            energies: vec![(0.0, 0.0); original.0],
            excess: 0,
            reader,
        })
    }

    /// Compares the next block of the copy.
    fn add(&mut self, copy: &[Vec<f64>]) -> anyhow::Result<()> {
        let frames = copy[0].len();
        let mut block = Vec::new();
        while self.pending[0].len() < frames && self.reader.read(&mut block)? {
            for (pending, block) in self.pending.iter_mut().zip(&block) {
                pending.extend_from_slice(block);
            }
        }
        let common = frames.min(self.pending[0].len());
        self.excess += frames - common;
        for ((pending, copy), (signal, noise)) in
            self.pending.iter_mut().zip(copy).zip(&mut self.energies)
        {
            for (x, y) in pending.drain(..common).zip(copy) {
                let x = sanitise(x);
                *signal += x * x;
                *noise += (x - y) * (x - y);
            }
        }
        Ok(())
    }

    /// The signal-to-noise ratio, in words. An original of another length is none, unless the file
    /// was cut short.
    fn finish(mut self, whole: bool) -> anyhow::Result<String> {
        let more = !self.pending[0].is_empty() || self.reader.read(&mut Vec::new())?;
        if self.excess > 0 || (more && whole) {
            let length = if more { "longer" } else { "shorter" };
            bail!("{} is {length} than the file, so it is not its original", self.path.display());
        }
        let decibels = |(signal, noise): (f64, f64)| {
            // Also where there is nothing to compare.
            if noise == 0.0 {
                "no difference".to_owned()
            } else {
                format!("{:.2} dB", 10.0 * (signal / noise).log10())
            }
        };
        let sum = |(a, b): (f64, f64), &(c, d): &(f64, f64)| (a + c, b + d);
        let mut text = decibels(self.energies.iter().fold((0.0, 0.0), sum));
        if self.energies.len() > 1 {
            let each: Vec<String> = self.energies.iter().copied().map(decibels).collect();
            text = format!("{text} (by channel: {})", each.join(", "));
        }
        Ok(text)
    }
}

//! `extrema inspect`

use std::cmp::Ordering;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::{AudioReader, STANDARD_STREAM};
use extrema::codec::{
    CURVE_COUNT, Detector, Effort, Flats, LevelScale, LossMode, MaxLength, Record, Settings, Share,
    StereoMode, Weight, sanitise,
};
use extrema::container::Header;

use crate::encoded_file::{Contents, EncodedFile, RawOptions};
use crate::messages;

/// How many of the most used curves the summary lists; eight fill a line.
const LISTED_CURVES: usize = 8;

/// Summarise an encoded file, list its records or measure its SNR
#[derive(Debug, Args)]
pub struct Inspect {
    /// Encoded file to read, - for standard input: .extrema, or a raw stream with --raw
    file: PathBuf,
    #[command(flatten)]
    raw: RawOptions,
    /// The audio file before encoding, to show the signal-to-noise ratio in dB
    #[arg(long, value_name = "FILE")]
    original: Option<PathBuf>,
    /// List every record as tab-separated values instead of the summary
    #[arg(long, conflicts_with = "original")]
    records: bool,
}

impl Inspect {
    pub fn run(&self) -> anyhow::Result<()> {
        crate::check_input(&self.file)?;
        if let Some(original) = &self.original {
            crate::check_input(original)?;
            if original == Path::new(STANDARD_STREAM) && *original == self.file {
                bail!("standard input cannot be both files; name one of them");
            }
        }
        let mut file = EncodedFile::open(&self.file, &self.raw)?;
        let snr = match &self.original {
            Some(path) => Some(Comparison::open(path, &file)?.run(&mut file)?),
            None => None,
        };
        self.print(&mut file, snr)?;
        if let Some(missing) = &file.contents().missing {
            messages::say(format_args!(
                "warning: {} is cut short: {missing}; the output covers those",
                self.file.display()
            ));
        }
        Ok(())
    }

    fn print(&self, file: &mut EncodedFile, snr: Option<String>) -> anyhow::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        if self.records {
            list_records(file, &mut out)?;
        } else {
            self.summarise(file, snr, &mut out).context(messages::CANNOT_PRINT)?;
        }
        out.flush().context(messages::CANNOT_PRINT)
    }

    fn summarise(
        &self,
        file: &EncodedFile,
        snr: Option<String>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let (rate, channels) = (file.sample_rate(), file.channels());
        let Contents { size, frames, by_ordinal, missing } = file.contents();
        let mut line = |name: &str, text: String| writeln!(out, "{name:<12}{text}");
        line("file", format!("{}, {size} bytes", self.file.display()))?;
        if let Some(missing) = missing {
            line("cut short", missing.clone())?;
        }
        let seconds = *frames as f64 / f64::from(rate);
        line(
            "audio",
            format!(
                "{rate} Hz, {}, {seconds:.3} s, {frames} frames",
                channel_names(channels, file.header())
            ),
        )?;
        match file.header() {
            Some(header) => line("settings", settings(header))?,
            None => line("settings", "unknown: a raw stream does not store them".to_owned())?,
        }
        let [holds, curves @ ..] = by_ordinal;
        let total = by_ordinal.iter().sum::<u64>();
        line("records", format!("{total}: {} curves, {holds} holds", total - holds))?;
        line("curves", most_used_curves(curves))?;
        if *frames > 0 {
            let records = total as f64 / seconds;
            let bits = records * 8.0 * Record::BYTES as f64;
            let pcm = f64::from(rate) * 16.0 * channels as f64;
            line("rate", format!("{records:.1} records/s, {:.1} kbit/s", bits / 1000.0))?;
            line(
                "ratio",
                format!("{:.1} % of 16-bit PCM's {:.1} kbit/s", 100.0 * bits / pcm, pcm / 1000.0),
            )?;
        }
        snr.map_or(Ok(()), |snr| line("SNR", snr))
    }
}

fn list_records(file: &mut EncodedFile, out: &mut impl Write) -> anyhow::Result<()> {
    // Position and level at which the next record of each stream starts. An excerpt has records
    // before its first frame.
    let lead_in = file.header().and_then(|header| header.lead_in).unwrap_or(0);
    let mut starts = vec![(-i128::from(lead_in), 0_i16); file.channels()];
    writeln!(out, "stream\tposition\tcurve\tlength\tstart\tend").context(messages::CANNOT_PRINT)?;
    file.for_each_record(|stream, records| {
        let (position, start) = &mut starts[stream];
        for record in records {
            let (ordinal, length, end) = (record.ordinal(), record.length(), record.end(*start));
            writeln!(out, "{stream}\t{position}\t{ordinal}\t{length}\t{start}\t{end}")
                .context(messages::CANNOT_PRINT)?;
            *position += i128::from(length);
            *start = end;
        }
        Ok(())
    })
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
        Detector::Best => "best",
    };
    let longest = if settings.max_length == MaxLength::FORMAT {
        "max".to_owned()
    } else {
        format!("{} samples", settings.max_length.hold)
    };
    let with_search = settings.search.map(|search| {
        let effort = match search.effort {
            Effort::Fast => "fast",
            Effort::Best => "best",
        };
        let weight = match search.weight {
            Weight::None => "none",
            Weight::Hearing => "hearing",
        };
        format!(
            "effort {effort}, lambda {}, weight {weight}, curves {}, longest {longest}",
            search.price, settings.curves
        )
    });
    let mut text = with_search.unwrap_or_else(|| {
        format!(
            "threshold {threshold}, detector {detector}, points {}, curves {}, longest {longest}",
            settings.points, settings.curves
        )
    });
    for later in settings_after_v0_1(header) {
        text += ", ";
        text += &later;
    }
    text
}

/// The settings that came after V0.1 and are not as V0.1 was.
fn settings_after_v0_1(header: &Header) -> Vec<String> {
    let Settings { follow, flats, zoom, edge, levels, .. } = header.settings;
    let Settings { loss, loss_run, loss_mode, looping, loop_length, .. } = header.settings;
    let is_rounded = !levels.is_off();
    let scale = match levels.scale {
        LevelScale::Linear => "linear",
        LevelScale::Logarithmic => "logarithmic",
    };
    let mode = match loss_mode {
        LossMode::Hold => "hold",
        LossMode::Repeat => "repeat",
    };
    let milliseconds = 1000.0 * f64::from(loop_length) / f64::from(header.sample_rate);
    let percent = |share: Share| format!("{} %", f64::from(share.thousandths()) / 10.0);
    [
        (follow != Share::NONE, format!("follow {}", percent(follow))),
        (flats == Flats::Draw, "flats draw".to_owned()),
        (zoom > 1, format!("zoom {zoom}")),
        (edge != Share::NONE, format!("edge {}", percent(edge))),
        (is_rounded, format!("levels {:.1} bits {scale}", f64::from(levels.tenths_of_bits) / 10.0)),
        (loss != Share::NONE, format!("loss {} in runs of {loss_run}, {mode}", percent(loss))),
        (looping, format!("loop {milliseconds:.1} ms")),
    ]
    .into_iter()
    .filter_map(|(is_used, text)| is_used.then_some(text))
    .collect()
}

/// How many curves are used, and which ones most often.
fn most_used_curves(curves: &[u64]) -> String {
    let total = curves.iter().sum::<u64>();
    let mut used: Vec<(u64, usize)> =
        curves.iter().copied().zip(1..).filter(|&(count, _)| count > 0).collect();
    used.sort_by_key(|&(count, ordinal)| (std::cmp::Reverse(count), ordinal));
    let listed: Vec<String> = used
        .iter()
        .take(LISTED_CURVES)
        .map(|&(count, ordinal)| {
            format!("{ordinal} ({:.1} %)", 100.0 * count as f64 / total as f64)
        })
        .collect();
    match listed.is_empty() {
        true => "none used".to_owned(),
        false => format!("{} of {CURVE_COUNT} used, most often {}", used.len(), listed.join(", ")),
    }
}

/// Compares the decoded audio with the original.
struct Comparison {
    path: PathBuf,
    reader: AudioReader,
    /// Samples of the original that have not been compared yet.
    pending: Vec<Vec<f64>>,
    /// For each channel, the energy of the original and of the difference.
    energies: Vec<(f64, f64)>,
    /// Whether the encoded file has its end.
    is_whole: bool,
}

impl Comparison {
    fn open(path: &Path, file: &EncodedFile) -> anyhow::Result<Self> {
        let reader = AudioReader::open(path)?;
        let original = (reader.channels(), reader.sample_rate());
        if original != (file.channels(), file.sample_rate()) {
            bail!(
                "{} has {} channel(s) at {} Hz, but the encoded file has {} channel(s) at {} Hz; \
                 name the audio file it was encoded from",
                path.display(),
                original.0,
                original.1,
                file.channels(),
                file.sample_rate()
            );
        }
        let comparison = Self {
            path: path.to_owned(),
            pending: vec![Vec::new(); original.0],
            energies: vec![(0.0, 0.0); original.0],
            is_whole: file.contents().missing.is_none(),
            reader,
        };
        if let Some(frames) = comparison.reader.frames() {
            comparison.check_length(frames.cmp(&file.contents().frames))?;
        }
        Ok(comparison)
    }

    /// Decodes the whole file and returns the signal-to-noise ratio as text.
    fn run(mut self, file: &mut EncodedFile) -> anyhow::Result<String> {
        let mut block = Vec::new();
        while file.read(&mut block)? {
            self.add(&block)?;
        }
        if !self.pending[0].is_empty() || self.reader.read(&mut Vec::new())? {
            self.check_length(Ordering::Greater)?;
        }
        Ok(self.finish())
    }

    /// The original must be as long as the encoded file, except that a file that was cut short may
    /// end before its original.
    fn check_length(&self, original: Ordering) -> anyhow::Result<()> {
        let length = match original {
            Ordering::Less => "shorter",
            Ordering::Greater if self.is_whole => "longer",
            _ => return Ok(()),
        };
        bail!(
            "{} is {length} than the encoded file; name the audio file it was encoded from",
            self.path.display()
        );
    }

    /// Compares the next decoded block.
    fn add(&mut self, decoded: &[Vec<f64>]) -> anyhow::Result<()> {
        let frames = decoded[0].len();
        let mut block = Vec::new();
        while self.pending[0].len() < frames && self.reader.read(&mut block)? {
            for (pending, block) in self.pending.iter_mut().zip(&block) {
                pending.extend_from_slice(block);
            }
        }
        let common = frames.min(self.pending[0].len());
        if common < frames {
            self.check_length(Ordering::Less)?;
        }
        for ((pending, decoded), (signal, noise)) in
            self.pending.iter_mut().zip(decoded).zip(&mut self.energies)
        {
            for (x, y) in pending.drain(..common).zip(decoded) {
                let x = sanitise(x);
                *signal += x * x;
                *noise += (x - y) * (x - y);
            }
        }
        Ok(())
    }

    /// The signal-to-noise ratio as text.
    fn finish(self) -> String {
        let decibels = |(signal, noise): (f64, f64)| {
            // Includes files without a single frame.
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
        text
    }
}

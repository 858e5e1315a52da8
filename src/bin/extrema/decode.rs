//! `extrema decode`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use extrema::audio_file::{SampleFormat, WavSpec, WavWriter};

use crate::batch::{BatchOptions, Done, FileKind, Task, in_turns};
use crate::decode_parts::Part;
use crate::encoded_file::{EncodedFile, RawOptions};
use crate::options::Bits;
use crate::output_name;
use crate::time_range::TimeRange;

/// Size in bytes up to which any WAV file is written: 4 GiB, more than three hours of stereo in
/// floats.
const LARGE_OUTPUT: u64 = 1 << 32;

/// Samples that the records of a larger file may stand for on average: about a tenth of a second.
/// The half-waves of a piano's lowest note are 800 samples long at 44.1 kHz, and music of several
/// hours with dense passages has records of less than 100 on average, so only silence exceeds this.
const MAX_MEAN_RECORD: u64 = 4096;

/// What is decoded of folders.
const ENCODED_FILES: FileKind =
    FileKind { name: ".extrema files", extensions: &["extrema"], output: "wav" };
const RAW_STREAMS: FileKind =
    FileKind { name: ".raw files", extensions: &["raw"], ..ENCODED_FILES };

/// Decode .extrema files to WAV
#[derive(Debug, Args)]
#[command(override_usage = "extrema decode [OPTIONS] <INPUT> <OUTPUT>\n       \
                            extrema decode [OPTIONS] <INPUT>... -o <DIR>")]
pub struct Decode {
    /// The encoded file to read (.extrema, or a raw stream with --raw; - for standard input) and the WAV
    /// file to write (- for standard output); an existing file is replaced. With -o, encoded files and
    /// folders of them
    #[arg(required = true, num_args = 1.., value_names = ["INPUT", "OUTPUT"])]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    batch: BatchOptions,
    #[command(flatten)]
    raw: RawOptions,
    #[command(flatten)]
    range: TimeRange,
    /// Sample format of the WAV file
    #[arg(long, value_enum, default_value_t)]
    bits: Bits,
    /// Decode what is there of a file that is cut short, and exit with 2
    #[arg(long)]
    salvage: bool,
    /// Decode even to more than 4 GiB from records of more than 4096 samples on average, which music
    /// does not have: a few bytes can stand for hours of silence
    #[arg(long)]
    allow_long: bool,
}

impl Decode {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let kind = if self.raw.is_raw() { &RAW_STREAMS } else { &ENCODED_FILES };
        let check = |output: &Path| output_name::check_wav(output, "decode");
        self.batch.run(&self.paths, kind, check, |task| self.decode(task))
    }

    fn decode(&self, task: &Task<'_>) -> anyhow::Result<Done> {
        let mut file = EncodedFile::open_range(task.input, &self.raw, &self.range)?;
        let input = task.input.display();
        let missing = file.contents().missing.clone();
        if let Some(missing) = &missing
            && !self.salvage
        {
            bail!(
                "{input} is cut short: {missing}. Download or encode it again, or decode what is \
                 there with --salvage"
            );
        }
        let format = SampleFormat::from(self.bits);
        self.check_length(task.input, &file, format)?;
        let (rate, channels) = (file.sample_rate(), file.channels());
        let frames = file.contents().frames;
        let spec = WavSpec {
            sample_rate: rate,
            channels,
            channel_mask: file.header().map_or(0, |header| header.channel_mask),
            format,
            frames: Some(frames),
        };
        let mut writer = WavWriter::with_spec(task.output, spec)?;
        if let Some(header) = file.header() {
            writer.set_tags(header.tags.iter());
        }
        task.progress.begin(Some(frames), rate);
        let parts = Part::for_file(&file, format, task.threads);
        let stereo = file.stereo();
        in_turns(
            parts,
            |part: &mut Part| part.read(&mut file),
            |part| part.decode(stereo),
            |part| {
                writer.write_stored(part.stored())?;
                task.progress.advance(part.frames());
                Ok(())
            },
        )?;
        writer.finish()?;
        Ok(match missing {
            Some(missing) => {
                task.progress.say(format_args!(
                    "warning: {input} is cut short: {missing}; those were decoded"
                ));
                Done::Salvaged
            }
            None => Done::Whole,
        })
    }

    /// Refuses a file of a few bytes that stands for more than anybody has recorded.
    fn check_length(
        &self,
        input: &Path,
        file: &EncodedFile,
        format: SampleFormat,
    ) -> anyhow::Result<()> {
        let contents = file.contents();
        let samples = contents.frames.saturating_mul(file.channels() as u64);
        let bytes = samples.saturating_mul(u64::from(format.bits() / 8));
        if self.allow_long
            || bytes <= LARGE_OUTPUT
            || samples <= contents.records.saturating_mul(MAX_MEAN_RECORD)
        {
            return Ok(());
        }
        bail!(
            "{} has {} bytes and stands for {:.1} hours, a WAV file of {:.1} GiB that is almost all \
             silence; if it is meant to, decode it with --allow-long",
            input.display(),
            contents.size,
            contents.frames as f64 / f64::from(file.sample_rate()) / 3600.0,
            bytes as f64 / f64::from(1_u32 << 30)
        );
    }
}

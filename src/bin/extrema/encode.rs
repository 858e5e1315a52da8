//! `extrema encode`

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::{AtomicFile, AudioReader};
use extrema::codec::{Codebook, Encoder, MaxLength, Record, Settings, StereoMode};
use extrema::container::raw::{self, RawWriter};
use extrema::container::{Header, Writer};

use crate::messages;
use crate::options::ControlOptions;
use crate::output_name;

/// Encode an audio file to .extrema
#[derive(Debug, Args)]
pub struct Encode {
    /// Audio file to read, - for standard input: WAV, AIFF, FLAC, MP3 or Ogg Vorbis
    input: PathBuf,
    /// Encoded file to write, usually .extrema, - for standard output; an existing file is replaced
    output: PathBuf,
    #[command(flatten)]
    codec: ControlOptions<false>,
    /// Write a raw stream: the records of one channel without a header
    #[arg(long)]
    raw: bool,
    /// Encode only channel N, counted from 1 [default: all channels]
    #[arg(long, value_name = "N", value_parser = channel_number)]
    channel: Option<usize>,
}

/// Where the records go.
enum RecordWriter {
    Container(Writer<AtomicFile>),
    Raw(RawWriter<AtomicFile>),
}

impl Encode {
    pub fn run(&self) -> anyhow::Result<()> {
        crate::check_paths(&self.input, &self.output)?;
        output_name::check_encoded(&self.output)?;
        let mut reader = AudioReader::open(&self.input)?;
        let rate = reader.sample_rate();
        crate::check_sample_rate(&self.input, rate)?;
        let settings = self.settings(rate);
        let selected = self.channels(reader.channels(), settings.stereo)?;
        let codebook = Codebook::standard();
        let mut writer = self.create(Header {
            sample_rate: rate,
            channels: u8::try_from(selected.len()).with_context(|| {
                format!(
                    "{} has more than 255 channels; select one with --channel",
                    self.input.display()
                )
            })?,
            channel_mask: match reader.channel_mask() {
                mask if mask.count_ones() as usize == selected.len() => mask,
                _ => 0,
            },
            frames: reader.frames(),
            codebook: codebook.name().to_owned(),
            settings,
            lead_in: None,
        })?;

        let progress = crate::progress(reader.frames(), rate);
        let mut encoder = Encoder::offline(&codebook, settings, f64::from(rate), selected.len());
        let mut block = Vec::new();
        let mut failed = Ok(());
        loop {
            let more = reader.read(&mut block)?;
            let mut write = |stream, records: &[Record]| {
                if failed.is_ok() {
                    failed = writer.write(stream, records);
                }
            };
            if more {
                let channels: Vec<&[f64]> =
                    block[selected.clone()].iter().map(Vec::as_slice).collect();
                encoder.process(&channels, &mut write);
                progress.inc(channels[0].len() as u64);
            } else {
                encoder.finish(&mut write);
            }
            std::mem::replace(&mut failed, Ok(())).with_context(|| self.cannot_write())?;
            if !more {
                break;
            }
        }
        let file = writer.finish().with_context(|| self.cannot_write())?;
        file.finish()?;
        progress.finish_and_clear();
        if self.raw && rate != raw::SAMPLE_RATE {
            messages::say(format_args!(
                "note: a raw stream does not store its sample rate; decode it with --raw --rate {rate}"
            ));
        }
        Ok(())
    }

    /// The channels to encode, out of `available`.
    fn channels(
        &self,
        available: usize,
        stereo: StereoMode,
    ) -> anyhow::Result<std::ops::Range<usize>> {
        let input = self.input.display();
        match self.channel {
            Some(channel) if (1..=available).contains(&channel) => Ok(channel - 1..channel),
            Some(channel) => bail!(
                "--channel {channel}: {input} has {}",
                if available == 1 {
                    "only channel 1".to_owned()
                } else {
                    format!("channels 1 to {available}")
                }
            ),
            None if self.raw && available > 1 => bail!(
                "{input} has {available} channels, but a raw stream holds one; select it with \
                 --channel, or encode all channels without --raw"
            ),
            None if available > 2 && stereo != StereoMode::LeftRight => bail!(
                "{input} has {available} channels, but --stereo ms and --stereo linked need two; \
                 leave out --stereo to encode each channel independently"
            ),
            None => Ok(0..available),
        }
    }

    fn settings(&self, rate: u32) -> Settings {
        // A file is encoded without a latency, so only the format limits its curves.
        self.codec.settings(|_| None).codec(f64::from(rate), MaxLength::FORMAT.hold)
    }

    fn create(&self, header: Header) -> anyhow::Result<RecordWriter> {
        let file = AtomicFile::create(&self.output)?;
        Ok(if self.raw {
            RecordWriter::Raw(RawWriter::new(file))
        } else {
            let writer = Writer::new(file, header).with_context(|| self.cannot_write())?;
            RecordWriter::Container(writer)
        })
    }

    fn cannot_write(&self) -> String {
        messages::cannot_write(&self.output)
    }
}

impl RecordWriter {
    fn write(&mut self, stream: usize, records: &[Record]) -> anyhow::Result<()> {
        match self {
            Self::Container(writer) => writer.write(stream, records)?,
            Self::Raw(writer) => writer.write(records)?,
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<AtomicFile> {
        Ok(match self {
            Self::Container(writer) => writer.finish()?.0,
            Self::Raw(writer) => writer.finish()?,
        })
    }
}

/// Reads the value of `--channel`.
fn channel_number(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("{text:?} is not a channel; write its number, 1 or more"))
}

//! `extrema encode`

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::{AudioReader, NewFile};
use extrema::codec::{Codebook, Encoder, MaxLength, Record, Settings};
use extrema::container::raw::{self, RawWriter};
use extrema::container::{Header, Writer};

use crate::options::{CodecOptions, Longest, StereoName};

/// Encode an audio file
#[derive(Debug, Args)]
pub struct Encode {
    /// WAV, AIFF, FLAC, MP3 or Ogg Vorbis
    input: PathBuf,
    /// The .extrema file to write
    output: PathBuf,
    #[command(flatten)]
    codec: CodecOptions,
    /// Write nothing but the records of one channel
    #[arg(long)]
    raw: bool,
    /// Encode only this channel, counted from 1
    #[arg(long, value_name = "N")]
    channel: Option<usize>,
}

/// Where records go.
enum Sink {
    Container(Writer<NewFile>),
    Raw(RawWriter<NewFile>),
}

impl Encode {
    pub fn run(&self) -> anyhow::Result<()> {
        crate::check_paths(&self.input, &self.output)?;
        let mut reader = AudioReader::open(&self.input)?;
        let rate = reader.sample_rate();
        let chosen = self.channels(reader.channels())?;
        let settings = self.settings(rate);
        let codebook = Codebook::standard();
        let mut sink = self.sink(&Header {
            sample_rate: rate,
            channels: u8::try_from(chosen.len())
                .with_context(|| format!("{} has more than 255 channels", self.input.display()))?,
            frames: reader.frames(),
            codebook: codebook.name().to_owned(),
            settings,
        })?;

        let progress = crate::progress(reader.frames(), rate);
        let mut encoder = Encoder::offline(&codebook, settings, f64::from(rate), chosen.len());
        let mut block = Vec::new();
        let mut failed = Ok(());
        loop {
            let more = reader.read(&mut block)?;
            let mut write = |stream, records: &[Record]| {
                if failed.is_ok() {
                    failed = sink.write(stream, records);
                }
            };
            if more {
                let channels: Vec<&[f64]> =
                    block[chosen.clone()].iter().map(Vec::as_slice).collect();
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
        let file = sink.finish().with_context(|| self.cannot_write())?;
        file.finish()?;
        progress.finish_and_clear();
        if self.raw && rate != raw::SAMPLE_RATE {
            eprintln!("extrema: a raw stream does not know its rate; decode it with --rate {rate}");
        }
        Ok(())
    }

    /// Which of the file's channels are encoded.
    fn channels(&self, available: usize) -> anyhow::Result<std::ops::Range<usize>> {
        let input = self.input.display();
        match self.channel {
            Some(channel) if (1..=available).contains(&channel) => Ok(channel - 1..channel),
            Some(channel) => bail!("{input} has channels 1 to {available}, no channel {channel}"),
            None if self.raw && available > 1 => bail!(
                "{input} has {available} channels and a raw stream holds one; choose it with \
                 --channel 1, or encode all of them without --raw"
            ),
            None if available > 2 && self.codec.stereo != StereoName::Lr => bail!(
                "{input} has {available} channels and the stereo modes ms and linked need two; \
                 leave out --stereo to encode each channel by itself"
            ),
            None => Ok(0..available),
        }
    }

    fn settings(&self, rate: u32) -> Settings {
        let CodecOptions { threshold, points, curves, detector, longest, stereo } = self.codec;
        Settings {
            threshold,
            points,
            curves,
            detector: detector.into(),
            max_length: match longest {
                Longest::Max => MaxLength::FORMAT,
                Longest::Milliseconds(milliseconds) => {
                    MaxLength::milliseconds(milliseconds, f64::from(rate))
                }
            },
            stereo: stereo.into(),
        }
    }

    fn sink(&self, header: &Header) -> anyhow::Result<Sink> {
        let file = NewFile::create(&self.output)?;
        Ok(if self.raw {
            Sink::Raw(RawWriter::new(file))
        } else {
            Sink::Container(Writer::new(file, header.clone()).with_context(|| self.cannot_write())?)
        })
    }

    fn cannot_write(&self) -> String {
        format!("cannot write {}", self.output.display())
    }
}

impl Sink {
    fn write(&mut self, stream: usize, records: &[Record]) -> anyhow::Result<()> {
        match self {
            Self::Container(writer) => writer.write(stream, records)?,
            Self::Raw(writer) => writer.write(records)?,
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<NewFile> {
        Ok(match self {
            Self::Container(writer) => writer.finish()?.0,
            Self::Raw(writer) => writer.finish()?,
        })
    }
}

//! `extrema encode`

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::{AtomicFile, AudioReader, STANDARD_STREAM, open_seekable, read_tags};
use extrema::codec::search::{Outcome, PriceSearch};
use extrema::codec::{Codebook, MaxLength, Record, Settings, StereoMode};
use extrema::container::raw::{self, RawWriter};
use extrema::container::{Header, Tags, Writer};

use crate::batch::{BatchOptions, Done, FileKind, Task, in_turns};
use crate::codebook_option::CodebookOption;
use crate::encode_parts::{AnyEncoder, Part};
use crate::encode_search::{self, Aim, Excerpts, SearchOptions, Wish};
use crate::messages;
use crate::options::ControlOptions;
use crate::output_name;

/// Encode audio files to .extrema
#[derive(Debug, Args)]
#[command(override_usage = "extrema encode [OPTIONS] <INPUT> <OUTPUT>\n       \
                            extrema encode [OPTIONS] <INPUT>... -o <DIR>")]
pub struct Encode {
    /// The audio file to read (WAV, AIFF, FLAC, MP3 or Ogg Vorbis; - for standard input) and the encoded
    /// file to write (usually .extrema; - for standard output); an existing file is replaced. With -o,
    /// audio files and folders of them
    #[arg(required = true, num_args = 1.., value_names = ["INPUT", "OUTPUT"])]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    batch: BatchOptions,
    #[command(flatten)]
    codec: ControlOptions<false>,
    #[command(flatten)]
    codebook: CodebookOption,
    #[command(flatten)]
    search: SearchOptions,
    /// Write a raw stream: the records of one channel without a header
    #[arg(long)]
    raw: bool,
    /// Pack the records: 0.4 to 0.5 times the size, decoded to the same samples. A search then also rounds the
    /// levels that records end on as far as that pays, which costs 0.1 to 0.2 dB of most music
    #[arg(long, conflicts_with = "raw")]
    pack: bool,
    /// Encode only channel N, counted from 1 [default: all channels]
    #[arg(long, value_name = "N", value_parser = channel_number)]
    channel: Option<usize>,
}

/// What is encoded of folders, and what it becomes.
const AUDIO_FILES: FileKind = FileKind {
    name: "audio files",
    extensions: &[
        "wav", "wave", "bwf", "rf64", "bw64", "w64", "aif", "aiff", "aifc", "flac", "mp3", "ogg",
        "oga",
    ],
    output: "extrema",
};
const AUDIO_FILES_TO_RAW: FileKind = FileKind { output: "raw", ..AUDIO_FILES };

/// An audio file that is being encoded.
struct Encoding<'a> {
    options: &'a Encode,
    task: &'a Task<'a>,
    codebook: &'a Arc<Codebook>,
    tags: Tags,
}

/// Where the records go.
enum RecordWriter {
    Container(Writer<AtomicFile>),
    Raw(RawWriter<AtomicFile>),
}

/// A whole file, encoded and not delivered yet.
struct Encoded {
    file: AtomicFile,
    /// Of a search.
    outcome: Option<Outcome>,
}

/// Takes the number of a stream and its next records.
type Emit<'a> = dyn FnMut(usize, &[Record]) + 'a;

/// How often a file is encoded to find a price. Excerpts are nearly always right at once.
const MAX_PASSES: usize = 5;

impl Encode {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let wish = self.search.wish(&self.codec)?;
        let codebook = &self.codebook.load()?;
        let kind = if self.raw { &AUDIO_FILES_TO_RAW } else { &AUDIO_FILES };
        self.batch.run(&self.paths, kind, output_name::check_encoded, |task| {
            Encoding { options: self, task, codebook, tags: Tags::default() }.run(wish)?;
            Ok(Done::Whole)
        })
    }
}

impl Encoding<'_> {
    fn run(mut self, wish: Option<Wish>) -> anyhow::Result<()> {
        // What cannot seek is copied once, and then read as often as needed.
        let input = open_seekable(self.task.input)?;
        self.read_tags(&input);
        let reader = self.reader(&input)?;
        let rate = reader.sample_rate();
        crate::check_sample_rate(self.task.input, rate)?;
        let settings = self.settings(rate);
        let selected = self.channels(reader.channels(), settings.stereo)?;
        let file = match wish {
            None => self.pass(reader, settings, &selected)?.file,
            Some(wish) => self.search(wish, &input, settings, &selected)?,
        };
        file.finish()?;
        if self.options.raw && rate != raw::SAMPLE_RATE {
            self.task.progress.say(format_args!(
                "note: a raw stream does not store its sample rate; decode it with --raw --rate {rate}"
            ));
        }
        if self.options.raw && self.codebook.name() != Codebook::STANDARD {
            self.task.progress.say(
                "note: a raw stream does not store its curves; decode it with --raw --codebook FILE",
            );
        }
        Ok(())
    }

    /// Takes over the tags of the input, as far as a file can have them.
    fn read_tags(&mut self, input: &File) {
        let input_name = self.task.input.display();
        let progress = &self.task.progress;
        // A raw stream has none.
        match read_tags(input) {
            _ if self.options.raw => (),
            Ok(tags) => {
                for (key, value) in tags {
                    if let Err(reason) = self.tags.add(&key, &value) {
                        progress.say(format_args!(
                            "note: the tag {key:?} of {input_name} is left out: {reason}"
                        ));
                    }
                }
            }
            Err(_) => progress.say(format_args!(
                "note: the tags of {input_name} are damaged, and left out; its audio is not"
            )),
        }
    }

    /// Encodes with the price that the wish names or that fulfils it.
    fn search(
        &self,
        wish: Wish,
        input: &File,
        settings: Settings,
        selected: &Range<usize>,
    ) -> anyhow::Result<AtomicFile> {
        let pass = |price| self.pass(self.reader(input)?, wish.settings(settings, price), selected);
        let goal = match wish.aim {
            Aim::Price(price) => return Ok(pass(price)?.file),
            Aim::Goal(goal) => goal,
        };
        let open = || self.reader(input);
        let excerpts = Excerpts::read(
            self.codebook,
            open,
            selected.clone(),
            self.task.threads,
            self.options.pack,
        )?;
        let mut search = PriceSearch::from(goal, excerpts.price(wish, goal, settings));
        let mut best: Option<(Encoded, Outcome)> = None;
        for _ in 0..MAX_PASSES {
            let encoded = pass(search.price())?;
            let Some(outcome) = encoded.outcome else { bail!("a search has no outcome") };
            let is_nearer = best
                .as_ref()
                .is_none_or(|(_, other)| goal.excess(outcome).abs() < goal.excess(*other).abs());
            if is_nearer {
                best = Some((encoded, outcome));
            }
            if !search.tell(outcome) {
                break;
            }
        }
        let Some((encoded, outcome)) = best else { bail!("a search has no outcome") };
        if !goal.is_met(outcome) {
            self.task.progress.say(encode_search::missed(goal, outcome, self.task.input));
        }
        Ok(encoded.file)
    }

    /// Reads the input from its start.
    fn reader(&self, input: &File) -> anyhow::Result<AudioReader> {
        let name = match self.task.input {
            path if path == Path::new(STANDARD_STREAM) => Path::new("standard input"),
            path => path,
        };
        let input = input.try_clone().with_context(|| messages::cannot_read(name))?;
        Ok(AudioReader::from_file(input, name)?)
    }

    /// Encodes a whole file.
    fn pass(
        &self,
        mut reader: AudioReader,
        settings: Settings,
        selected: &Range<usize>,
    ) -> anyhow::Result<Encoded> {
        let rate = reader.sample_rate();
        let channels = u8::try_from(selected.len()).with_context(|| {
            format!(
                "{} has more than 255 channels; select one with --channel",
                self.task.input.display()
            )
        })?;
        let mut writer = self.create(Header {
            channel_mask: match reader.channel_mask() {
                mask if mask.count_ones() as usize == selected.len() => mask,
                _ => 0,
            },
            frames: reader.frames(),
            settings,
            tags: self.tags.clone(),
            ..Header::new(rate, channels, self.codebook)
        })?;

        self.task.progress.begin(reader.frames(), rate);
        let (mut encoder, parts) = AnyEncoder::new(
            self.codebook,
            settings,
            &reader,
            selected.len(),
            self.task.threads,
            self.options.pack,
        );
        let mut frames = 0;
        in_turns(
            parts,
            |part: &mut Part| {
                let more = part.read(&mut reader, frames)?;
                frames += part.frames() as u64;
                Ok(more)
            },
            |part| part.encode_ahead(selected),
            |part| {
                let written = writer.write_all(|emit| encoder.append(part, selected, emit));
                self.task.progress.advance(part.frames());
                written.with_context(|| self.cannot_write())
            },
        )?;
        let written = writer.write_all(|emit| encoder.finish(emit));
        written.with_context(|| self.cannot_write())?;
        let file = writer.finish().with_context(|| self.cannot_write())?;
        let outcome = encoder.outcome(frames as f64 / f64::from(rate));
        Ok(Encoded { file, outcome })
    }

    /// The channels to encode, out of `available`.
    fn channels(&self, available: usize, stereo: StereoMode) -> anyhow::Result<Range<usize>> {
        let input = self.task.input.display();
        match self.options.channel {
            Some(channel) if (1..=available).contains(&channel) => Ok(channel - 1..channel),
            Some(channel) => bail!(
                "--channel {channel}: {input} has {}",
                if available == 1 {
                    "only channel 1".to_owned()
                } else {
                    format!("channels 1 to {available}")
                }
            ),
            None if self.options.raw && available > 1 => bail!(
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
        self.options.codec.settings(|_| None).codec(f64::from(rate), MaxLength::FORMAT.hold)
    }

    fn create(&self, header: Header) -> anyhow::Result<RecordWriter> {
        let file = AtomicFile::create(self.task.output)?;
        Ok(if self.options.raw {
            RecordWriter::Raw(RawWriter::new(file))
        } else {
            let writer = match self.options.pack {
                true => Writer::packed(file, header),
                false => Writer::new(file, header),
            };
            RecordWriter::Container(writer.with_context(|| self.cannot_write())?)
        })
    }

    fn cannot_write(&self) -> String {
        messages::cannot_write(self.task.output)
    }
}

impl RecordWriter {
    /// Writes all that `produce` hands on, up to the first error.
    fn write_all(&mut self, produce: impl FnOnce(&mut Emit<'_>)) -> anyhow::Result<()> {
        let mut result = Ok(());
        produce(&mut |stream, records| {
            if result.is_ok() {
                result = self.write(stream, records);
            }
        });
        result
    }

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

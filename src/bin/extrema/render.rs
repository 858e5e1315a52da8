//! `extrema render`

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use extrema::audio_file::{AudioReader, WavWriter};
use extrema::codec::Codebook;
use extrema::effect::{Effect, EffectSettings, Latency, MAX_CHANNELS};

use crate::automation::Automation;
use crate::options::{self, Bits, CodecOptions, Longest};

/// The longest curve the plugin can be set to, in milliseconds.
const LONGEST: f64 = 50.0;

/// Frames between two values of an automated parameter.
const GRID: usize = 32;

/// Run the effect over an audio file
///
/// The result is as long as the input and not delayed.
#[derive(Debug, Args)]
pub struct Render {
    /// WAV, AIFF, FLAC, MP3 or Ogg Vorbis, mono or stereo
    #[arg(value_name = "IN")]
    source: PathBuf,
    /// The WAV file to write
    #[arg(value_name = "OUT")]
    target: PathBuf,
    #[command(flatten)]
    codec: CodecOptions,
    /// Gain before the codec in dB, -24 to 24
    #[arg(long, value_name = "dB", default_value = "0", value_parser = options::gain,
        allow_hyphen_values = true)]
    input: f32,
    /// How much of the codec is heard, in %
    #[arg(long, value_name = "%", default_value = "100", value_parser = options::percent)]
    mix: f32,
    /// Gain after the codec, on the wet path, in dB, -24 to 24
    #[arg(long, value_name = "dB", default_value = "0", value_parser = options::gain,
        allow_hyphen_values = true)]
    output: f32,
    /// Hear what is lost
    #[arg(long)]
    delta: bool,
    /// How late the effect would sound; longer lets longer curves be
    #[arg(long, value_enum, default_value_t)]
    latency: LatencyName,
    /// Hear the input alone
    #[arg(long)]
    bypass: bool,
    /// Move a parameter in straight lines, as in threshold=0:-70dB,10:-20dB; repeatable, for
    /// threshold, points, curves, longest, input, mix and output
    #[arg(long, value_name = "PARAMETER=SECONDS:VALUE,...")]
    automate: Vec<Automation>,
    /// How samples are written
    #[arg(long, value_enum, default_value_t)]
    bits: Bits,
}

/// A latency by name.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum LatencyName {
    Low,
    Normal,
    #[default]
    Full,
}

impl From<LatencyName> for Latency {
    fn from(name: LatencyName) -> Self {
        match name {
            LatencyName::Low => Self::Low,
            LatencyName::Normal => Self::Normal,
            LatencyName::Full => Self::Full,
        }
    }
}

/// The effect over a stream of frames, its latency taken out.
struct Rendering<'a> {
    effect: Effect,
    settings: EffectSettings,
    automate: &'a [Automation],
    sample_rate: f64,
    /// Frames that have gone in.
    position: u64,
    /// Frames still to be dropped from what comes out.
    latency: usize,
    writer: WavWriter,
}

impl Render {
    pub fn run(&self) -> anyhow::Result<()> {
        crate::check_paths(&self.source, &self.target)?;
        let settings = self.settings()?;
        let mut reader = AudioReader::open(&self.source)?;
        let (rate, channels) = (reader.sample_rate(), reader.channels());
        if channels > MAX_CHANNELS {
            bail!(
                "{} has {channels} channels and the effect is mono or stereo; split the file first",
                self.source.display()
            );
        }
        let effect =
            Effect::new(&Codebook::standard(), f64::from(rate), channels, self.latency.into());
        let latency = effect.latency() as usize;
        let mut rendering = Rendering {
            effect,
            settings,
            automate: &self.automate,
            sample_rate: f64::from(rate),
            position: 0,
            latency,
            writer: WavWriter::create(&self.target, rate, channels, self.bits.into())?,
        };
        let progress = crate::progress(reader.frames(), rate);
        let mut block = Vec::new();
        while reader.read(&mut block)? {
            rendering.process(&block)?;
            progress.inc(block[0].len() as u64);
        }
        rendering.process(&vec![vec![0.0; latency]; channels])?;
        rendering.writer.finish()?;
        progress.finish_and_clear();
        Ok(())
    }

    fn settings(&self) -> anyhow::Result<EffectSettings> {
        let CodecOptions { threshold, points, curves, detector, longest, stereo } = self.codec;
        let longest = match longest {
            Longest::Max => None,
            Longest::Milliseconds(milliseconds) => Some(milliseconds),
        };
        for (i, automation) in self.automate.iter().enumerate() {
            let parameter = automation.parameter;
            if self.automate[..i].iter().any(|other| other.parameter == parameter) {
                bail!("{parameter:?} is automated twice; give all its points at once");
            }
        }
        let highest = self.automate.iter().filter_map(Automation::longest);
        if highest.chain(longest).any(|milliseconds| milliseconds > LONGEST) {
            bail!("--longest goes up to {LONGEST} ms here; max stands for the latency");
        }
        Ok(EffectSettings {
            threshold,
            points,
            curves,
            detector: detector.into(),
            longest_ms: longest,
            stereo: stereo.into(),
            input_db: self.input,
            mix: self.mix / 100.0,
            output_db: self.output,
            delta: self.delta,
            bypass: self.bypass,
        })
    }
}

impl Rendering<'_> {
    fn process(&mut self, block: &[Vec<f64>]) -> anyhow::Result<()> {
        // A host hands over `f32`.
        let mut heard: Vec<Vec<f32>> =
            block.iter().map(|channel| channel.iter().map(|&x| x as f32).collect()).collect();
        let frames = block[0].len();
        let mut from = 0;
        while from < frames {
            let to_grid = GRID - (self.position % GRID as u64) as usize;
            let count = if self.automate.is_empty() { frames } else { to_grid.min(frames - from) };
            if to_grid == GRID {
                let seconds = self.position as f64 / self.sample_rate;
                for automation in self.automate {
                    automation.apply(seconds, &mut self.settings);
                }
            }
            self.effect.set(self.settings);
            let mut slices: Vec<&mut [f32]> =
                heard.iter_mut().map(|channel| &mut channel[from..from + count]).collect();
            self.effect.process(&mut slices, &mut ());
            self.position += count as u64;
            from += count;
        }

        let dropped = self.latency.min(frames);
        self.latency -= dropped;
        let samples: Vec<Vec<f64>> = heard
            .iter()
            .map(|channel| channel[dropped..].iter().copied().map(f64::from).collect())
            .collect();
        let slices: Vec<&[f64]> = samples.iter().map(Vec::as_slice).collect();
        self.writer.write(&slices)?;
        Ok(())
    }
}

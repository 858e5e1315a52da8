//! `extrema render`

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use extrema::audio_file::{AudioReader, WavSpec, WavWriter};
use extrema::effect::{Effect, EffectSettings, MAX_CHANNELS};

use crate::automation::{Automation, Automations};
use crate::batch::Progress;
use crate::codebook_option::CodebookOption;
use crate::options::{Bits, ControlOptions};
use crate::{output_name, presets};

/// Frames between two values on a line; choices and switches change at any frame.
const GRID: u64 = 32;

/// Run the effect over an audio file
///
/// The result is as long as the input and not delayed.
#[derive(Debug, Args)]
pub struct Render {
    /// WAV, AIFF, FLAC, MP3 or Ogg Vorbis, mono or stereo; - for standard input
    #[arg(value_name = "IN")]
    source: PathBuf,
    /// The WAV file to write, - for standard output
    #[arg(value_name = "OUT")]
    target: PathBuf,
    /// Start from a preset: its name, GROUP/NAME, or a .json file; other options take precedence
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    #[command(flatten)]
    controls: ControlOptions<true>,
    #[command(flatten)]
    codebook: CodebookOption,
    #[arg(long, value_name = "CONTROL=SECONDS:VALUE,...", help = automate_help())]
    automate: Vec<Automations>,
    /// How samples are written
    #[arg(long, value_enum, default_value_t)]
    bits: Bits,
}

fn automate_help() -> String {
    format!(
        "Move a control: numbers in straight lines, as in threshold=0:-70dB,10:-20dB, choices and \
         switches in steps, as in loop=0:off,1.5:on,2:off, or @FILE with a point or more a line and \
         comments after #; before its first point a control has that point's value; repeatable [{}]",
        Automation::controls()
    )
}

/// The effect over a stream of frames, its latency taken out.
struct Rendering<'a> {
    effect: Effect,
    render: &'a Render,
    sample_rate: f64,
    /// Frames that have gone in.
    position: u64,
    /// Frames still to be dropped from what comes out.
    latency: usize,
    writer: WavWriter,
}

impl Render {
    pub fn run(mut self) -> anyhow::Result<()> {
        crate::check_paths(&self.source, &self.target)?;
        output_name::check_wav(&self.target, "render")?;
        self.check_automation()?;
        if let Some(name) = &self.preset {
            self.controls.complete_with(&presets::find(name)?);
        }
        let mut reader = AudioReader::open(&self.source)?;
        let (rate, channels) = (reader.sample_rate(), reader.channels());
        crate::check_sample_rate(&self.source, rate)?;
        if channels > MAX_CHANNELS {
            bail!(
                "{} has {channels} channels and the effect is mono or stereo; split the file first",
                self.source.display()
            );
        }
        let sample_rate = f64::from(rate);
        let latency = self.controls.latency();
        let effect = Effect::new(&self.codebook.load()?, sample_rate, channels, latency);
        let latency = effect.latency() as usize;
        let spec = WavSpec {
            sample_rate: rate,
            channels,
            channel_mask: reader.channel_mask(),
            format: self.bits.into(),
            frames: reader.frames(),
        };
        let mut rendering = Rendering {
            effect,
            render: &self,
            sample_rate,
            position: 0,
            latency,
            writer: WavWriter::with_spec(&self.target, spec)?,
        };
        let progress = Progress::new(1, 1);
        let file_progress = progress.file(1);
        file_progress.begin(reader.frames(), rate);
        let mut block = Vec::new();
        while reader.read(&mut block)? {
            rendering.process(&block)?;
            file_progress.advance(block[0].len());
        }
        rendering.process(&vec![vec![0.0; latency]; channels])?;
        rendering.writer.finish()?;
        progress.finish();
        Ok(())
    }

    /// The effect's settings at a frame, at a sample rate in Hz.
    fn settings(&self, frame: u64, sample_rate: f64) -> EffectSettings {
        self.controls.settings(|control| {
            let automation = self.automate.iter().flatten().find(|moved| moved.control == control);
            // Lines do not depend on the blocks in which the file is read.
            let frame = if control.is_numeric() { frame - frame % GRID } else { frame };
            automation.map(|automation| automation.at(frame, sample_rate))
        })
    }

    /// The frame until which the settings of this one last.
    fn settings_end(&self, frame: u64, sample_rate: f64) -> u64 {
        let steps =
            self.automate.iter().flatten().filter_map(|moved| moved.next_step(frame, sample_rate));
        steps.fold(frame - frame % GRID + GRID, u64::min)
    }

    fn check_automation(&self) -> anyhow::Result<()> {
        let mut moved = Vec::new();
        for &Automation { control, .. } in self.automate.iter().flatten() {
            let id = control.spec().id;
            if moved.contains(&control) {
                bail!("--automate {id} is given twice; give all its points in one");
            }
            if self.controls.is_given(control) {
                bail!("--{id} and --automate {id} contradict each other; leave one out");
            }
            moved.push(control);
        }
        Ok(())
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
            let (position, rate) = (self.position, self.sample_rate);
            self.effect.set(self.render.settings(position, rate));
            let count = if self.render.automate.is_empty() {
                frames
            } else {
                let end = self.render.settings_end(position, rate);
                ((end - position) as usize).min(frames - from)
            };
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

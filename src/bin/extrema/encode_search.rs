//! `extrema encode --effort fast|best`: which price records should have.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, ValueEnum};
use extrema::audio_file::AudioReader;
use extrema::codec::search::{Goal, Outcome, PriceSearch};
use extrema::codec::{Codebook, Effort, Price, SearchEncoder, SearchSettings, Settings, Weight};
use extrema::effect::Control;

use crate::options::{ControlOptions, option_name};

/// What the excerpts hold of all channels together, in samples: 32 MB.
const MAX_EXCERPT_SAMPLES: usize = 1 << 22;

/// How often excerpts are encoded to find a price; bisection alone would need about as many.
pub const MAX_TRIALS: usize = 16;

/// The controls that a search heeds.
const HEEDED: [Control; 5] =
    [Control::Curves, Control::Longest, Control::Stereo, Control::Levels, Control::LevelScale];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum EffortChoice {
    /// What the plugin does: cuts where the detector says
    #[default]
    Live,
    /// Searches all cuts, curves of up to 32 samples at first
    Fast,
    /// Searches all cuts, curves of up to 64 samples at first
    Best,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum WeightChoice {
    /// Every error counts, as in the SNR
    #[default]
    None,
    /// Errors count less where louder sound covers them
    Hearing,
}

/// The options of a search.
#[derive(Debug, Args)]
pub struct SearchOptions {
    /// How hard to look for the best cuts; fast and best need --rate, --snr or --lambda
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    effort: EffortChoice,
    /// Search for this rate in kbit/s of records, to 1 %
    #[arg(long, value_name = "KBITS", value_parser = positive, allow_hyphen_values = true)]
    rate: Option<f64>,
    /// Search for this signal-to-noise ratio in dB, to 0.1 dB
    #[arg(long, value_name = "dB", value_parser = positive, allow_hyphen_values = true)]
    snr: Option<f64>,
    /// Search with this price of a record, in squared 16-bit steps: what it has to save
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    lambda: Option<Price>,
    /// Which errors count in a search
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    weight: WeightChoice,
}

/// What to search for.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    effort: Effort,
    weight: Weight,
    pub aim: Aim,
}

#[derive(Debug, Clone, Copy)]
pub enum Aim {
    Price(Price),
    Goal(Goal),
}

impl SearchOptions {
    /// What to search for, if anything; an error if options contradict each other.
    pub fn wish(&self, controls: &ControlOptions<false>) -> anyhow::Result<Option<Wish>> {
        let aims = [
            ("--rate", self.rate.map(|rate| Aim::Goal(Goal::KilobitsPerSecond(rate)))),
            ("--snr", self.snr.map(|snr| Aim::Goal(Goal::Snr(snr)))),
            ("--lambda", self.lambda.map(Aim::Price)),
        ];
        let mut given = aims.into_iter().filter_map(|(name, aim)| Some((name, aim?)));
        let (aim, other) = (given.next(), given.next());
        let effort = match self.effort {
            EffortChoice::Live => {
                let weight = (self.weight != WeightChoice::None).then_some("--weight");
                match aim.map(|(name, _)| name).or(weight) {
                    Some(name) => bail!(
                        "{name} is for a search, and --effort live makes none; add --effort best, or \
                         leave {name} out"
                    ),
                    None => return Ok(None),
                }
            }
            EffortChoice::Fast => Effort::Fast,
            EffortChoice::Best => Effort::Best,
        };
        if let (Some((first, _)), Some((second, _))) = (aim, other) {
            bail!("{first} cannot be combined with {second}; leave one out");
        }
        let Some((_, aim)) = aim else {
            bail!(
                "a search needs to know when a record pays; add --rate KBITS, --snr dB or --lambda X"
            );
        };
        let ignored = Control::ALL
            .into_iter()
            .find(|control| controls.is_given(*control) && !HEEDED.contains(control));
        if let Some(control) = ignored {
            bail!(
                "--{} is for --effort live and has no part in a search; leave it out",
                option_name(control)
            );
        }
        let weight = match self.weight {
            WeightChoice::None => Weight::None,
            WeightChoice::Hearing => Weight::Hearing,
        };
        Ok(Some(Wish { effort, weight, aim }))
    }
}

impl Wish {
    /// The settings with a price.
    pub fn settings(&self, settings: Settings, price: Price) -> Settings {
        let Self { effort, weight, .. } = *self;
        Settings { search: Some(SearchSettings { effort, price, weight }), ..settings }
    }
}

/// The encoder for settings that have a search, which runs on `threads` threads, and whose records may be packed.
pub fn encoder(
    codebook: &Arc<Codebook>,
    settings: Settings,
    rate: u32,
    channels: usize,
    threads: usize,
    is_packed: bool,
) -> SearchEncoder {
    let encoder = SearchEncoder::new(codebook, settings, f64::from(rate), channels);
    let encoder = if is_packed { encoder.for_packing() } else { encoder };
    encoder.with_threads(threads)
}

/// Parts of a file, spread evenly over it.
#[derive(Debug)]
pub struct Excerpts {
    codebook: Arc<Codebook>,
    channels: Vec<Vec<f64>>,
    rate: u32,
    /// How many threads search, and whether for records that will be packed.
    threads: usize,
    is_packed: bool,
}

impl Excerpts {
    /// Reads as many windows of the search as memory allows: all of a short file, so that its price is
    /// found without reading it again.
    pub fn read(
        codebook: &Arc<Codebook>,
        mut open: impl FnMut() -> anyhow::Result<AudioReader>,
        selected: std::ops::Range<usize>,
        threads: usize,
        is_packed: bool,
    ) -> anyhow::Result<Self> {
        let mut reader = open()?;
        let rate = reader.sample_rate();
        let mut block = Vec::new();
        let frames = match reader.frames() {
            Some(frames) => frames,
            None => {
                let mut frames = 0;
                while reader.read(&mut block)? {
                    frames += block[0].len() as u64;
                }
                reader = open()?;
                frames
            }
        };
        let window = SearchEncoder::WINDOW as u64;
        let windows = frames.div_ceil(window);
        let most = (MAX_EXCERPT_SAMPLES / (SearchEncoder::WINDOW * selected.len())).max(1) as u64;
        let is_chosen = |number: u64| {
            // Of `most` equal parts of the file, the window in the middle of each.
            windows <= most
                || (number * most / windows..=(number + 1) * most / windows)
                    .any(|part| (2 * part + 1) * windows / (2 * most) == number)
        };
        let mut channels = vec![Vec::new(); selected.len()];
        let mut position = 0;
        while reader.read(&mut block)? {
            let count = block[0].len();
            let mut from = 0;
            while from < count {
                let number = (position + from as u64) / window;
                let rest = (number + 1) * window - (position + from as u64);
                let until = count.min(from + rest as usize);
                if is_chosen(number) {
                    for (all, block) in channels.iter_mut().zip(&block[selected.clone()]) {
                        all.extend_from_slice(&block[from..until]);
                    }
                }
                from = until;
            }
            position += count as u64;
        }
        Ok(Self { codebook: codebook.clone(), channels, rate, threads, is_packed })
    }

    /// What comes of settings.
    pub fn outcome(&self, settings: Settings) -> Outcome {
        let channels = self.channels.len();
        let Self { codebook, rate, threads, is_packed, .. } = self;
        let mut encoder = encoder(codebook, settings, *rate, channels, *threads, *is_packed);
        let channels: Vec<&[f64]> = self.channels.iter().map(Vec::as_slice).collect();
        encoder.process(&channels, &mut |_, _| ());
        encoder.finish(&mut |_, _| ());
        Outcome::new(encoder.energies(), channels[0].len() as f64 / f64::from(self.rate))
    }

    /// The price at which they meet a goal, or the nearest.
    pub fn price(&self, wish: Wish, goal: Goal, settings: Settings) -> Price {
        let mut search = PriceSearch::new(goal);
        for _ in 0..MAX_TRIALS {
            if !search.tell(self.outcome(wish.settings(settings, search.price()))) {
                break;
            }
        }
        search.price()
    }
}

/// What there is to say of an outcome that is not what was asked for.
pub fn missed(goal: Goal, outcome: Outcome, input: &Path) -> String {
    let input = input.display();
    match goal {
        Goal::KilobitsPerSecond(rate) => format!(
            "note: {input} takes {:.1} kbit/s; no price of a record comes nearer to {rate} kbit/s",
            outcome.kilobits_per_second
        ),
        Goal::Snr(snr) => format!(
            "note: {input} has an SNR of {:.2} dB; no price of a record comes nearer to {snr} dB",
            outcome.snr_db
        ),
    }
}

/// Reads the value of `--rate` or `--snr`.
fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|&number: &f64| number > 0.0 && number.is_finite());
    number.ok_or_else(|| format!("{text:?} is not a number above 0"))
}

//! How good every prefix of a table is, by the real encoders.

use std::fmt::Write;
use std::sync::Arc;

use extrema::codec::curves::Rows;
use extrema::codec::search::Outcome;
use extrema::codec::{
    Codebook, Decoder, Detector, Effort, Price, SearchEncoder, SearchSettings, Settings, Threshold,
    Weight,
};

use super::PREFIXES;
use super::material::Track;
use super::segments::encode;
use crate::parallel;

/// What is measured.
const MEASURES: [&str; 4] =
    ["slope, 50 steps", "peak, 200 steps", "best, 200 steps", "search at slope's bytes"];

/// What is searched of a track at most, in samples: it takes a hundred times as long as the detectors.
const SEARCHED: usize = SearchEncoder::WINDOW;

/// A goal counts as met within this distance of the logarithms of rates, from where the SNR is interpolated.
const NEAR: f64 = 0.1;

/// The SNRs in dB by measure and prefix.
type Figures = [[f64; PREFIXES.len()]; MEASURES.len()];

/// Compares a table with the standard one.
pub fn report(tracks: &[Track], rows: &Rows) -> String {
    let trained = Codebook::new("trained", rows);
    let tables = [Codebook::standard(), trained];
    let jobs: Vec<(&Track, &Arc<Codebook>)> =
        tracks.iter().flat_map(|track| tables.iter().map(move |table| (track, table))).collect();
    let figures = parallel::map(&jobs, |(track, table)| measure(track, table));
    let mut text = String::from("# SNR by the number of curves\n");
    for (title, held_out) in [("Held out", true), ("Trained on", false)] {
        let of_part: Vec<(&Track, &[Figures])> = tracks
            .iter()
            .zip(figures.chunks(tables.len()))
            .filter(|(track, _)| track.is_held_out == held_out)
            .collect();
        if of_part.is_empty() {
            continue;
        }
        let names: Vec<&str> = of_part.iter().map(|(track, _)| track.name.as_str()).collect();
        let _ = write!(
            text,
            "\n## {title}\n\n{}.\n\nMean SNR in dB with the table in the tree, with the trained one, and \
             the difference.\n\n| curves |",
            names.join(", ")
        );
        for measure in MEASURES {
            let _ = write!(text, " {measure} | | |");
        }
        let _ = writeln!(text, "\n|---|{}", "---|".repeat(3 * MEASURES.len()));
        for (prefix, curves) in PREFIXES.iter().enumerate() {
            let _ = write!(text, "| {curves} |");
            for measure in 0..MEASURES.len() {
                let mean = |table: usize| {
                    let all = of_part.iter().map(|(_, figures)| figures[table][measure][prefix]);
                    all.sum::<f64>() / of_part.len() as f64
                };
                let (before, after) = (mean(0), mean(1));
                let _ = write!(text, " {before:.2} | {after:.2} | {:+.2} |", after - before);
            }
            text.push('\n');
        }
    }
    text
}

fn measure(track: &Track, codebook: &Arc<Codebook>) -> Figures {
    let with = |curves: usize| Settings { curves: curves as u8, ..Settings::default() };
    let slope = PREFIXES.map(|curves| live(track, codebook, with(curves)));
    let [peak, best] = [Detector::Peak, Detector::Best].map(|detector| {
        let threshold = Threshold::from_steps(200.0);
        PREFIXES
            .map(|curves| live(track, codebook, Settings { detector, threshold, ..with(curves) }))
    });
    let (samples, seconds) = {
        let samples = track.middle(SEARCHED);
        (samples, samples.len() as f64 / track.sample_rate)
    };
    // The cuts of the slope detector do not depend on the curves.
    let records = encode(samples, track.sample_rate, codebook, Settings::default()).len();
    let goal = 40.0 * records as f64 / seconds / 1000.0;
    let mut price = Price::default().squared_steps();
    let mut search = [0.0; PREFIXES.len()];
    for (snr, curves) in search.iter_mut().zip(PREFIXES).rev() {
        *snr = at_rate(goal, &mut price, |price| {
            let search = SearchSettings { effort: Effort::Fast, price, weight: Weight::None };
            let settings = Settings { search: Some(search), ..with(curves) };
            let mut encoder = SearchEncoder::new(codebook, settings, track.sample_rate, 1);
            encoder.process(&[samples], &mut |_, _| ());
            encoder.finish(&mut |_, _| ());
            Outcome::new(encoder.energies(), seconds)
        });
    }
    [slope, peak, best, search]
}

/// The SNR in dB of a detector.
fn live(track: &Track, codebook: &Arc<Codebook>, settings: Settings) -> f64 {
    let records = encode(&track.samples, track.sample_rate, codebook, settings);
    let mut decoder = Decoder::new(codebook, 1);
    decoder.push(0, &records);
    let mut decoded = vec![0.0; track.samples.len()];
    decoder.read(&mut [&mut decoded], |_| ());
    let signal: f64 = track.samples.iter().map(|x| x * x).sum();
    let noise: f64 = track.samples.iter().zip(&decoded).map(|(x, y)| (x - y) * (x - y)).sum();
    10.0 * libm::log10(signal / noise.max(f64::MIN_POSITIVE))
}

/// The SNR in dB of a search at a rate in kbit/s, on the line through the outcomes of the last two prices.
/// The search begins at a price, and leaves there the one that it has found.
fn at_rate(goal: f64, price: &mut f64, search: impl Fn(Price) -> Outcome) -> f64 {
    let at = |price: f64| {
        let outcome = search(Price::from_squared_steps(price));
        (libm::log(outcome.kilobits_per_second / goal), outcome.snr_db)
    };
    let (mut miss, mut snr) = at(*price);
    for _ in 0..6 {
        // Rates go about with the third root of prices. Two that are alike give no line.
        let step = if miss.abs() < 0.03 { 0.2 } else { 3.0 * miss };
        let next = *price * libm::exp(step);
        let (other_miss, other_snr) = at(next);
        let slope = (other_snr - snr) / (other_miss - miss);
        let was_near = miss.abs() < NEAR || other_miss.abs() < NEAR;
        let found = snr - slope * miss;
        if miss.abs() > other_miss.abs() {
            *price = next;
            (miss, snr) = (other_miss, other_snr);
        }
        if was_near && slope.is_finite() {
            return found;
        }
    }
    snr
}

//! How the cost per sample depends on the length of a track, on channels, on points, and on curves.

use std::hint::black_box;

use anyhow::Result;
use extrema::codec::{Codebook, Encoder, Record, Settings};

use super::codec::encode;
use super::report::Report;
use super::signals;
use super::timing::{highest, median, nanoseconds};
use super::tracks::Track;

/// Costs within this ratio count as equal: a busy machine makes that of equal ones.
const EQUAL: f64 = 1.15;

/// Measures the default settings on music, and each number of points and of curves on all tracks.
pub fn measure(tracks: &[Track], report: &mut Report) -> Result<()> {
    report.section("growth", "Growth", "a minute or two");
    let mut costs = |input: &str, setting: String, cost: f64| {
        report.add(input, &setting, "encode", cost, "ns/sample");
        cost
    };
    let settings = Settings::default();
    let music = signals::music(1 << 18);
    let mut by_length = Vec::new();
    for power in [16, 18, 20, 22] {
        let cost = encode_repeated(&music[..1 << 16], 1 << (power - 16), settings)?;
        by_length.push(costs("music", format!("2^{power} samples"), cost));
    }
    let mut by_channels = Vec::new();
    for channels in [1, 2, 4, 8] {
        let (cost, _) = encode(&vec![&music[..]; channels], signals::SAMPLE_RATE, settings)?;
        by_channels.push(costs("music", format!("{channels} channels"), cost));
    }
    let mut by_points = Vec::new();
    for points in [2, 4, 8, 16, 24, 32, 48, 64] {
        let mut over = Vec::new();
        for track in tracks {
            over.push(
                encode(&track.slices(), track.sample_rate, Settings { points, ..settings })?.0,
            );
        }
        let cost = costs("tracks, 16-bit", format!("{points} points"), median(&over));
        if points >= 16 {
            by_points.push(cost);
        }
    }
    let mut by_curves = Vec::new();
    for curves in signals::CURVES {
        let mut over = Vec::new();
        for track in tracks {
            let settings = Settings { curves, ..settings };
            over.push(encode(&track.slices(), track.sample_rate, settings)?.0);
        }
        by_curves.push(costs("tracks, 16-bit", format!("{curves} curves"), median(&over)));
    }
    // All of them come last.
    let growth = highest(&by_curves) / by_curves[by_curves.len() - 1];
    report.goal(
        "cost, any number of curves against all",
        &format!("{growth:.2} ×"),
        "≤ 1.5 ×",
        growth <= 1.5,
    );
    for (what, costs, goal) in [
        ("cost per sample, longest track against shortest", by_length, "linear"),
        ("cost per sample, eight channels against one", by_channels, "linear"),
        ("cost, most points against 16", by_points, "flat"),
    ] {
        let growth = highest(&costs[1..]) / costs[0];
        report.goal(what, &format!("{growth:.2} ×"), goal, growth <= EQUAL);
    }
    Ok(())
}

/// Nanoseconds per sample to encode a wave that repeats a piece. The piece stays in the cache, like
/// the blocks of a file that is read, so this is the encoder's own cost.
fn encode_repeated(piece: &[f64], times: usize, settings: Settings) -> Result<f64> {
    let time = nanoseconds(|| {
        let mut records = 0;
        let mut count = |_, more: &[Record]| records += more.len();
        let mut encoder =
            Encoder::offline(&Codebook::standard(), settings, signals::SAMPLE_RATE, 1);
        for _ in 0..times {
            encoder.process(black_box(&[piece]), &mut count);
        }
        encoder.finish(&mut count);
        black_box(records);
    })?;
    Ok(time / (piece.len() * times) as f64)
}

//! How the cost grows with the length of a track, with channels, and with points.

use std::hint::black_box;

use anyhow::Result;
use extrema::codec::{Codebook, Encoder, Record, Settings};

use super::codec::encode;
use super::document::{Row, Section};
use super::signals;
use super::timing::{highest, median, nanoseconds};
use super::tracks::Track;

/// How far apart costs may be that are called equal: what a busy machine makes of equal ones.
const EQUAL: f64 = 1.15;

/// The goals for growth, and a table of what was measured.
pub fn measure(tracks: &[Track], goals: &mut Vec<Row>) -> Result<Section> {
    let mut section = Section::new("Growth", &["of", "to", "encode, per sample"]);
    let mut costs = |of: &str, to: String, cost: f64| {
        section.row(vec![of.to_owned(), to, format!("{cost:.2} ns")]);
        cost
    };
    let settings = Settings::default();
    let music = signals::music(1 << 18);
    let mut by_length = Vec::new();
    for power in [16, 18, 20, 22] {
        let cost = encode_again_and_again(&music[..1 << 16], 1 << (power - 16), settings)?;
        by_length.push(costs("track length", format!("2^{power} samples"), cost));
    }
    let mut by_channels = Vec::new();
    for channels in [1, 2, 4, 8] {
        let (cost, _) = encode(&vec![&music[..]; channels], signals::SAMPLE_RATE, settings)?;
        by_channels.push(costs("channels", channels.to_string(), cost));
    }
    let mut by_points = Vec::new();
    for points in [2, 4, 8, 16, 24, 32, 48, 64] {
        let mut over = Vec::new();
        for track in tracks {
            over.push(
                encode(&track.slices(), track.sample_rate, Settings { points, ..settings })?.0,
            );
        }
        let cost = costs("points", points.to_string(), median(&over));
        if points >= 16 {
            by_points.push(cost);
        }
    }
    for (what, costs, goal) in [
        ("cost per sample, longest track against shortest", by_length, "linear"),
        ("cost per sample, eight channels against one", by_channels, "linear"),
        ("cost, most points against 16", by_points, "flat"),
    ] {
        let growth = highest(&costs[1..]) / costs[0];
        goals.push(Row::new(what, format!("{growth:.2} ×"), goal, growth <= EQUAL));
    }
    Ok(section)
}

/// Nanoseconds per sample that encoding a wave takes which repeats a piece: the encoder's own cost, as
/// where blocks of a file are read, since the piece stays in the cache.
fn encode_again_and_again(piece: &[f64], times: usize, settings: Settings) -> Result<f64> {
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

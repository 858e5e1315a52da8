//! How many records there are of each curve and of each length.

use plotters::element::Rectangle;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor};

use super::canvas::{
    Axes, COUNT, Canvas, Chart, Failed, HOLD, QUIET_TEXT, RIGHT, SIZE, at, font, panel, px, signed,
};
use crate::inspect::summary::Summary;

/// The share of a bar's place that it leaves empty, on either side.
const GAP: f64 = 0.12;

/// Where the logarithmic axis of curves begins.
const LEAST_PERCENT: f64 = 0.01;

/// Where the legend of holds and curves begins, left of the panel's right end, in pixels.
const LEGEND: u32 = 236;

/// Draws the histogram of curves, and beside it that of lengths.
pub fn draw<DB: DrawingBackend>(area: &Canvas<DB>, summary: &Summary) -> Result<(), Failed<DB>> {
    let (left, right) = area.split_horizontally(px(SIZE.0 / 2));
    curves(&left, summary)?;
    lengths(&right, summary)
}

fn curves<DB: DrawingBackend>(area: &Canvas<DB>, summary: &Summary) -> Result<(), Failed<DB>> {
    let counts = &summary.by_ordinal[1..];
    let used = counts.iter().filter(|count| **count > 0).count();
    let shares = shares(counts.iter().copied(), summary.records.curves);
    // The line is so frequent that all others would be flat beside it, but for a logarithmic axis.
    let most = shares.iter().copied().fold(0.1, f64::max).log10();
    let axes = Axes {
        x: 0.5..counts.len() as f64 + 0.5,
        y: LEAST_PERCENT.log10()..most + 0.1,
        x_name: "Curve",
        y_name: "% of curves",
        x_label: &|x| signed(x, 0),
        y_label: &|exponent| signed(10_f64.powf(exponent), (-exponent).max(0.0) as usize),
        x_labels: 11,
        y_labels: 4,
        has_verticals: true,
    };
    let title = format!("Curves, {used} of {} in use", counts.len());
    let mut chart = panel(area, &title, &axes)?;
    let bars = (1..).zip(&shares).filter(|(_, share)| **share > LEAST_PERCENT);
    // Without gaps, which would be narrower than a pixel.
    bars_in(
        &mut chart,
        bars.map(|(ordinal, share)| {
            let (middle, bottom) = (f64::from(ordinal), LEAST_PERCENT.log10());
            Bar { from: middle - 0.5, to: middle + 0.5, bottom, top: share.log10(), colour: COUNT }
        }),
    )
}

fn lengths<DB: DrawingBackend>(area: &Canvas<DB>, summary: &Summary) -> Result<(), Failed<DB>> {
    let Some(ranges) = &summary.by_length else { return Ok(()) };
    let total = summary.records.total;
    let curves = shares(ranges.iter().map(|range| range.curves), total);
    let all = shares(ranges.iter().map(|range| range.curves + range.holds), total);
    // With a label below the beginning of each range; where they are many, below every second or so.
    let step = ranges.len().div_ceil(16).max(1);
    let label = |x: f64| {
        let number = x.round();
        let is_whole = (x - number).abs() < 0.01 && number >= 0.0;
        match ranges.get(number as usize) {
            Some(range) if is_whole && (number as usize).is_multiple_of(step) => short(range.from),
            _ => String::new(),
        }
    };
    let most = all.iter().copied().fold(0.0, f64::max);
    let axes = Axes {
        x: -0.5..ranges.len().max(1) as f64 - 0.5,
        x_name: "Samples in a record, from",
        x_label: &label,
        x_labels: 2 * ranges.len() + 2,
        y: 0.0..if most > 0.0 { 1.08 * most } else { 1.0 },
        y_name: "% of records",
        y_label: &|y| signed(y, 0),
        y_labels: 6,
        has_verticals: false,
    };
    let mut chart = panel(area, "Lengths", &axes)?;
    for (bottoms, tops, colour) in [(None, &curves, COUNT), (Some(&curves), &all, HOLD)] {
        let bars = (0..).zip(tops).map(|(number, &top)| {
            let middle = f64::from(number);
            let bottom = bottoms.and_then(|bottoms| bottoms.get(number as usize)).copied();
            Bar {
                from: middle - 0.5 + GAP,
                to: middle + 0.5 - GAP,
                bottom: bottom.unwrap_or(0.0),
                top,
                colour,
            }
        });
        bars_in(&mut chart, bars.filter(|bar| bar.top > bar.bottom))?;
    }
    let quiet = font(20, &QUIET_TEXT).pos(Pos::new(HPos::Left, VPos::Center));
    let mut x = SIZE.0 / 2 - RIGHT - LEGEND;
    for (name, colour) in [("curves", COUNT), ("holds", HOLD)] {
        area.draw(&Rectangle::new([at(x, 15), at(x + 18, 33)], colour.filled()))?;
        area.draw_text(name, &quiet, at(x + 28, 24))?;
        x += 124;
    }
    Ok(())
}

struct Bar {
    from: f64,
    to: f64,
    bottom: f64,
    top: f64,
    colour: RGBColor,
}

fn bars_in<DB: DrawingBackend>(
    chart: &mut Chart<'_, DB>,
    bars: impl Iterator<Item = Bar>,
) -> Result<(), Failed<DB>> {
    chart.draw_series(bars.map(|bar| {
        Rectangle::new([(bar.from, bar.bottom), (bar.to, bar.top)], bar.colour.filled())
    }))?;
    Ok(())
}

/// Counts in percent of a total.
fn shares(counts: impl Iterator<Item = u64>, total: u64) -> Vec<f64> {
    counts.map(|count| 100.0 * count as f64 / total.max(1) as f64).collect()
}

/// A length in as few characters as it takes.
fn short(length: u32) -> String {
    match length {
        0..10_000 => length.to_string(),
        10_000..1_048_576 => format!("{}k", length >> 10),
        _ => format!("{}M", length >> 20),
    }
}

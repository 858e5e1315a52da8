//! Rate and SNR over time.

use std::ops::Range;

use plotters::element::PathElement;
use plotters::prelude::{DrawingBackend, LineSeries};
use plotters::style::RGBColor;

use super::canvas::{AXIS, Axes, Canvas, Failed, RATE, SIZE, SNR, line, panel, px, signed};
use crate::inspect::summary::Summary;

/// The smallest part of the axis of the SNR that is shown, in dB.
const LEAST_SPAN_DB: f64 = 12.0;

/// Labels of the axis of time, over the whole width.
const TIMES: usize = 12;

/// Values over time.
struct Series<'a> {
    title: String,
    name: &'a str,
    range: Range<f64>,
    /// Of each interval; there are gaps where there is none.
    values: Vec<Option<f64>>,
    mean: Option<f64>,
    interval_seconds: f64,
    seconds: f64,
    colour: RGBColor,
}

/// Draws the rate, and beside it the SNR if there is an original.
pub fn draw<DB: DrawingBackend>(area: &Canvas<DB>, summary: &Summary) -> Result<(), Failed<DB>> {
    let (Some(over_time), Some(rate)) = (&summary.over_time, &summary.rate) else { return Ok(()) };
    let mean = rate.kbits_per_second;
    let most = over_time.kbits_per_second.iter().copied().fold(mean, f64::max);
    let rate = Series {
        title: format!("Rate at five bytes a record, {mean:.1} kbit/s on average"),
        name: "kbit/s",
        range: 0.0..1.08 * most.max(0.001),
        values: over_time.kbits_per_second.iter().copied().map(Some).collect(),
        mean: Some(mean),
        interval_seconds: over_time.interval_seconds,
        seconds: summary.seconds,
        colour: RATE,
    };
    let Some(values) = &over_time.snr_db else { return rate.draw(area, TIMES) };
    let values: Vec<Option<f64>> =
        values.iter().map(|value| value.filter(|value| value.is_finite())).collect();
    let all = summary.snr.as_ref().and_then(|snr| snr.db).filter(|snr| snr.is_finite());
    let title = match all {
        Some(all) => format!("SNR, {all:.1} dB in all"),
        None => "SNR: no difference".to_owned(),
    };
    let snr = Series {
        title,
        name: "dB",
        range: span(&values),
        values,
        mean: all,
        interval_seconds: rate.interval_seconds,
        seconds: rate.seconds,
        colour: SNR,
    };
    let (left, right) = area.split_horizontally(px(SIZE.0 / 2));
    rate.draw(&left, TIMES / 2)?;
    snr.draw(&right, TIMES / 2)
}

/// A range in steps of 5 dB around all values.
fn span(values: &[Option<f64>]) -> Range<f64> {
    let least = values.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let bottom = 5.0 * (least.min(most - LEAST_SPAN_DB) / 5.0).floor();
    bottom..5.0 * (most / 5.0).ceil()
}

impl Series<'_> {
    fn draw<DB: DrawingBackend>(&self, area: &Canvas<DB>, labels: usize) -> Result<(), Failed<DB>> {
        let seconds = self.seconds;
        let height = self.range.end - self.range.start;
        let axes = Axes {
            x: 0.0..seconds,
            y: self.range.clone(),
            x_name: if seconds < 120.0 { "Time in s" } else { "Time" },
            y_name: self.name,
            x_label: &|x| time(x, seconds),
            y_label: &|y| signed(y, if height < 5.0 { 1 } else { 0 }),
            x_labels: labels,
            y_labels: 6,
            has_verticals: true,
        };
        let mut chart = panel(area, &self.title, &axes)?;
        if let Some(mean) = self.mean {
            let ends = [(0.0, mean), (seconds, mean)];
            chart.draw_series([PathElement::new(ends, line(2, AXIS))])?;
        }
        let steps = self.values.split(Option::is_none);
        let mut first = 0;
        for values in steps {
            let points = values.iter().flatten().enumerate().flat_map(|(number, &value)| {
                let begin = (first + number) as f64 * self.interval_seconds;
                [(begin, value), ((begin + self.interval_seconds).min(seconds), value)]
            });
            chart.draw_series(LineSeries::new(points, line(2, self.colour)))?;
            first += values.len() + 1;
        }
        Ok(())
    }
}

/// A time on the axis of a file of `seconds`.
fn time(at: f64, seconds: f64) -> String {
    let whole = at.round() as u64;
    match seconds {
        ..4.0 => format!("{at:.1}"),
        ..120.0 => format!("{at:.0}"),
        ..3600.0 => format!("{}:{:02}", whole / 60, whole % 60),
        _ => format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60),
    }
}

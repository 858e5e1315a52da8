//! A passage of the wave, and the curves that replace it.

use std::ops::Range;
use std::sync::Arc;

use extrema::codec::{Codebook, StereoMode, level_to_sample};
use plotters::element::{Circle, PathElement};
use plotters::prelude::{DrawingBackend, LineSeries};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::canvas::{
    Axes, Canvas, Chart, Failed, PANEL, QUIET_TEXT, RIGHT, SIZE, WAVE, at, font, line, panel, px,
    record_colour, signed,
};
use crate::encoded_file::EncodedFile;
use crate::inspect::survey::{self, Placed};

/// How many streams are shown, one above the other.
const MAX_STREAMS: usize = 2;

/// Pixels of a piece of a curve, which is drawn straight.
const PIECE: f64 = 3.0;

/// A wave of more samples than this is a line without rounded corners.
const MANY_SAMPLES: usize = 4000;

/// From this many records on they are drawn finer, and without dots on their ends.
const MANY_RECORDS: usize = 150;

/// The passage that is shown.
pub struct Wave {
    frames: Range<u64>,
    sample_rate: f64,
    codebook: Arc<Codebook>,
    lanes: Vec<Lane>,
}

/// What is shown of a stream.
struct Lane {
    name: String,
    /// The original, if it is given.
    original: Vec<f64>,
    records: Vec<Placed>,
}

impl Wave {
    /// Finds the records of some frames; `original` has the samples of these by channel.
    pub fn new(
        file: &mut EncodedFile,
        frames: Range<u64>,
        original: Option<Vec<Vec<f64>>>,
    ) -> anyhow::Result<Self> {
        let (channels, stereo) = (file.channels(), file.stereo());
        let count = channels.min(MAX_STREAMS);
        let mut originals = original.unwrap_or_else(|| vec![Vec::new(); channels]);
        if let [left, right] = &mut originals[..] {
            for (left, right) in left.iter_mut().zip(right) {
                [*left, *right] = stereo.to_streams([*left, *right]);
            }
        }
        let records = survey::passage(file, frames.clone(), count)?;
        let lane = |(stream, original)| Lane {
            name: stream_name(stream, channels, stereo),
            original,
            records: records.iter().filter(|placed| placed.stream == stream).copied().collect(),
        };
        Ok(Self {
            lanes: originals.into_iter().take(count).enumerate().map(lane).collect(),
            frames,
            sample_rate: f64::from(file.sample_rate()),
            codebook: file.codebook().clone(),
        })
    }

    /// Draws the lanes one above the other.
    pub fn draw<DB: DrawingBackend>(&self, area: &Canvas<DB>) -> Result<(), Failed<DB>> {
        legend(area, self.lanes.iter().any(|lane| !lane.original.is_empty()))?;
        let peak = self.peak();
        for (area, lane) in area.split_evenly((self.lanes.len(), 1)).iter().zip(&self.lanes) {
            self.draw_lane(area, lane, peak)?;
        }
        Ok(())
    }

    /// What the axis of levels has to reach.
    fn peak(&self) -> f64 {
        let records = self.lanes.iter().flat_map(|lane| &lane.records);
        let levels = records.flat_map(|placed| {
            let end = placed.record.end(placed.start);
            [placed.start, end].map(level_to_sample)
        });
        let samples = self.lanes.iter().flat_map(|lane| lane.original.iter().copied());
        1.12 * levels.chain(samples).fold(0.01_f64, |peak, x| peak.max(x.abs()))
    }

    /// The time of a frame after the first that is shown, in milliseconds.
    fn milliseconds(&self, frame: f64) -> f64 {
        1000.0 * (frame - self.frames.start as f64) / self.sample_rate
    }

    fn draw_lane<DB: DrawingBackend>(
        &self,
        area: &Canvas<DB>,
        lane: &Lane,
        peak: f64,
    ) -> Result<(), Failed<DB>> {
        let last = self.frames.end.saturating_sub(1).max(self.frames.start + 1);
        let width = self.milliseconds(last as f64);
        let digits = if peak < 0.2 { 2 } else { 1 };
        let begin = self.frames.start as f64 / self.sample_rate;
        let title = format!("{} from {begin:.3} s", lane.name);
        let axes = Axes {
            x: 0.0..width,
            y: -peak..peak,
            x_name: "Time in ms",
            y_name: "Level",
            x_label: &|x| signed(x, if width < 5.0 { 1 } else { 0 }),
            y_label: &|y| signed(y, digits),
            x_labels: 11,
            y_labels: if self.lanes.len() == 1 { 7 } else { 5 },
            has_verticals: true,
        };
        let mut chart = panel(area, &title, &axes)?;
        self.draw_original(&mut chart, &lane.original)?;
        let is_dense = lane.records.len() > MANY_RECORDS;
        for placed in &lane.records {
            let points = self.points(placed, width);
            let colour = record_colour(placed.record.ordinal());
            let stroke = line(if is_dense { 2 } else { 3 }, colour);
            chart.draw_series(LineSeries::new(points.iter().copied(), stroke))?;
        }
        let ends = lane.records.iter().filter(|placed| !is_dense && !placed.record.is_hold());
        for placed in ends {
            let end = placed.position as f64 + f64::from(placed.record.length()) - 1.0;
            if end >= self.frames.start as f64 && end <= last as f64 {
                let level = level_to_sample(placed.record.end(placed.start));
                let point = (self.milliseconds(end), level);
                let colour = record_colour(placed.record.ordinal());
                // A rim separates dots from the lines they lie on.
                chart.draw_series([
                    Circle::new(point, px(6), PANEL.filled()),
                    Circle::new(point, px(4), colour.filled()),
                ])?;
            }
        }
        Ok(())
    }

    fn draw_original<DB: DrawingBackend>(
        &self,
        chart: &mut Chart<'_, DB>,
        original: &[f64],
    ) -> Result<(), Failed<DB>> {
        let points = (self.frames.start..).zip(original);
        let points: Vec<(f64, f64)> =
            points.map(|(frame, &x)| (self.milliseconds(frame as f64), x)).collect();
        if points.len() > MANY_SAMPLES {
            chart.draw_series(LineSeries::new(points, line(2, WAVE)))?;
            return Ok(());
        }
        // Line by line, with a dot on each point: a path would have spikes at its corners.
        let lines = points.windows(2).map(|ends| PathElement::new(ends, line(5, WAVE)));
        chart.draw_series(lines)?;
        chart.draw_series(
            points.iter().map(|&point| Circle::new(point, (5 * px(1) / 2) as i32, WAVE.filled())),
        )?;
        Ok(())
    }

    /// The part of a record within the passage, as points of a line.
    fn points(&self, placed: &Placed, width: f64) -> Vec<(f64, f64)> {
        let Placed { position, start, record, .. } = *placed;
        let length = f64::from(record.length());
        // A record leads from the last sample of the one before it to its own last sample.
        let begin = position as f64 - 1.0;
        let share = |frame: f64| ((frame - begin) / length).clamp(0.0, 1.0);
        let last = self.frames.end.saturating_sub(1) as f64;
        let (from, to) = (share(self.frames.start as f64), share(last));
        let [start, end] = [start, record.end(start)].map(level_to_sample);
        let milliseconds = 1000.0 * (to - from) * length / self.sample_rate;
        let pixels = milliseconds / width * f64::from(SIZE.0);
        let pieces =
            if record.ordinal() <= 1 { 1 } else { (pixels / PIECE).clamp(4.0, 400.0) as u32 };
        (0..=pieces)
            .map(|piece| {
                let t = from + (to - from) * f64::from(piece) / f64::from(pieces);
                let level = match record.ordinal() {
                    0 => start,
                    ordinal => start + (end - start) * self.curve_value(ordinal, t),
                };
                (self.milliseconds(begin + t * length), level)
            })
            .collect()
    }

    /// The value of a curve, to a ten-thousandth of its width.
    fn curve_value(&self, ordinal: u8, t: f64) -> f64 {
        const STEPS: u32 = 10_000;
        let step = (t * f64::from(STEPS)).round() as u32;
        self.codebook.curves().value(ordinal, step, STEPS)
    }
}

fn stream_name(stream: usize, channels: usize, stereo: StereoMode) -> String {
    match (channels, stereo, stream) {
        (1, ..) => "The wave".to_owned(),
        (2, StereoMode::MidSide, 0) => "Mid".to_owned(),
        (2, StereoMode::MidSide, _) => "Side".to_owned(),
        (2, _, 0) => "Left".to_owned(),
        (2, ..) => "Right".to_owned(),
        _ => format!("Channel {}", stream + 1),
    }
}

/// What the lines mean, on the right of the first caption.
fn legend<DB: DrawingBackend>(area: &Canvas<DB>, has_original: bool) -> Result<(), Failed<DB>> {
    let quiet = font(20, &QUIET_TEXT).pos(Pos::new(HPos::Left, VPos::Center));
    let mut x = SIZE.0 - RIGHT - if has_original { 482 } else { 350 };
    if has_original {
        area.draw(&PathElement::new([at(x, 24), at(x + 40, 24)], line(5, WAVE)))?;
        area.draw_text("original", &quiet, at(x + 50, 24))?;
        x += 142;
    }
    for (name, ordinal, width) in [("curve", 1, 116), ("hold", 0, 106)] {
        area.draw(&PathElement::new([at(x, 24), at(x + 40, 24)], line(3, record_colour(ordinal))))?;
        area.draw_text(name, &quiet, at(x + 50, 24))?;
        x += width;
    }
    area.draw(&Circle::new(at(x + 6, 24), px(4), record_colour(2).filled()))?;
    area.draw_text("curve's end", &quiet, at(x + 20, 24))
}

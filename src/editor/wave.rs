//! Draws the wave: the original behind, the curves that were played in front.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2};

use super::history::{History, Segment};
use super::stroke::Pen;
use super::theme::{self, Ramp};

/// More segments than this are drawn as columns.
const MOST_SEGMENTS: usize = 2000;

/// Dots vanish where segments are narrower than this, in points.
const DOT_ROOM: f32 = 8.0;

/// Samples a point beyond which the original is drawn as the range of each column.
const DENSE: f64 = 3.0;

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Whether curves are shown at all.
    pub curves: bool,
    /// How strong original and curves are.
    pub strength: f32,
    /// Draw the loss, so many times larger.
    pub loss: Option<f32>,
    /// Width of the curves in points.
    pub width: f32,
    /// A curve whose segments stand out.
    pub highlight: Option<u8>,
}

/// A stream's place in the scope.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    /// Where it is drawn.
    pub rect: Rect,
    /// Which stream.
    pub stream: usize,
    /// Position at the left edge, with its fraction.
    pub from: f64,
    /// Samples from edge to edge.
    pub span: f64,
    /// The level at the upper edge.
    pub range: f32,
}

impl Lane {
    /// Where a position lies.
    pub fn x(&self, position: f64) -> f32 {
        self.rect.left() + ((position - self.from) / self.span) as f32 * self.rect.width()
    }

    /// Where a level lies.
    pub fn y(&self, level: f32) -> f32 {
        self.rect.center().y - level / self.range * self.rect.height() / 2.0
    }

    /// Which position lies at a place.
    pub fn position(&self, x: f32) -> Option<u64> {
        let place = f64::from((x - self.rect.left()) / self.rect.width());
        // A sample is drawn where it ends, so what is left of it belongs to it.
        let position = (self.from + place * self.span).ceil();
        (position >= 0.0).then_some(position as u64)
    }

    /// The positions in view that are known.
    pub fn visible(&self, history: &History) -> std::ops::Range<u64> {
        let known = history.known();
        let from = (self.from.max(0.0) as u64).max(known.start);
        let to = ((self.from + self.span).max(0.0).ceil() as u64 + 1).min(known.end);
        from..to.max(from)
    }

    fn point(&self, position: u64, level: f32) -> Pos2 {
        pos2(self.x(position as f64), self.y(level))
    }
}

/// Memory for drawing, used again in every picture.
#[derive(Debug, Default)]
pub struct Brushes {
    fills: Pen,
    original: Pen,
    curves: Pen,
    points: Vec<(Pos2, Color32)>,
    plain: Vec<Pos2>,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Column {
    low: f32,
    high: f32,
    colour: [u32; 3],
    weight: u32,
}

/// Draws one lane.
pub fn draw(painter: &Painter, brushes: &mut Brushes, history: &History, lane: &Lane, look: &Look) {
    let visible = lane.visible(history);
    if visible.is_empty() {
        return;
    }
    let painter = &painter.with_clip_rect(lane.rect.expand2(Vec2::new(0.0, 2.0)));
    let count = history.segments(lane.stream, visible.clone()).take(MOST_SEGMENTS + 1).count();
    for pen in [&mut brushes.fills, &mut brushes.original, &mut brushes.curves] {
        pen.begin(painter);
    }
    let strength = |colour: Color32| colour.gamma_multiply(look.strength);
    original(brushes, history, lane, visible.clone(), strength(theme::ORIGINAL));
    if look.curves {
        if count > MOST_SEGMENTS {
            columns(brushes, history, lane, visible.clone(), look);
        } else {
            curves(brushes, history, lane, visible.clone(), look);
        }
    }
    brushes.fills.finish(painter);
    brushes.original.finish(painter);
    brushes.curves.finish(painter);
    if look.curves && look.loss.is_none() && count > 0 {
        let known = (visible.end - visible.start) as f32 / lane.span as f32;
        if lane.rect.width() * known / count as f32 >= DOT_ROOM {
            dots(painter, history, lane, visible.clone());
        }
    }
    if let Some(gain) = look.loss {
        loss(painter, brushes, history, lane, visible, gain);
    }
}

/// A line through samples, or the range of every column where they are dense.
fn trace(
    points: &mut Vec<(Pos2, Color32)>,
    lane: &Lane,
    visible: std::ops::Range<u64>,
    colour: Color32,
    sample: impl Fn(u64) -> f32,
    mut stretch: impl FnMut(&[(Pos2, Color32)]),
) {
    points.clear();
    let density = lane.span / f64::from(lane.rect.width());
    if density <= DENSE {
        for position in visible {
            let x = sample(position);
            if x.is_nan() {
                stretch(points);
                points.clear();
            } else {
                points.push((lane.point(position, x), colour));
            }
        }
    } else {
        let mut position = visible.start;
        while position < visible.end {
            // Columns are tied to the wave, not to the window, so that they do not shimmer.
            let column = (position as f64 / density).floor() + 1.0;
            let end = ((column * density).ceil() as u64).clamp(position + 1, visible.end);
            let (mut low, mut high, mut low_first) = (f32::INFINITY, f32::NEG_INFINITY, true);
            for position in position..end {
                let x = sample(position);
                if x < low {
                    (low, low_first) = (x, false);
                }
                if x > high {
                    (high, low_first) = (x, true);
                }
            }
            if low > high {
                stretch(points);
                points.clear();
            } else {
                let (first, second) = if low_first { (low, high) } else { (high, low) };
                let middle = position.midpoint(end);
                points.push((lane.point(position, first), colour));
                points.push((lane.point(middle, second), colour));
            }
            position = end;
        }
    }
    stretch(points);
}

fn original(
    brushes: &mut Brushes,
    history: &History,
    lane: &Lane,
    visible: std::ops::Range<u64>,
    colour: Color32,
) {
    let Brushes { original, points, .. } = brushes;
    let sample = |position| history.original(lane.stream, position);
    trace(points, lane, visible, colour, sample, |points| original.line(points, 1.0));
}

fn curves(
    brushes: &mut Brushes,
    history: &History,
    lane: &Lane,
    visible: std::ops::Range<u64>,
    look: &Look,
) {
    let ramp = Ramp::shared();
    let points_a_sample = f64::from(lane.rect.width()) / lane.span;
    let Brushes { fills, curves, points, plain, .. } = brushes;
    points.clear();
    let zero = lane.y(0.0);
    let mut last: Option<Segment> = None;
    for segment in history.segments(lane.stream, visible.clone()) {
        let ordinal = segment.record.ordinal();
        let chosen = look.highlight.is_none_or(|highlight| highlight == ordinal);
        let fade = if chosen { 1.0 } else { 0.35 };
        let colour = ramp.colour(ordinal).gamma_multiply(look.strength * fade);
        let level = f32::from(segment.start) / 32767.0;
        // A curve starts where the one before it ended: one sample before its first.
        let start = pos2(lane.x(segment.position as f64 - 1.0), lane.y(level));
        let joined = last.is_some_and(|last| last.end() == segment.position && !last.is_hold());
        if !joined || segment.is_hold() {
            curves.line(points, look.width);
            points.clear();
        }
        plain.clear();
        plain.push(start);
        let end = segment.end().min(visible.end);
        if segment.is_hold() {
            plain.push(pos2(lane.x(end as f64 - 1.0), start.y));
        } else {
            let step = (1.0 / points_a_sample).ceil().max(1.0) as u64;
            // Count back from the end, so that the extremum itself is always drawn.
            let length = segment.end() - segment.position;
            let mut position = segment.position + (length - 1) % step;
            while position < end {
                plain.push(lane.point(position, history.decoded(lane.stream, position)));
                position += step;
            }
        }
        if !segment.is_hold() && look.loss.is_none() && look.strength > 0.5 {
            fills.area(plain, zero, colour.gamma_multiply(0.1));
        }
        if segment.is_hold() {
            let hold = [(plain[0], colour), (plain[1], colour)];
            curves.line(&hold, look.width + 0.75);
        } else {
            if points.is_empty() {
                points.push((start, colour));
            }
            points.extend(plain[1..].iter().map(|&point| (point, colour)));
        }
        last = Some(*segment);
    }
    curves.line(points, look.width);
}

/// The range of each column in the mean colour of its segments.
fn columns(
    brushes: &mut Brushes,
    history: &History,
    lane: &Lane,
    visible: std::ops::Range<u64>,
    look: &Look,
) {
    let ramp = Ramp::shared();
    let Brushes { curves, columns, .. } = brushes;
    let empty = Column { low: f32::INFINITY, high: f32::NEG_INFINITY, ..Column::default() };
    columns.clear();
    columns.resize(lane.rect.width().ceil() as usize + 1, empty);
    let index = |position: u64| (lane.x(position as f64) - lane.rect.left()).max(0.0) as usize;
    for position in visible.clone() {
        let y = history.decoded(lane.stream, position);
        if let Some(column) = columns.get_mut(index(position)) {
            column.low = column.low.min(y);
            column.high = column.high.max(y);
        }
    }
    for segment in history.segments(lane.stream, visible) {
        if let Some(column) = columns.get_mut(index(segment.position)) {
            let colour = ramp.colour(segment.record.ordinal());
            let weight = segment.record.length().min(64);
            for (sum, part) in column.colour.iter_mut().zip([colour.r(), colour.g(), colour.b()]) {
                *sum += u32::from(part) * weight;
            }
            column.weight += weight;
        }
    }
    let mut colour = theme::HOLD;
    for (i, column) in columns.iter().enumerate() {
        if column.weight > 0 {
            let [r, g, b] = column.colour.map(|sum| (sum / column.weight) as u8);
            colour = Color32::from_rgb(r, g, b);
        }
        if column.low <= column.high {
            let x = lane.rect.left() + i as f32;
            let rect = Rect::from_min_max(
                pos2(x, lane.y(column.high) - 0.75),
                pos2(x + 1.0, lane.y(column.low) + 0.75),
            );
            curves.rect(rect, colour.gamma_multiply(0.85 * look.strength));
        }
    }
}

/// The extrema.
fn dots(painter: &Painter, history: &History, lane: &Lane, visible: std::ops::Range<u64>) {
    for segment in history.segments(lane.stream, visible.clone()) {
        if !segment.is_hold() && segment.end() <= visible.end {
            let level = f32::from(segment.record.end(segment.start)) / 32767.0;
            dot(painter, lane.point(segment.end() - 1, level), 2.5);
        }
    }
}

/// An extremum.
pub fn dot(painter: &Painter, at: Pos2, radius: f32) {
    painter.circle_filled(at, radius + 1.5, theme::SCOPE);
    painter.circle_filled(at, radius, theme::TEXT_HIGH);
}

/// What is lost, `gain` times larger.
fn loss(
    painter: &Painter,
    brushes: &mut Brushes,
    history: &History,
    lane: &Lane,
    visible: std::ops::Range<u64>,
    gain: f32,
) {
    let Brushes { curves, fills, points, plain, .. } = brushes;
    curves.begin(painter);
    fills.begin(painter);
    let zero = lane.y(0.0);
    let sample = |position| {
        gain * (history.original(lane.stream, position) - history.decoded(lane.stream, position))
    };
    trace(points, lane, visible, theme::ACCENT, sample, |points| {
        plain.clear();
        plain.extend(points.iter().map(|point| point.0));
        fills.area(plain, zero, theme::ACCENT.gamma_multiply(0.14));
        curves.line(points, 1.5);
    });
    fills.finish(painter);
    curves.finish(painter);
}

/// A band over a segment, with its edges and ends.
pub fn band(painter: &Painter, history: &History, lane: &Lane, segment: &Segment) {
    let painter = &painter.with_clip_rect(lane.rect);
    let colour = Ramp::shared().colour(segment.record.ordinal());
    let (left, right) = (lane.x(segment.position as f64 - 1.0), lane.x(segment.end() as f64 - 1.0));
    let rect = Rect::from_x_y_ranges(left..=right, lane.rect.y_range());
    painter.rect_filled(rect, 0.0, colour.gamma_multiply(0.16));
    for x in [left, right] {
        let x = painter.round_to_pixel_center(x);
        painter.vline(x, lane.rect.y_range(), Stroke::new(1.0, colour.gamma_multiply(0.7)));
    }
    let level = |level: i16| f32::from(level) / 32767.0;
    let start = pos2(left, lane.y(level(segment.start)));
    let mut points = vec![start];
    if segment.is_hold() {
        points.push(pos2(right, start.y));
    } else {
        let step = (lane.span / f64::from(lane.rect.width())).ceil().max(1.0) as u64;
        let length = segment.end() - segment.position;
        let mut position = segment.position + (length - 1) % step;
        while position < segment.end() {
            points.push(lane.point(position, history.decoded(lane.stream, position)));
            position += step;
        }
    }
    painter.add(Shape::line(points, Stroke::new(3.25, colour)));
    let end = level(segment.record.end(segment.start));
    dot(painter, start, 3.25);
    dot(painter, pos2(right, lane.y(end)), 3.25);
}

//! Icons, drawn with lines, arcs and rectangles so that they need no image files.

use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, vec2};

use super::theme;

/// Draws an arrow head that points along a unit vector.
pub fn chevron(painter: &Painter, at: Pos2, direction: Vec2, colour: Color32) {
    let across = 3.5 * direction.rot90();
    let along = 1.75 * direction;
    let points = vec![at + across - along, at + along, at - across - along];
    painter.add(Shape::line(points, Stroke::new(1.4, colour)));
}

/// Draws a tick.
pub fn tick(painter: &Painter, at: Pos2, colour: Color32) {
    let points = [vec2(-4.0, 0.0), vec2(-1.2, 3.0), vec2(4.0, -3.2)].map(|v| at + v);
    painter.add(Shape::line(points.to_vec(), Stroke::new(1.75, colour)));
}

/// Draws a pause icon.
pub fn pause(painter: &Painter, at: Pos2, colour: Color32) {
    for x in [-2.75, 2.75] {
        let bar = Rect::from_center_size(at + vec2(x, 0.0), vec2(3.0, 10.0));
        painter.rect_filled(bar, 1.0, colour);
    }
}

/// Draws part of a circle from angle `from` to `to`, in radians clockwise from 12 o'clock, with
/// round ends.
pub fn arc(painter: &Painter, centre: Pos2, radius: f32, from: f32, to: f32, stroke: Stroke) {
    if (to - from).abs() < 1e-3 {
        return;
    }
    // A line segment every 2.5 points: on a radius of 26 its middle is 0.03 points off the circle.
    let steps = ((to - from).abs() * radius / 2.5).ceil().max(2.0) as usize;
    let point = |angle: f32| centre + radius * vec2(angle.sin(), -angle.cos());
    let points =
        (0..=steps).map(|i| point(egui::lerp(from..=to, i as f32 / steps as f32))).collect();
    painter.add(Shape::line(points, stroke));
    for angle in [from, to] {
        painter.circle_filled(point(angle), stroke.width / 2.0 - 0.1, stroke.color);
    }
}

/// Draws a power icon.
pub fn power(painter: &Painter, at: Pos2, colour: Color32) {
    let stroke = Stroke::new(2.0, colour);
    arc(painter, at + vec2(0.0, 0.5), 7.5, 0.7, std::f32::consts::TAU - 0.7, stroke);
    painter.line_segment([at - vec2(0.0, 8.5), at - vec2(0.0, 1.0)], stroke);
}

/// Draws headphones.
pub fn headphones(painter: &Painter, at: Pos2, colour: Color32) {
    let turn = std::f32::consts::FRAC_PI_2;
    arc(painter, at + vec2(0.0, 0.5), 6.0, -turn, turn, Stroke::new(1.5, colour));
    for x in [-6.0, 6.0] {
        let cup = Rect::from_center_size(at + vec2(x, 3.0), vec2(3.2, 5.6));
        painter.rect_filled(cup, 1.4, colour);
    }
}

/// Draws the product's logo: a wave with its extrema marked.
pub fn mark(painter: &Painter, centre: Pos2) {
    let point = |t: f32| centre + vec2((t - 0.5) * 25.0, -7.6 * (t * std::f32::consts::TAU).sin());
    let points = (0..=32).map(|i| point(i as f32 / 32.0)).collect();
    painter.add(Shape::line(points, Stroke::new(2.0, theme::ACCENT)));
    for t in [0.25, 0.75] {
        painter.circle_filled(point(t), 3.6, theme::WINDOW);
        painter.circle_filled(point(t), 2.6, theme::TEXT_HIGH);
    }
}

/// Draws the icon of the detector with a number: a ramp between two flats for slope, a zigzag for peak, and
/// a bent wave that is cut between its extremes for best.
pub fn detector(painter: &Painter, at: Pos2, choice: usize, colour: Color32) {
    let points: &[Vec2] = match choice {
        0 => &[vec2(-8.0, 5.0), vec2(-3.0, 5.0), vec2(3.0, -5.0), vec2(8.0, -5.0)],
        1 => &[vec2(-8.0, 5.0), vec2(-3.0, -4.0), vec2(2.0, 2.5), vec2(8.0, -6.0)],
        _ => &[
            vec2(-8.0, 5.0),
            vec2(-6.5, -0.5),
            vec2(-4.5, -4.5),
            vec2(-2.0, -4.5),
            vec2(0.0, 0.0),
            vec2(2.0, 4.5),
            vec2(4.5, 4.5),
            vec2(6.5, 0.5),
            vec2(8.0, -5.0),
        ],
    };
    if choice > 1 {
        painter.circle_filled(at, 2.6, colour);
    }
    let points = points.iter().map(|&v| at + v).collect();
    painter.add(Shape::line(points, Stroke::new(1.75, colour)));
}

/// Draws an arrow that turns back to the left, or to the right.
pub fn turn(painter: &Painter, at: Pos2, back: bool, colour: Color32) {
    let side = if back { 1.0 } else { -1.0 };
    let point = |x: f32, y: f32| at + vec2(side * x, y);
    let stroke = Stroke::new(1.6, colour);
    let head = [point(-3.0, -6.5), point(-6.5, -3.0), point(-3.0, 0.5)];
    painter.add(Shape::line(head.to_vec(), stroke));
    let mut body = vec![point(-6.0, -3.0), point(2.0, -3.0)];
    body.extend((1..=8).map(|i| {
        let angle = std::f32::consts::PI * i as f32 / 8.0;
        point(2.0 + 4.25 * angle.sin(), 1.25 - 4.25 * angle.cos())
    }));
    body.push(point(-2.0, 5.5));
    painter.add(Shape::line(body, stroke));
}

/// Draws a gear.
pub fn gear(painter: &Painter, at: Pos2, colour: Color32) {
    const TEETH: usize = 8;
    painter.circle_stroke(at, 5.0, Stroke::new(1.8, colour));
    painter.circle_filled(at, 1.6, colour);
    for i in 0..TEETH {
        let direction = Vec2::angled(std::f32::consts::TAU * i as f32 / TEETH as f32);
        let stroke = Stroke::new(2.2, colour);
        painter.line_segment([at + 5.6 * direction, at + 7.8 * direction], stroke);
    }
}

/// Draws a question mark in a circle.
pub fn question(painter: &Painter, at: Pos2, colour: Color32) {
    painter.circle_stroke(at, 7.5, Stroke::new(1.5, colour));
    painter.text(at, Align2::CENTER_CENTER, "?", theme::semibold(11.0), colour);
}

/// Draws a clock.
pub fn clock(painter: &Painter, at: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.4, colour);
    painter.circle_stroke(at, 5.5, stroke);
    let hands = vec![at + vec2(0.0, -3.2), at, at + vec2(2.6, 1.2)];
    painter.add(Shape::line(hands, stroke));
}

/// Draws a closed padlock, 7 points wide.
pub fn lock(painter: &Painter, at: Pos2, colour: Color32) {
    let turn = std::f32::consts::FRAC_PI_2;
    arc(painter, at - vec2(0.0, 1.0), 2.3, -turn, turn, Stroke::new(1.3, colour));
    let body = Rect::from_center_size(at + vec2(0.0, 1.8), vec2(7.0, 5.2));
    painter.rect_filled(body, 1.2, colour);
}

/// Draws two arrows that go round.
pub fn repeat(painter: &Painter, at: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.8, colour);
    for side in [-1.0, 1.0] {
        let point = |x: f32, y: f32| at + side * vec2(x, y);
        let line = vec![point(-8.0, 1.5), point(-8.0, -1.0), point(-5.0, -5.0), point(7.0, -5.0)];
        painter.add(Shape::line(line, stroke));
        let head = vec![point(4.0, -8.0), point(7.5, -5.0), point(4.0, -2.0)];
        painter.add(Shape::line(head, stroke));
    }
}

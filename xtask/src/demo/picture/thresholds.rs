//! The picture of one passage at two thresholds.

use std::path::Path;

use anyhow::Result;
use extrema::effect::Control;
use plotters::style::FontStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{
    AXIS_NAME, Canvas, HEAD, LEFT, Panel, Place, QUIET_TEXT, RIGHT, SIZE, Style, TEXT, at,
    draw_panel, font, heading, px, signed, write,
};
use crate::demo::change::Change;
use crate::demo::codec;
use crate::demo::passage::{Passage, Search};
use crate::track::Track;

/// The length of the passage.
const SECONDS: f64 = 0.025;

/// The number of curves that can easily be told apart.
const CURVES: f64 = 32.0;

/// The threshold of the lower panel in dBFS; the upper one has the default.
const STRONG: f64 = -15.0;

/// Draws a passage of a track into a PNG file.
pub fn draw(track: &Track, path: &Path) -> Result<()> {
    let left = track.with(vec![track.channels[0].clone()]);
    let gentle = codec::code(&left, &[]);
    let strong = codec::code(&left, &[Change::new(0, Control::Threshold, STRONG)]);
    let search = Search { frames: 0..left.frames(), seconds: SECONDS, curves: CURVES };
    let passage = Passage::choose(&left, &search, &gentle.records[0]);
    let panels = [gentle, strong].map(|coded| Panel::new(&passage, &coded.records[0]));
    let style = Style::of(&panels, 8, 5);
    write(path, |root| {
        let (head, rest) = root.split_vertically(px(HEAD));
        let what = format!(
            "{:.0} ms of a wave at {:.2} s, and the curves that replace it",
            passage.milliseconds(),
            passage.starts()
        );
        heading(&head, &what, &style)?;
        // Only the lower panel names the axis that they share.
        let (upper, lower) = rest.split_vertically(px((SIZE.1 - HEAD - AXIS_NAME) / 2));
        let thresholds = [Control::Threshold.spec().default, STRONG];
        for ((area, panel), decibels) in [upper, lower].iter().zip(&panels).zip(thresholds) {
            let place = Place {
                left: LEFT,
                right: RIGHT,
                bottom: 10,
                has_times: true,
                has_time_name: decibels == STRONG,
                has_amplitudes: true,
            };
            draw_panel(area, panel, &style, &place)?;
            caption(area, decibels, panel)?;
        }
        Ok(())
    })
}

fn caption(area: &Canvas, decibels: f64, panel: &Panel) -> Result<()> {
    let curves = panel.shapes.iter().filter(|shape| shape.ordinal > 0).count();
    let threshold = format!("Threshold {} dB", signed(decibels, 1));
    area.draw_text(&threshold, &font(24, FontStyle::Bold, &TEXT), at(LEFT, 8))?;
    let right = Pos::new(HPos::Right, VPos::Top);
    let quiet = font(22, FontStyle::Normal, &QUIET_TEXT).pos(right);
    let count = format!("{curves} curves, {} holds", panel.shapes.len() - curves);
    area.draw_text(&count, &quiet, at(SIZE.0 - RIGHT, 9))?;
    Ok(())
}

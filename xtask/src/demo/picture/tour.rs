//! The picture of the tour: a passage of each preset's part.

use std::path::Path;

use anyhow::Result;
use plotters::style::FontStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{
    AXIS_NAME, AXIS_NUMBERS, CAPTION, Canvas, HEAD, LEFT, Panel, Place, QUIET_TEXT, RIGHT, SIZE,
    Style, TEXT, at, draw_panel, font, heading, px, write,
};
use crate::demo::codec::Coded;
use crate::demo::passage::{Passage, Search};
use crate::demo::tour::Part;
use crate::track::Track;

/// The length of a passage.
const SECONDS: f64 = 0.016;

/// The number of curves that can easily be told apart in a panel.
const CURVES: f64 = 12.0;

const COLUMNS: usize = 3;

/// Space between columns and below rows, in pixels.
const GAP: u32 = 26;
const BOTTOM: u32 = 20;

/// Draws a passage of each part's left channel, as the codec plays it, into a PNG file.
pub fn draw(track: &Track, coded: &Coded, parts: &[Part], path: &Path) -> Result<()> {
    let records = &coded.records[0];
    let passages: Vec<Passage> = parts
        .iter()
        .map(|part| {
            let frames = part.frames.clone();
            let search = Search { frames, seconds: SECONDS, curves: CURVES };
            Passage::choose(track, &search, records)
        })
        .collect();
    let panels: Vec<_> = passages.iter().map(|passage| Panel::new(passage, records)).collect();
    let style = Style::of(&panels, 3, 4);
    write(path, |root| {
        let (head, rest) = root.split_vertically(px(HEAD));
        let what = format!(
            "Six presets, {:.0} ms of each: the wave, and the curves in its place",
            SECONDS * 1000.0
        );
        heading(&head, &what, &style)?;
        let (rights, lower) = grid();
        let areas = rest.split_by_breakpoints(&rights[..COLUMNS - 1], [lower]);
        for (number, area) in areas.iter().enumerate() {
            let (column, row) = (number % COLUMNS, number / COLUMNS);
            let is_last_row = row > 0;
            let place = Place {
                left: if column == 0 { LEFT } else { GAP },
                right: if column == COLUMNS - 1 { RIGHT } else { 0 },
                bottom: BOTTOM,
                has_times: is_last_row,
                has_time_name: is_last_row,
                has_amplitudes: column == 0,
            };
            draw_panel(area, &panels[number], &style, &place)?;
            caption(area, &parts[number], &passages[number], &place)?;
        }
        Ok(())
    })
}

/// The right ends of the columns and the lower end of the upper row, in pixels of the large picture, so that
/// all panels have the same size.
fn grid() -> ([u32; COLUMNS], u32) {
    let count = COLUMNS as u32;
    let width = (SIZE.0 - LEFT - RIGHT - (count - 1) * GAP) / count;
    let rights = std::array::from_fn(|column| px(LEFT + width + column as u32 * (GAP + width)));
    let axis = AXIS_NUMBERS + AXIS_NAME;
    let height = (SIZE.1 - HEAD - axis - 2 * (CAPTION + BOTTOM)) / 2;
    (rights, px(CAPTION + height + BOTTOM))
}

fn caption(area: &Canvas, part: &Part, passage: &Passage, place: &Place) -> Result<()> {
    let name = part.preset.name();
    area.draw_text(name, &font(24, FontStyle::Bold, &TEXT), at(place.left, 8))?;
    let right = Pos::new(HPos::Right, VPos::Top);
    let quiet = font(20, FontStyle::Normal, &QUIET_TEXT).pos(right);
    let end = area.dim_in_pixel().0 as i32 - px(place.right) as i32;
    let what = format!("{} · {:.2} s", part.preset.group(), passage.starts());
    area.draw_text(&what, &quiet, (end, px(10) as i32))?;
    Ok(())
}

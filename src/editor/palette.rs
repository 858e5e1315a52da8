//! The curves of one codebook as the editor shows them: arranged by shape, each in its own colour.

use std::array;
use std::cell::OnceCell;
use std::sync::Arc;

use color::{Oklch, OpaqueColor};
use egui::{Color32, lerp};

use super::layout::CODEBOOK;
use super::theme::{HOLD, TEXT_HIGH, mix};
use crate::codec::{CURVE_COUNT, Codebook};

/// The number of curves, as an array's length.
const CURVES: usize = CURVE_COUNT as usize;

const _: () = assert!(CODEBOOK.0 * CODEBOOK.1 == CURVES, "every curve has one cell");

/// The colours along which shapes are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ramp {
    /// From mint for the latest curve through blue to rose for the earliest.
    #[default]
    Standard,
    /// Shades of blue from light to dark, which look as different with any colour vision.
    ColourBlind,
}

impl Ramp {
    /// Colour stops from the latest curve to the earliest: lightness, chroma and hue in degrees, in
    /// [OKLCH](https://bottosson.github.io/posts/oklab/), where equal steps look equally large. Both
    /// ramps leave out yellow, which is the [accent](super::theme::ACCENT). Lightness falls along
    /// them, because hues alone do not tell shapes apart for everyone: mint and rose of one lightness
    /// are the same grey to a deuteranope. Chroma is what sRGB allows along the path.
    fn stops(self) -> [[f32; 3]; 5] {
        match self {
            Self::Standard => [
                [0.860, 0.130, 172.0],
                [0.795, 0.115, 225.0],
                [0.730, 0.125, 275.0],
                [0.665, 0.170, 325.0],
                [0.600, 0.190, 372.0],
            ],
            Self::ColourBlind => [
                [0.910, 0.075, 190.0],
                [0.820, 0.100, 215.0],
                [0.730, 0.120, 240.0],
                [0.645, 0.140, 258.0],
                [0.575, 0.170, 270.0],
            ],
        }
    }

    /// The colour of a shape, from 0 for the latest curve to 1 for the earliest.
    pub fn colour(self, shape: f32) -> Color32 {
        debug_assert!((0.0..=1.0).contains(&shape), "a shape of {shape}");
        let stops = self.stops();
        let x = shape.clamp(0.0, 1.0) * (stops.len() - 1) as f32;
        let i = (x as usize).min(stops.len() - 2);
        let stop = array::from_fn(|k| lerp(stops[i][k]..=stops[i + 1][k], x - i as f32));
        let [red, green, blue, _] = OpaqueColor::<Oklch>::new(stop).to_rgba8().to_u8_array();
        Color32::from_rgb(red, green, blue)
    }
}

/// A codebook with the order and the colours of its curves. These are worked out when a frame first
/// needs them, so that a plugin instance without a window does not spend the time.
#[derive(Debug)]
pub struct CurvePalette {
    codebook: Arc<Codebook>,
    ramp: Ramp,
    tables: OnceCell<Tables>,
}

#[derive(Debug)]
struct Tables {
    /// Ordinals in the cells of the codebook panel, row by row.
    by_shape: [u8; CURVES],
    /// Colours by ordinal; 0 is a hold.
    colours: [Color32; CURVES + 1],
}

impl Default for CurvePalette {
    fn default() -> Self {
        Self::new(Codebook::standard(), Ramp::default())
    }
}

impl CurvePalette {
    /// The palette of a codebook, with the colours of a ramp.
    pub fn new(codebook: Arc<Codebook>, ramp: Ramp) -> Self {
        Self { codebook, ramp, tables: OnceCell::new() }
    }

    /// The ramp of its colours.
    pub fn ramp(&self) -> Ramp {
        self.ramp
    }

    /// The codebook.
    pub fn codebook(&self) -> &Arc<Codebook> {
        &self.codebook
    }

    /// The colour of a curve, or of a hold for ordinal 0.
    pub fn colour(&self, ordinal: u8) -> Color32 {
        self.tables().colours[usize::from(ordinal)]
    }

    /// The colour of a curve's name: towards white, so that the darkest can be read as well.
    pub fn ink(&self, ordinal: u8) -> Color32 {
        mix(self.colour(ordinal), TEXT_HIGH, 0.3)
    }

    /// All ordinals as the codebook panel arranges them by shape, row by row: columns run from late
    /// curves to early ones. Within a column ordinals rise, so that curves beyond the *Curves*
    /// control gather at the bottom.
    pub fn by_shape(&self) -> &[u8; CURVES] {
        &self.tables().by_shape
    }

    fn tables(&self) -> &Tables {
        self.tables.get_or_init(|| Tables::new(&self.codebook, self.ramp))
    }
}

impl Tables {
    fn new(codebook: &Codebook, ramp: Ramp) -> Self {
        /// Points at which a curve is compared with its chord.
        const STEPS: u32 = 64;
        // The area between curve and chord: negative for late curves, positive for early ones.
        let areas: [f64; CURVES] = array::from_fn(|i| {
            let height = |step| {
                let chord = f64::from(step) / f64::from(STEPS);
                codebook.curves().value(i as u8 + 1, step, STEPS) - chord
            };
            (1..STEPS).map(height).sum()
        });
        let mut ranked: [u8; CURVES] = array::from_fn(|i| i as u8 + 1);
        ranked.sort_by(|&a, &b| {
            let [area_a, area_b] = [a, b].map(|ordinal| areas[usize::from(ordinal) - 1]);
            // Curves whose areas are equal differ in other ways, wherever in the table they stand.
            let rows = [a, b].map(|ordinal| codebook.curves().rows()[usize::from(ordinal) - 1]);
            area_a.total_cmp(&area_b).then(rows[0].cmp(&rows[1])).then(a.cmp(&b))
        });
        let mut colours = [HOLD; CURVES + 1];
        for (rank, &ordinal) in ranked.iter().enumerate() {
            colours[usize::from(ordinal)] = ramp.colour(rank as f32 / (CURVES - 1) as f32);
        }
        let (rows, columns) = CODEBOOK;
        let mut by_shape = [0; CURVES];
        for (column, ordinals) in ranked.chunks_mut(rows).enumerate() {
            ordinals.sort_unstable();
            for (row, &ordinal) in ordinals.iter().enumerate() {
                by_shape[row * columns + column] = ordinal;
            }
        }
        Self { by_shape, colours }
    }
}

//! What drawing a lane needs: the part of the history in view, the style, and meshes to draw into.

use std::ops::Range;

use egui::{Color32, Pos2};

use super::lane::Lane;
use crate::editor::history::History;
use crate::editor::line_mesh::LineMesh;
use crate::editor::palette::CurvePalette;
use crate::editor::theme;

/// How a lane is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneStyle {
    /// Whether curves are drawn.
    pub curves: bool,
    /// Opacity of the original and the curves, 0 to 1.
    pub strength: f32,
    /// The gain with which the difference of the two is drawn, if at all.
    pub loss: Option<f32>,
    /// Width of the curves in points.
    pub width: f32,
    /// The curve whose segments stand out.
    pub highlight: Option<u8>,
    /// Whether everything is grey, because nothing of it is heard at the moment.
    pub grey: bool,
}

/// Memory for drawing a lane, reused in every frame.
#[derive(Debug, Default)]
pub struct LaneMeshes {
    pub(super) fills: LineMesh,
    pub(super) original: LineMesh,
    pub(super) curves: LineMesh,
    pub(super) lost: LineMesh,
    pub(super) lost_fills: LineMesh,
    pub(super) points: Vec<(Pos2, Color32)>,
    pub(super) plain: Vec<Pos2>,
    /// The envelopes of the original and of what is lost: x, and the y of both edges.
    pub(super) extents: Vec<[f32; 3]>,
    pub(super) losses: Vec<[f32; 3]>,
    /// Sums of red, green and blue for the ribbon, and the samples in them.
    pub(super) sums: Vec<[u64; 4]>,
    /// Whether segments were too narrow to be drawn in the last frame.
    pub(super) is_dense: bool,
}

/// The visible part of a lane.
pub(super) struct LaneView<'a> {
    pub(super) history: &'a History,
    pub(super) lane: &'a Lane,
    pub(super) palette: &'a CurvePalette,
    pub(super) style: &'a LaneStyle,
    /// The positions in view of which the history has samples.
    pub(super) visible: Range<u64>,
}

impl LaneView<'_> {
    /// The colour of a curve's segments.
    pub(super) fn colour(&self, ordinal: u8) -> Color32 {
        if self.style.grey { theme::GREYED } else { self.palette.colour(ordinal) }
    }
}

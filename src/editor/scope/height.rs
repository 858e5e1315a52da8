//! The vertical range: a zoom, or what fits the signal.

use super::lane::Lane;
use crate::editor::View;
use crate::editor::history::History;

/// The vertical zooms on offer; 0 fits the signal, 1 is full scale.
pub(super) const ZOOMS: [f32; 9] = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The lowest peak that the scope zooms in on: −60 dBFS. Below it noise would fill the plot.
const LOWEST: f32 = 0.001;

/// How long the scope takes to fit a new range (to 95 %), in seconds.
const EASE: f32 = 0.2;

/// The range comes down only for a signal that stays below this share of it for so many seconds, and
/// takes as many again (to 95 %). So loud and quiet look different, and the axis stands still while a
/// note beats or trembles.
const LOW: f32 = 0.8;
const HOLD: f32 = 1.0;
const RELEASE: f32 = 1.0;

/// The level at the upper edge of a lane, and where it is going.
#[derive(Debug)]
pub(super) struct Height {
    pub(super) range: f32,
    /// Where the range is going; `None` until there is a signal to fit.
    target: Option<f32>,
    /// For how long the signal has been low, in seconds.
    low_for: f32,
}

impl Default for Height {
    fn default() -> Self {
        Self { range: 1.0, target: None, low_for: 0.0 }
    }
}

impl Height {
    /// Fits the next signal without waiting, whatever came before.
    pub(super) fn forget(&mut self) {
        (self.target, self.low_for) = (None, 0.0);
    }

    /// Lets the range that fits follow what would fit now, `elapsed` seconds later. Returns whether it
    /// will go on to change by itself.
    fn follow(&mut self, wanted: f32, elapsed: f32) -> bool {
        let Some(target) = self.target.filter(|&target| wanted < target) else {
            (self.target, self.low_for) = (Some(wanted), 0.0);
            return false;
        };
        let is_released = self.low_for > HOLD;
        // Once released it goes all the way.
        let is_low = wanted < target * if is_released { 0.99 } else { LOW };
        self.low_for = if is_low { self.low_for + elapsed } else { 0.0 };
        if is_low && is_released {
            let step = 1.0 - (-3.0 * elapsed / RELEASE).exp();
            self.target = Some(target + (wanted - target) * step);
        }
        is_low
    }
}

/// Adapts the vertical range to the signal on show, and the peak of the loss.
pub(super) fn fit(view: &mut View, history: &History, lanes: &[Option<Lane>; 2]) {
    let (mut peak, mut loss) = (0.0_f32, 0.0_f32);
    if history.streams() > 0 {
        for lane in lanes.iter().flatten() {
            let visible = lane.visible(history);
            // Of long spans some samples are enough: several per point of the widest plot.
            let stride = ((visible.end - visible.start) / 8192).max(1) as usize;
            for position in visible.step_by(stride) {
                let x = history.original(lane.stream, position);
                let y = history.decoded(lane.stream, position);
                peak = peak.max(x.abs()).max(y.abs());
                loss = loss.max((x - y).abs());
            }
        }
    }
    let scope = &mut view.scope;
    let (height, is_automatic) = (&mut scope.height, scope.zoom == 0);
    let mut will_move = false;
    if !is_automatic {
        height.target = Some(1.0 / ZOOMS[scope.zoom]);
    } else if peak > 0.0 && !history.is_silent() {
        // Peaks keep some distance from the edge. A pause leaves the range as it is.
        if !view.settled {
            height.forget();
        }
        will_move = height.follow(1.08 * peak.max(LOWEST), view.elapsed);
    }
    let step = if view.settled { 1.0 - (-3.0 * view.elapsed / EASE).exp() } else { 1.0 };
    let target = height.target.unwrap_or(height.range);
    height.range += (target - height.range) * step;
    if is_automatic {
        // A signal that grows is never cut off.
        height.range = height.range.max(peak);
    }
    scope.loss += (loss - scope.loss) * step;
    view.moving |= will_move || (target / height.range - 1.0).abs() > 0.005;
}

/// The gain for drawing what is lost: the largest power of two, up to 1024, at which it fits.
pub(super) fn loss_gain(loss: f32, range: f32) -> f32 {
    let octaves = (0.9 * range / loss.max(1e-6)).log2().floor().clamp(0.0, 10.0);
    octaves.exp2()
}

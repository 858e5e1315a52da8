//! The encoder's settings as JSON shows them.

use extrema::codec::{Settings, Share};
use serde::Serialize;

use super::names;

/// All settings in the units of the controls.
#[derive(Debug, Serialize)]
pub struct SettingsSummary {
    pub threshold_steps: f64,
    /// None without a threshold.
    pub threshold_dbfs: Option<f64>,
    pub detector: &'static str,
    pub points: u8,
    pub curves: u8,
    pub longest_curve_samples: u32,
    pub longest_hold_samples: u32,
    pub stereo: &'static str,
    pub follow_percent: f64,
    pub flats: &'static str,
    pub zoom: u8,
    pub edge_percent: f64,
    pub levels_bits: f64,
    pub level_scale: &'static str,
    pub loss_percent: f64,
    pub loss_run: u8,
    pub loss_mode: &'static str,
    pub looping: bool,
    pub loop_length_samples: u32,
    /// If cuts were searched for; then threshold, points and detector had no part.
    pub search: Option<SearchSummary>,
}

#[derive(Debug, Serialize)]
pub struct SearchSummary {
    pub effort: &'static str,
    /// The price of a record in squared 16-bit steps.
    pub lambda: f64,
    pub weight: &'static str,
}

impl SettingsSummary {
    pub fn of(settings: &Settings) -> Self {
        let percent = |share: Share| f64::from(share.thousandths()) / 10.0;
        let Settings { threshold, max_length, levels, .. } = *settings;
        Self {
            threshold_steps: threshold.steps(),
            threshold_dbfs: (threshold.steps() > 0.0).then(|| threshold.dbfs()),
            detector: names::detector(settings.detector),
            points: settings.points,
            curves: settings.curves,
            longest_curve_samples: max_length.curve,
            longest_hold_samples: max_length.hold,
            stereo: names::stereo(settings.stereo),
            follow_percent: percent(settings.follow),
            flats: names::flats(settings.flats),
            zoom: settings.zoom,
            edge_percent: percent(settings.edge),
            levels_bits: f64::from(levels.tenths_of_bits) / 10.0,
            level_scale: names::level_scale(levels.scale),
            loss_percent: percent(settings.loss),
            loss_run: settings.loss_run,
            loss_mode: names::loss_mode(settings.loss_mode),
            looping: settings.looping,
            loop_length_samples: settings.loop_length,
            search: settings.search.map(|search| SearchSummary {
                effort: names::effort(search.effort),
                lambda: search.price.squared_steps(),
                weight: names::weight(search.weight),
            }),
        }
    }
}

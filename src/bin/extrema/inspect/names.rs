//! The names of the encoder's choices, the same as text and as JSON.

use extrema::codec::{Detector, Effort, Flats, LevelScale, LossMode, StereoMode, Weight};

pub fn detector(detector: Detector) -> &'static str {
    match detector {
        Detector::Slope => "slope",
        Detector::Peak => "peak",
        Detector::Best => "best",
    }
}

pub fn stereo(stereo: StereoMode) -> &'static str {
    match stereo {
        StereoMode::LeftRight => "lr",
        StereoMode::MidSide => "ms",
        StereoMode::Linked => "linked",
    }
}

pub fn flats(flats: Flats) -> &'static str {
    match flats {
        Flats::Hold => "hold",
        Flats::Draw => "draw",
    }
}

pub fn level_scale(scale: LevelScale) -> &'static str {
    match scale {
        LevelScale::Linear => "linear",
        LevelScale::Logarithmic => "logarithmic",
    }
}

pub fn loss_mode(mode: LossMode) -> &'static str {
    match mode {
        LossMode::Hold => "hold",
        LossMode::Repeat => "repeat",
    }
}

/// How thoroughly cuts were searched for.
pub fn effort(effort: Effort) -> &'static str {
    match effort {
        Effort::Fast => "fast",
        Effort::Best => "best",
    }
}

/// What counts in a search.
pub fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::None => "none",
        Weight::Hearing => "hearing",
    }
}

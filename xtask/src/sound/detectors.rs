//! The detectors, each of which is measured.

use extrema::effect::Control;
use extrema::effect::controls::Kind;

/// Values of the control with their names, the default first.
pub fn all() -> Vec<(f64, &'static str)> {
    let spec = Control::Detector.spec();
    let Kind::Choice { names, .. } = spec.kind else { return Vec::new() };
    let mut all: Vec<_> = (0..).map(f64::from).zip(names.iter().copied()).collect();
    all.sort_by_key(|&(value, _)| value != spec.default);
    all
}

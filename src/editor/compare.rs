//! The A/B comparison: two settings to switch between.

use super::parameters::{Control, Parameters};

/// Which setting is active, and the values of the other one.
#[derive(Debug, Default)]
pub struct Compare {
    /// Whether B is active.
    pub on_b: bool,
    /// Normalised values of the inactive setting; `None` until the first switch.
    other: Option<[f32; Control::COUNT]>,
}

/// Whether A and B may differ in a control: bypass belongs to the host, and a change of latency
/// interrupts the sound.
fn is_compared(control: Control) -> bool {
    !matches!(control, Control::Bypass | Control::Latency)
}

impl Compare {
    /// Switches to the other setting, which starts as a copy.
    pub fn switch(&mut self, parameters: &mut dyn Parameters) {
        let now = Control::ALL.map(|control| parameters.value(control));
        let other = self.other.replace(now).unwrap_or(now);
        self.on_b = !self.on_b;
        for (control, value) in Control::ALL.into_iter().zip(other) {
            if is_compared(control) && parameters.value(control) != value {
                parameters.change(control, value);
            }
        }
    }

    /// Copies the active setting to the other one.
    pub fn copy(&mut self, parameters: &dyn Parameters) {
        self.other = Some(Control::ALL.map(|control| parameters.value(control)));
    }
}

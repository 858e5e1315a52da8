//! A and B: two settings to switch between.

use super::parameters::{CONTROLS, Control, Parameters};

/// The two settings; the one that is not heard is kept here.
#[derive(Debug, Default)]
pub struct Compare {
    /// Whether B is heard.
    pub on_b: bool,
    other: Option<[f32; CONTROLS]>,
}

/// Bypass is the host's, and a change of latency interrupts the sound.
fn is_compared(control: Control) -> bool {
    !matches!(control, Control::Bypass | Control::Latency)
}

impl Compare {
    /// Makes the other setting heard. The first time it is the same.
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

    /// Makes the other setting the same as the one that is heard.
    pub fn copy(&mut self, parameters: &dyn Parameters) {
        self.other = Some(Control::ALL.map(|control| parameters.value(control)));
    }
}

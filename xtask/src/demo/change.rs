//! Changes of controls on the way through a track, as a host sends them.

use extrema::effect::{Control, EffectSettings};

/// A change of a control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first frame that it applies to.
    pub position: usize,
    pub control: Control,
    /// The value as a position in the control's range, 0 to 1: a host has no other.
    pub value: f32,
}

impl Change {
    /// A change to a plain value, which is rounded to one that a host can send.
    pub fn new(position: usize, control: Control, plain: f64) -> Self {
        Self { position, control, value: control.position(plain) }
    }

    /// What the plugin makes of the value.
    pub fn plain(self) -> f64 {
        self.control.value_at(self.value)
    }
}

/// What the plugin's settings become: for each frame at which something changes, the settings from
/// there on. Controls that have not changed yet are at their defaults.
pub fn settings(changes: &[Change]) -> Vec<(usize, EffectSettings)> {
    let mut values = Control::ALL.map(|control| control.spec().default);
    let at_once = changes.chunk_by(|a, b| a.position == b.position);
    at_once
        .map(|changes| {
            for change in changes {
                values[change.control as usize] = change.plain();
            }
            let value = |control: Control| values[control as usize];
            (changes[0].position, EffectSettings::from_values(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_keep_what_has_changed_before() {
        let changes = [
            Change::new(0, Control::Zoom, 1.0),
            Change::new(0, Control::Edge, 50.0),
            Change::new(70, Control::Edge, 100.0),
        ];
        let default = EffectSettings::default();
        let value = |control: Control| control.spec().default;
        let with = |edge| {
            EffectSettings::from_values(|control| match control {
                Control::Zoom => 1.0,
                Control::Edge => edge,
                _ => value(control),
            })
        };
        assert_ne!(with(50.0), default);
        assert_eq!(settings(&changes), [(0, with(50.0)), (70, with(100.0))]);
        assert!(settings(&[]).is_empty());
    }
}

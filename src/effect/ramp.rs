//! A value that moves to its target in a straight line.

/// Duration of a ramp in seconds: too short to be felt as a delay, too long to click.
const SECONDS: f64 = 0.010;

/// Moves to its target linearly in 10 ms, sample by sample, and then equals it exactly.
#[derive(Debug, Clone, Copy)]
pub struct Ramp {
    value: f64,
    target: f64,
    step: f64,
    remaining: u32,
    length: u32,
}

impl Ramp {
    /// A settled ramp.
    pub fn new(value: f64, sample_rate: f64) -> Self {
        let length = ((SECONDS * sample_rate).round() as u32).max(1);
        Self { value, target: value, step: 0.0, remaining: 0, length }
    }

    /// Jumps to a value.
    pub fn snap(&mut self, value: f64) {
        self.value = value;
        self.target = value;
        self.remaining = 0;
    }

    /// Starts to move to a target. A repeated target does not restart the ramp.
    pub fn set(&mut self, target: f64) {
        if target != self.target {
            self.target = target;
            self.step = (target - self.value) / f64::from(self.length);
            self.remaining = self.length;
        }
    }

    /// Whether it has arrived at its target, and that is `value`.
    pub fn is_settled_at(&self, value: f64) -> bool {
        self.remaining == 0 && self.value == value
    }

    /// Writes the values for the next samples.
    pub fn fill(&mut self, values: &mut [f64]) {
        let moving = values.len().min(self.remaining as usize);
        let (moving, settled) = values.split_at_mut(moving);
        for value in moving {
            self.remaining -= 1;
            self.value = if self.remaining == 0 { self.target } else { self.value + self.step };
            *value = self.value;
        }
        settled.fill(self.value);
    }
}

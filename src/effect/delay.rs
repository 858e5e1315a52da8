//! A delay line of a fixed number of samples.

/// Gives back what was put in a fixed number of samples before.
#[derive(Debug)]
pub struct Delay<T> {
    ring: Vec<T>,
    length: usize,
    at: usize,
}

impl<T: Copy + Default> Delay<T> {
    /// A delay of at most, and at first exactly, `samples` samples, at least 1.
    pub fn new(samples: usize) -> Self {
        let length = samples.max(1);
        Self { ring: vec![T::default(); length], length, at: 0 }
    }

    /// Begins anew with a delay of `samples` samples and `value` for all that comes out first.
    pub fn reset(&mut self, samples: usize, value: T) {
        self.length = samples.clamp(1, self.ring.len());
        self.ring.fill(value);
        self.at = 0;
    }

    /// Puts values in, and out of the delay takes as many in their place.
    pub fn process(&mut self, values: &mut [T]) {
        let mut values = values;
        while !values.is_empty() {
            let count = values.len().min(self.length - self.at);
            let (now, later) = values.split_at_mut(count);
            now.swap_with_slice(&mut self.ring[self.at..self.at + count]);
            values = later;
            self.at += count;
            if self.at == self.length {
                self.at = 0;
            }
        }
    }
}

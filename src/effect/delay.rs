//! A delay line of a fixed number of samples.

/// Gives back what was put in a fixed number of samples before.
#[derive(Debug)]
pub struct Delay<T> {
    ring: Vec<T>,
    at: usize,
}

impl<T: Copy + Default> Delay<T> {
    /// A delay of `samples` samples, at least 1.
    pub fn new(samples: usize) -> Self {
        Self { ring: vec![T::default(); samples.max(1)], at: 0 }
    }

    /// Forgets everything.
    pub fn reset(&mut self, value: T) {
        self.ring.fill(value);
        self.at = 0;
    }

    /// Puts a value in and takes out the one from the delay ago.
    #[inline]
    pub fn exchange(&mut self, value: T) -> T {
        let old = std::mem::replace(&mut self.ring[self.at], value);
        self.at += 1;
        if self.at == self.ring.len() {
            self.at = 0;
        }
        old
    }
}

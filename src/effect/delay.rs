//! A delay line.

/// A delay line whose length can be changed, up to the length it was made for, without allocating.
#[derive(Debug)]
pub struct Delay<T> {
    ring: Vec<T>,
    length: usize,
    index: usize,
}

impl<T: Copy + Default> Delay<T> {
    /// A delay of `max_samples` samples, at least 1, which [`Self::reset`] can shorten.
    pub fn new(max_samples: usize) -> Self {
        let length = max_samples.max(1);
        Self { ring: vec![T::default(); length], length, index: 0 }
    }

    /// Sets the delay to `samples` samples and fills it with `value`.
    pub fn reset(&mut self, samples: usize, value: T) {
        debug_assert!((1..=self.ring.len()).contains(&samples), "a delay of {samples} samples");
        self.length = samples.clamp(1, self.ring.len());
        self.ring.fill(value);
        self.index = 0;
    }

    /// Delays a block in place.
    pub fn process(&mut self, block: &mut [T]) {
        let mut block = block;
        while !block.is_empty() {
            let count = block.len().min(self.length - self.index);
            let (now, later) = block.split_at_mut(count);
            now.swap_with_slice(&mut self.ring[self.index..self.index + count]);
            block = later;
            self.index += count;
            if self.index == self.length {
                self.index = 0;
            }
        }
    }
}

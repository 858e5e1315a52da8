//! The three latencies to choose from.

/// How many samples the output lags behind the input. A segment must end within the latency, so a
/// longer one allows longer curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Latency {
    /// 256 samples up to 50 kHz.
    Low,
    /// 1024 samples up to 50 kHz.
    Normal,
    /// 2048 samples up to 50 kHz.
    #[default]
    Full,
}

impl Latency {
    /// All of them, in the order of the control's choices.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::Full];

    /// The latency with a number in [`Self::ALL`].
    pub fn from_choice(choice: usize) -> Self {
        debug_assert!(choice < Self::ALL.len(), "there is no latency {choice}");
        Self::ALL.get(choice).copied().unwrap_or_default()
    }

    /// The latency in samples at a sample rate in Hz: doubled for every octave of sample rate that
    /// begins above 50 kHz, so that it takes about the same time at any rate.
    pub fn samples(self, sample_rate: f64) -> u32 {
        let base: u32 = match self {
            Self::Low => 256,
            Self::Normal => 1024,
            Self::Full => 2048,
        };
        // 50 kHz · 2^16 is beyond any converter.
        let octaves = (0..16).find(|&k| sample_rate <= 50_000.0 * f64::from(1 << k)).unwrap_or(16);
        base << octaves
    }

    /// The latency in milliseconds at a sample rate in Hz.
    pub fn milliseconds(self, sample_rate: f64) -> f64 {
        f64::from(self.samples(sample_rate)) * 1000.0 / sample_rate
    }
}

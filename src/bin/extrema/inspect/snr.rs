//! The signal-to-noise ratio.

use serde::Serialize;

/// The signal-to-noise ratio of an encoded file.
#[derive(Debug, Clone, Serialize)]
pub struct Snr {
    /// What the encoded file was compared with.
    pub original: String,
    /// Of all channels together; none if nothing is lost.
    pub db: Option<f64>,
    pub by_channel_db: Vec<Option<f64>>,
}

/// The signal-to-noise ratio for the energies of signal and noise; none without noise.
pub fn decibels((signal, noise): (f64, f64)) -> Option<f64> {
    (noise != 0.0).then(|| 10.0 * (signal / noise).log10())
}

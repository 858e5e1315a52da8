//! Searches for the cheapest cuts: the best encoder that five bytes a record can have.
//!
//! # What is minimised
//!
//! A decoder draws any cuts, any curves and any end levels. So an encoder may look for those that cost
//! least,
//!
//! ```text
//! J = Σ over segments (λ + w · Σ over its samples (x − y)²),
//! ```
//!
//! where `x` is the wave, `y` what the decoder draws, `λ` the [price](Price) of a record, and `w` the mean
//! [weight](Weight) of the segment, which is 1 unless hearing counts. A low price gives many precise
//! records, a high one few coarse ones.
//!
//! # Dynamic programming
//!
//! While a segment ends on the level of its last sample, it depends on nothing but its two cuts. So the
//! least cost up to a sample `j` is
//!
//! ```text
//! J(j) = λ + min over i < j of (J(i) + w E(i, j)),
//! ```
//!
//! with `E(i, j)` the squared error of the closest curve from `i` to `j`. Beside curves of up to 64
//! samples (32 for [`Effort::Fast`]) there are holds of any length where the level stays. This is
//! `window.rs`.
//!
//! # All lengths at once
//!
//! `E(i, j)` follows from six numbers, the [projections](super::matching) of the segment. For a fixed
//! length `n = j − i` and sine `m`, they are a sliding sum,
//!
//! ```text
//! I(j) = Σ x(j − p) sin(p θ),  p = 1 … n − 1,  θ = m π / n,
//! I(j) = 2 cos θ · I(j − 1) − I(j − 2) + sin θ · (x(j − 1) ± x(j − 1 − n)),
//! ```
//!
//! plus for odd `m`. That is two products a sample, however long the segment is, and eight lengths go side
//! by side (`sums.rs`). What the chord adds is known: with start `s` and end `e`, the residual's
//! projection is `±(I − ½ cot(θ/2) (e ± s))`.
//!
//! # A lower bound
//!
//! With `A` the six projections of the residual and `E₀` its energy, no curve leaves less than what lies
//! outside all six sines and what lies further along each than any curve reaches,
//!
//! ```text
//! E ≥ E₀ − (2/n) Σ A² + (2/n) Σ max(0, |A| − (n/512) |e − s| max S)².
//! ```
//!
//! `E₀` comes from running sums of `x`, `x²` and `x` times the time, which start anew every 256 samples
//! and so stay exact. Only where `J(i) + λ + w E` could still beat the best start so far is the closest
//! curve looked for. The start that was best for the sample before is tried
//! first. A start is passed over if a later one that costs hardly more has been tried, since a shorter
//! segment nearly always fits better: that doubles the speed for 0.4 dB. Longer lengths are no longer looked at once eight in a row use up most of what they may cost
//! ([`Pruning`]).
//!
//! # Afterwards
//!
//! * Up to eight segments at a time are joined where one curve costs less (`join.rs`), and then the cuts
//!   beside what was joined move to where least is lost (`shift.rs`), up to four times: so curves can become as
//!   long as a record can be.
//! * With cuts and curves given, `y` is linear in all end levels at once. They move to where the error is
//!   least, a tridiagonal system; then curves are matched anew, three times (`polish.rs`). For records that will
//!   be packed, they are coarse (`ends.rs`).
//!
//! # Windows
//!
//! Cuts are searched for in windows of [`SearchEncoder::WINDOW`] samples, whose last sample always ends
//! a record. So windows do not depend on each other: they run on all processors, records are final at
//! the end of theirs, memory does not grow with the length of a file, and the bytes are the same for any
//! number of threads.
//!
//! # Example
//!
//! ```
//! use extrema::codec::{Codebook, Price, Record, SearchEncoder, SearchSettings, Settings};
//!
//! // Two ramps that meet at a peak, at sample 40.
//! let wave: Vec<f64> = (1..=80).map(|i| f64::from(40 - i32::abs(i - 40)) / 50.0).collect();
//! let price = Price::from_squared_steps(1000.0);
//! let search = SearchSettings { price, ..SearchSettings::default() };
//! let settings = Settings { search: Some(search), ..Settings::default() };
//! let mut encoder = SearchEncoder::new(&Codebook::standard(), settings, 44_100.0, 1);
//! let mut records = Vec::new();
//! encoder.process(&[&wave], &mut |_, found: &[Record]| records.extend_from_slice(found));
//! encoder.finish(&mut |_, found: &[Record]| records.extend_from_slice(found));
//!
//! // Two straight lines, from 0 to 0.8 and back.
//! assert_eq!(records, [Record::curve(1, 40, 26_214), Record::curve(1, 40, 0)]);
//! ```

mod encoder;
mod ends;
#[cfg(test)]
mod exactness;
mod fit;
mod goal;
mod hearing;
mod input;
mod join;
mod lengths;
mod past;
mod polish;
mod shift;
mod sums;
mod window;

pub use super::search_settings::{Effort, Price, Pruning, SearchSettings, Weight};
pub use encoder::{Energies, SearchEncoder};
pub use goal::{Goal, Outcome, PriceSearch};

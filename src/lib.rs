//! Extrema: a lossy-artefact effect and a codec.
//!
//! A wave is cut into segments that run from a peak to a trough or back. Each segment is replaced
//! by the closest of 255 curves and stored in five bytes: the curve's number, its length in
//! samples, and the level it ends on. What the plugin plays is, sample for sample, what those bytes
//! decode to.
//!
//! # Map
//!
//! ```text
//! samples → Segmenter → Segment → Matcher → Record → Synthesiser → samples
//!                                              └→ .extrema file, editor, meters
//! ```
//!
//! * [`codec`] holds that line, a file per step. It knows nothing of plugins, files or windows, and
//!   builds alone with `--no-default-features`.
//! * [`container`] and [`raw`] are the two ways to store records.
//! * [`effect`] makes a streaming effect of fixed latency of it: gains, mix, delta, bypass.
//! * `audio_file` (feature `files`) reads and writes WAV and friends for the command line.
//! * `plugin` (feature `plugin`) is the shell that a host loads; `editor` is its window.

#[cfg(feature = "files")]
pub mod audio_file;
#[cfg(feature = "plugin")]
pub mod capture;
pub mod codec;
pub mod container;
#[cfg(feature = "plugin")]
pub mod editor;
pub mod effect;
#[cfg(feature = "plugin")]
pub mod params;
#[cfg(feature = "plugin")]
pub mod plugin;

#[cfg(feature = "plugin")]
nice_plug::nice_export_clap!(plugin::Extrema);
#[cfg(feature = "plugin")]
nice_plug::nice_export_vst3!(plugin::Extrema);

/// The README's example, kept true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

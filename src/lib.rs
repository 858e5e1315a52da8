//! Extrema: a lossy-artefact effect and a codec.
//!
//! A wave is cut into segments that run from a peak to a trough or back. Each is replaced by the
//! closest of 255 curves and stored in five bytes: the curve's ordinal, its length in samples, and
//! the level it ends on. What the plugin plays is, sample for sample, what those bytes decode to.
//!
//! # Map
//!
//! ```text
//!                   ┌─────────── Encoder ────────────┐             ┌─── Decoder ───┐
//! samples ─▶ gain ─▶ SampleRing ▶ Segmenter ▶ Matcher ─▶ Record ─▶ CurveSynth ──────▶ mix ─▶ samples
//!                                                         │           │
//!                                   container::Writer ◀───┘           └─▶ Tap ─▶ capture ─▶ editor
//! ```
//!
//! From the ground up; nothing knows what is above it:
//!
//! * [`codec`]: samples to records and back, a file per step. It knows nothing of plugins, files or
//!   windows, and builds alone with `--no-default-features`.
//! * [`codebook_file`]: a codebook of one's own, from a CSV file.
//! * [`container`]: records in a file, as `.extrema` or raw.
//! * [`effect`]: the codec as a streaming effect of fixed latency, with gains, mix, delta and bypass,
//!   and the table of its controls.
//! * `presets` (feature `presets`): factory and user presets of the controls.
//! * `audio_file` (feature `files`): WAV and others in, WAV out, for the command line.
//! * With the feature `plugin`: `capture`, the link from the audio thread to the editor; `params`, the
//!   controls as a host sees them and the saved state; `recorder`, what is heard in a file; `editor`, the
//!   window; `plugin`, the shell.
//!
//! `docs/ARCHITECTURE.md` says where each sentence of `docs/ALGORITHM.md` lives, what may be touched
//! on which thread, and how to add a control, a detector or a codebook.

#[cfg(feature = "files")]
pub mod audio_file;
#[cfg(feature = "plugin")]
pub mod capture;
pub mod codebook_file;
pub mod codec;
pub mod container;
#[cfg(feature = "plugin")]
pub mod editor;
pub mod effect;
#[cfg(feature = "plugin")]
pub mod params;
#[cfg(feature = "plugin")]
pub mod plugin;
#[cfg(feature = "presets")]
pub mod presets;
#[cfg(feature = "plugin")]
pub mod recorder;
#[cfg(feature = "plugin")]
mod show_folder;

#[cfg(feature = "plugin")]
pub use plugin::clap::clap_entry;
#[cfg(feature = "plugin")]
nice_plug::nice_export_vst3!(plugin::Extrema);

/// Runs the examples in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

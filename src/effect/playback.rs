//! Settings that act on the output, kept until the audio that they came with is played.

use std::collections::VecDeque;

use super::EffectSettings;
use crate::codec::StereoMode;

/// The part of [`EffectSettings`] that acts on the output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaybackSettings {
    /// How the records' streams become channels.
    pub stereo: StereoMode,
    /// See [`EffectSettings::mix`].
    pub mix: f32,
    /// See [`EffectSettings::output_db`].
    pub output_db: f32,
    /// See [`EffectSettings::auto_gain`].
    pub auto_gain: bool,
    /// See [`EffectSettings::delta`].
    pub delta: bool,
    /// See [`EffectSettings::bypass`].
    pub bypass: bool,
}

impl From<&EffectSettings> for PlaybackSettings {
    fn from(settings: &EffectSettings) -> Self {
        let &EffectSettings { stereo, mix, output_db, auto_gain, delta, bypass, .. } = settings;
        Self { stereo, mix, output_db, auto_gain, delta, bypass }
    }
}

/// Changes of [`PlaybackSettings`] by the position of the first frame that they apply to.
///
/// A delay line for each of them would cost every frame; the queue costs only when something changes.
#[derive(Debug)]
pub struct SettingsQueue(VecDeque<(u64, PlaybackSettings)>);

impl SettingsQueue {
    /// A queue for changes at each of the frames in a delay of `max_samples`, and at the next.
    pub fn new(max_samples: usize) -> Self {
        Self(VecDeque::with_capacity(max_samples + 1))
    }

    /// Forgets all changes.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Appends a change at a position, which is not before that of the last change. Of several at one
    /// position the last counts.
    pub fn push(&mut self, position: u64, settings: PlaybackSettings) {
        match self.0.back_mut() {
            Some((last, replaced)) if *last == position => *replaced = settings,
            _ => {
                debug_assert!(self.0.len() < self.0.capacity(), "more changes than frames");
                self.0.push_back((position, settings));
            }
        }
    }

    /// Takes the next change, if it applies to the frame at `position`.
    pub fn pop_due(&mut self, position: u64) -> Option<PlaybackSettings> {
        self.0.pop_front_if(|(due, _)| *due <= position).map(|(_, settings)| settings)
    }

    /// How many frames there are from `position` up to the next change.
    pub fn until_next(&self, position: u64) -> usize {
        let frames = self.0.front().map_or(u64::MAX, |&(due, _)| due.saturating_sub(position));
        usize::try_from(frames).unwrap_or(usize::MAX)
    }
}

//! Runs: the next frames for which no setting changes, decoded and shown to the tap.

use super::ramp::Ramp;
use super::scratch::Scratch;
use super::{Effect, MAX_CHANNELS, PlayedFrames, RUN_FRAMES, Tap};
use crate::codec::StereoMode;

impl Effect {
    /// Applies the settings of the next frame, and returns for how many frames they stay: at least 1,
    /// at most [`RUN_FRAMES`]. All of them are silent or none is.
    pub(super) fn begin_run(&mut self) -> usize {
        if self.silence > 0 {
            return self.silence.min(RUN_FRAMES);
        }
        while let Some(settings) = self.queue.pop_due(self.position) {
            self.apply(&settings, Ramp::set);
        }
        let mut frames = self.queue.until_next(self.position).min(RUN_FRAMES);
        if self.next_codebook.is_some() {
            self.take_next_codebook(self.position);
            let position = self.next_codebook.as_ref().map_or(u64::MAX, |next| next.position);
            frames = frames.min(usize::try_from(position - self.position).unwrap_or(usize::MAX));
        }
        frames
    }

    /// Decodes the next `count` frames into `wet`, shows them to the tap, and makes left and right of
    /// them.
    pub(super) fn play(&mut self, count: usize, tap: &mut impl Tap) {
        let stereo = self.stereo;
        let Scratch { original, wet, records, .. } = &mut *self.scratch;
        let mut original = original.each_mut().map(|stream| &mut stream[..count]);
        let mut wet = wet.each_mut().map(|stream| &mut stream[..count]);
        if self.silence > 0 {
            self.silence -= count;
            return original.into_iter().chain(wet).for_each(|stream| stream.fill(0.0));
        }
        let is_listening = tap.is_listening();
        let has_delta = !self.ramps.delta.is_settled_at(0.0);
        let mut record_count = 0;
        // Two calls, so that a tap that does not listen costs nothing.
        if is_listening {
            self.decoder.read(&mut wet[..self.channels], |event| {
                debug_assert!(record_count < records.len(), "more records than samples");
                if let Some(slot) = records.get_mut(record_count) {
                    *slot = event;
                    record_count += 1;
                }
            });
        } else {
            self.decoder.read(&mut wet[..self.channels], |_| ());
        }
        if is_listening || has_delta {
            for (number, original) in original.iter_mut().enumerate().take(self.channels) {
                self.encoder.input_at(number, self.position, original);
            }
        }
        let shown = if is_listening { self.channels } else { 0 };
        tap.frames(&PlayedFrames {
            position: self.position,
            stereo,
            codebook: self.codebook_number,
            original: &original.each_ref().map(|stream| &**stream)[..shown],
            decoded: &wet.each_ref().map(|stream| &**stream)[..self.channels],
            records: &records[..record_count],
        });
        self.position += count as u64;
        if stereo == StereoMode::MidSide {
            to_channels(stereo, wet);
            if has_delta {
                to_channels(stereo, original);
            }
        }
    }
}

/// Turns two streams into left and right.
fn to_channels(mode: StereoMode, [first, second]: [&mut [f64]; MAX_CHANNELS]) {
    for (a, b) in first.iter_mut().zip(second) {
        [*a, *b] = mode.to_channels([*a, *b]);
    }
}

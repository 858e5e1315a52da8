//! Settings in motion: how those that were set take over from those in force.

use super::{Encoder, mid_of};
use crate::codec::record::Record;
use crate::codec::segment::Segmenter;
use crate::codec::settings::{Detector, Settings, Share, StereoMode};
use crate::codec::stream::StreamEncoder;

impl Encoder {
    /// Puts new settings in force. Returns whether the next frame has to be encoded apart: levels
    /// mean something else after a change between mid/side and the other modes, and a segment of one sample
    /// sets them right at once.
    #[cold]
    #[inline(never)]
    pub(super) fn apply_settings(&mut self, emit: &mut impl FnMut(usize, &[Record])) -> bool {
        let (new, old) = (self.settings, self.active);
        let new_stereo = self.streams.len() == 2 && new.stereo != old.stereo;
        let new_detector = new.detector != old.detector;
        // In a loop nothing is open that a segmenter has read.
        let is_open = self.looping.is_none();
        if new_stereo || !new.looping {
            self.release_loop(emit);
        }
        if is_open && (new_stereo || new_detector) {
            self.close(Segmenter::settle, emit);
        }
        // Linked streams are open since the same sample, so each can go on by itself.
        let goes_on = (old.stereo, new.stereo) == (StereoMode::Linked, StereoMode::LeftRight);
        // *Best* would draw what is open and what comes in one sweep.
        let searches = is_open && new.detector == Detector::Best && (new_stereo || new_detector);
        if (new_stereo && !goes_on) || searches {
            self.close(Segmenter::interrupt, emit);
        }
        if new_stereo {
            self.history_start = self.position();
            self.streams.iter_mut().for_each(StreamEncoder::clear_history);
        }
        if new_stereo || new_detector {
            self.restart_segmenters(&new);
        } else if old.follow == Share::NONE {
            self.segmenters.iter_mut().for_each(Segmenter::restart_envelope);
        }
        if new.zoom != old.zoom {
            self.segmenters.iter_mut().for_each(Segmenter::restart_zoom);
        }
        self.activate(new);
        new_stereo && [old, new].iter().any(|settings| settings.stereo == StereoMode::MidSide)
    }

    /// The latest input of a stream, 0 at the start.
    fn latest_input(&self, index: usize) -> f64 {
        let before = self.position().checked_sub(1);
        before.map_or(0.0, |before| self.streams[index].ring.sample(before))
    }

    /// The latest sample that the segmenter of a stream has read, 0 at the start.
    pub(super) fn latest_value(&self, index: usize) -> f64 {
        if index == 0 && self.is_linked() {
            return mid_of([0, 1].map(|index| self.latest_input(index)));
        }
        self.latest_input(index)
    }

    /// Restarts every segmenter at the latest input value, converted to the new stereo mode.
    fn restart_segmenters(&mut self, new: &Settings) {
        if self.is_linked()
            && let Some((leader, others)) = self.segmenters.split_first_mut()
        {
            // Only the first has advanced.
            others.iter_mut().for_each(|other| other.align(leader));
        }
        let pair = (self.streams.len() == 2).then(|| {
            let latest = [0, 1].map(|index| self.latest_input(index));
            let values = new.stereo.to_streams(self.active.stereo.to_channels(latest));
            let is_linked = new.stereo == StereoMode::Linked;
            [if is_linked { mid_of(values) } else { values[0] }, values[1]]
        });
        for index in 0..self.segmenters.len() {
            let value = pair.map_or_else(|| self.latest_input(index), |pair| pair[index]);
            self.segmenters[index].restart(new.detector, value);
        }
    }

    /// Encodes the first frame as segments of one sample, then the rest.
    #[cold]
    #[inline(never)]
    pub(super) fn process_first_frame_apart(
        &mut self,
        channels: &[&[f64]],
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let [left, right] = channels else {
            return debug_assert!(false, "{} channels with a stereo mode", channels.len());
        };
        let ((left, left_rest), (right, right_rest)) = (left.split_at(1), right.split_at(1));
        self.process(&[left, right], emit);
        self.close(Segmenter::interrupt, emit);
        self.process(&[left_rest, right_rest], emit);
    }
}

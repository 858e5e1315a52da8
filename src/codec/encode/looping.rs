//! Loop, in all streams at once: when it begins, where its rounds start, and the way back.

use fearless_simd::dispatch;

use super::Encoder;
use crate::codec::looper::RoundStart;
use crate::codec::record::Record;
use crate::codec::segment::Segmenter;
use crate::codec::stream::StreamEncoder;

/// A loop of all streams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looping {
    /// Position of its first sample.
    position: u64,
    /// Where its rounds start.
    pub(super) start: RoundStart,
}

impl Encoder {
    /// Encodes the input until there is enough to loop, and then loops.
    #[cold]
    #[inline(never)]
    pub(super) fn process_looping(
        &mut self,
        channels: &[&[f64]],
        frames: usize,
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let simd_level = self.simd_level;
        let mut from = 0;
        if self.looping.is_none() {
            let encoded = self.position() - self.history_start;
            let missing = u64::from(self.active.loop_length).saturating_sub(encoded);
            from = usize::try_from(missing).map_or(frames, |missing| missing.min(frames));
            dispatch!(simd_level, simd => self.process_with(simd, channels, 0..from, emit));
            if from < frames {
                self.begin_loop(emit);
            }
        }
        if from < frames {
            self.update_round_start();
            dispatch!(simd_level, simd => self.process_with(simd, channels, from..frames, emit));
        }
    }

    /// Ends what is open, and lets the records so far go round.
    fn begin_loop(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        self.close(Segmenter::interrupt, emit);
        let position = self.position();
        for stream in &mut self.streams {
            stream.begin_loop(position);
        }
        let start = self.round_start();
        self.looping = start.map(|start| Looping { position, start });
    }

    fn round_start(&self) -> Option<RoundStart> {
        let histories = self.streams.iter().map(|stream| &stream.history);
        RoundStart::new(histories, self.active.loop_length)
    }

    /// Another loop length counts from the next round on.
    fn update_round_start(&mut self) {
        if let Some(looping) = self.looping
            && !looping.start.is_for(self.active.loop_length)
            && let Some(start) = self.round_start()
        {
            self.looping = Some(Looping { start, ..looping });
        }
    }

    /// Lets the wave take over from the records of a loop. Linked streams are cut together from there on, so the
    /// records in progress of those that would begin earlier end where the last one begins.
    pub(super) fn release_loop(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        let Some(Looping { position: entered, .. }) = self.looping.take() else { return };
        let position = self.position();
        self.history_start += position - entered;
        // 5 ms, half a wave of 100 Hz: so that no curve has to reach the wave at once, wherever the loop was.
        let glide = (self.sample_rate / 200.0).floor() as u64;
        if self.is_linked()
            && let Some(last) = self.streams.iter().filter_map(StreamEncoder::loop_position).max()
        {
            for (number, stream) in self.streams.iter_mut().enumerate() {
                stream.end_loop_record(last, &self.active, |records| emit(number, records));
            }
        }
        for index in 0..self.streams.len() {
            let value = self.latest_value(index);
            let start = self.streams[index].release_loop(position);
            let segmenter = &mut self.segmenters[index];
            segmenter.skip_to(start, position);
            segmenter.restart(self.active.detector, value);
            segmenter.return_to_wave(glide);
        }
    }
}

//! The encoder: samples of all channels in, records of all streams out.

mod looping;
mod part;
mod settings_change;

use std::ops::Range;
use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};

use super::block::{self, MAX_SEGMENTS};
use super::codebook::Codebook;
use super::levels::LevelGrid;
use super::matching::batch;
use super::record::Record;
use super::sample::sanitise;
use super::segment::{Segmenter, SegmenterParams};
use super::settings::{MaxLength, Settings, StereoMode};
use super::stream::{Coding, SegmentScratch, StreamEncoder};
use super::wave_segment::Segment;
use looping::Looping;
pub use part::EncodedPart;

const _: () = assert!(MAX_SEGMENTS < batch::CAPACITY);

/// Encodes one or more channels, block by block. How the input is split into blocks makes no
/// difference.
///
/// Two channels become two streams as [`Settings::stereo`] says; any other number of channels
/// becomes as many independent streams.
///
/// ```
/// use extrema::codec::{Codebook, Decoder, Encoder, Record, Settings};
///
/// let wave: Vec<f64> = (0..1000).map(|i| (f64::from(i) * 0.05).sin()).collect();
/// let codebook = Codebook::standard();
/// let mut encoder = Encoder::offline(&codebook, Settings::default(), 44_100.0, 1);
/// let mut decoder = Decoder::new(&codebook, 1);
/// let mut bytes = 0;
/// let mut count = |stream, records: &[Record]| {
///     bytes += Record::BYTES * records.len();
///     decoder.push(stream, records);
/// };
/// encoder.process(&[&wave], &mut count);
/// encoder.finish(&mut count);
///
/// let mut decoded = vec![0.0; decoder.available()];
/// decoder.read(&mut [&mut decoded], |_| ());
/// assert_eq!(decoded.len(), wave.len());
/// assert!(bytes < 1000);
/// assert!(wave.iter().zip(&decoded).all(|(x, y)| (x - y).abs() < 0.05));
/// ```
#[derive(Debug)]
pub struct Encoder {
    codebook: Arc<Codebook>,
    sample_rate: f64,
    settings: Settings,
    /// What the segmenters run on: `settings` as of the last sample.
    active: Settings,
    /// Whether the two differ.
    has_changed: bool,
    params: SegmenterParams,
    grid: LevelGrid,
    /// Whether records go round in place of the input, and since when.
    looping: Option<Looping>,
    /// Position from which on there are records to loop, leaving out loops.
    history_start: u64,
    /// No curve becomes longer, in samples.
    max_curve: u32,
    /// One for each stream. Linked streams are all cut by the first, which then reads the mid.
    segmenters: Vec<Segmenter>,
    streams: Vec<StreamEncoder>,
    /// Working memory: the mid of a block, and the segments that end in it.
    mid: [f64; Self::BLOCK],
    segments: Vec<Segment>,
    scratch: SegmentScratch,
    /// The instruction set of this processor.
    simd_level: Level,
}

impl Encoder {
    /// Longer blocks are processed in parts of this many frames: enough segments for
    /// [batches](super::matching) to pay, and few enough for all that belongs to them to stay in the
    /// second-level cache.
    pub const BLOCK: usize = block::BLOCK;

    /// An encoder for files: `channels` channels at a sample rate in Hz, with curves as long as the
    /// settings and the format allow. Its memory grows with the longest segment it meets.
    pub fn offline(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
    ) -> Self {
        Self::new(codebook, settings, sample_rate, channels, MaxLength::FORMAT.curve)
    }

    /// An encoder for the audio thread: no curve becomes longer than `latency` samples, whatever the
    /// settings say, and nothing is allocated after this call.
    pub fn with_latency(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
        latency: u32,
    ) -> Self {
        let mut encoder = Self::new(codebook, settings, sample_rate, channels, latency);
        encoder.streams.iter_mut().for_each(StreamEncoder::preallocate);
        encoder.segmenters.iter_mut().for_each(Segmenter::preallocate);
        encoder
    }

    fn new(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
        max_curve: u32,
    ) -> Self {
        // Builds the tables here rather than in the first block.
        codebook.matcher();
        let max_loop = Settings::max_loop_length(sample_rate);
        // A latency may be longer than any curve, above 1.6 MHz, and is what `input_at` reaches back.
        let stream = || StreamEncoder::new(max_curve.max(1) as usize, Self::BLOCK, max_loop);
        let max_curve = max_curve.clamp(1, MaxLength::FORMAT.curve);
        let mut encoder = Self {
            codebook: codebook.clone(),
            sample_rate,
            settings,
            active: settings,
            has_changed: false,
            params: SegmenterParams::new(&settings, sample_rate),
            grid: LevelGrid::new(settings.levels),
            looping: None,
            history_start: 0,
            max_curve,
            segmenters: vec![Segmenter::new(settings.detector, codebook); channels],
            streams: (0..channels).map(|_| stream()).collect(),
            mid: [0.0; Self::BLOCK],
            segments: Vec::with_capacity(MAX_SEGMENTS),
            scratch: SegmentScratch::new(MAX_SEGMENTS),
            simd_level: Level::new(),
        };
        encoder.set(settings);
        encoder.reset();
        encoder
    }

    /// Starts a new stream: every level and every detector is back at 0.
    pub fn reset(&mut self) {
        self.activate(self.settings);
        self.looping = None;
        self.history_start = 0;
        for segmenter in &mut self.segmenters {
            segmenter.reset(self.active.detector);
        }
        for stream in &mut self.streams {
            stream.reset();
        }
    }

    /// Changes the settings from the next sample on. What is out of range is clamped.
    ///
    /// A segment is matched with the points and curves in force at the sample that reveals its end.
    /// `docs/ALGORITHM.md` says how another detector or stereo mode takes over.
    pub fn set(&mut self, settings: Settings) {
        self.settings = settings.clamped(self.max_curve, self.sample_rate);
        self.has_changed = self.settings != self.active;
    }

    /// Encodes with the curves of another codebook from the next sample on. Everything that is open ends
    /// here in all streams, so a decoder can change there too, and no loop reaches back beyond.
    ///
    /// This neither allocates nor frees if the tables are [built](Codebook::build_tables) and somebody
    /// keeps the codebook that was in use.
    pub fn set_codebook(
        &mut self,
        codebook: &Arc<Codebook>,
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        self.release_loop(emit);
        self.close(Segmenter::interrupt, emit);
        self.history_start = self.position();
        self.streams.iter_mut().for_each(StreamEncoder::clear_history);
        self.segmenters.iter_mut().for_each(|segmenter| segmenter.set_codebook(codebook));
        self.codebook = codebook.clone();
    }

    /// Lets settings take effect.
    fn activate(&mut self, settings: Settings) {
        if settings.levels != self.active.levels {
            self.streams.iter_mut().for_each(StreamEncoder::change_grid);
        }
        self.active = settings;
        self.has_changed = false;
        self.params = SegmenterParams::new(&settings, self.sample_rate);
        self.grid.set(settings.levels);
    }

    /// The settings in force from the next sample on.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads a block, one slice of equal length for each channel, and calls `emit` with a stream's
    /// number and its records that have become final. Within a stream they come in order.
    pub fn process(&mut self, channels: &[&[f64]], emit: &mut impl FnMut(usize, &[Record])) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        if frames > 0 && self.has_changed && self.apply_settings(emit) {
            return self.process_first_frame_apart(channels, emit);
        }
        if self.active.looping {
            return self.process_looping(channels, frames, emit);
        }
        let simd_level = self.simd_level;
        dispatch!(simd_level, simd => self.process_with(simd, channels, 0..frames, emit));
    }

    /// Position of the next sample.
    fn position(&self) -> u64 {
        self.segmenters.first().map_or(0, Segmenter::position)
    }

    /// Ends the stream: whatever is still open becomes records, so that no sample is lost. Only
    /// [`Self::reset`] makes sense afterwards.
    pub fn finish(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        if self.looping.take().is_some() {
            let position = self.position();
            for (number, stream) in self.streams.iter_mut().enumerate() {
                stream.finish_loop(position, &self.active, |records| emit(number, records));
            }
        } else {
            self.close(Segmenter::finish, emit);
        }
    }

    /// Encodes the segments that are still open, which `next` takes from a segmenter one by one.
    #[cold]
    #[inline(never)]
    fn close(
        &mut self,
        next: fn(&mut Segmenter) -> Option<Segment>,
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let (linked, simd_level) = (self.is_linked(), self.simd_level);
        for (index, segmenter) in self.segmenters.iter_mut().enumerate() {
            while let Some(segment) = next(segmenter) {
                for (number, stream) in self.streams.iter_mut().enumerate() {
                    if linked || number == index {
                        let coding = Coding {
                            settings: &self.active,
                            matcher: self.codebook.matcher(),
                            grid: &self.grid,
                        };
                        let (scratch, segments) = (&mut self.scratch, &[segment]);
                        dispatch!(simd_level, simd =>
                        stream.encode(simd, segments, coding, scratch, |records| {
                            emit(number, records);
                        }));
                    }
                }
            }
            if linked {
                break;
            }
        }
    }

    /// Copies a stream's input from a position on, which may lie as far back as the latency and
    /// [`Self::BLOCK`] samples. Only for encoders [with a latency](Self::with_latency): others have
    /// not allocated a ring that long.
    pub fn input_at(&self, stream: usize, position: u64, out: &mut [f64]) {
        self.streams[stream].ring.copy_to(position, out);
    }

    /// Whether the first segmenter cuts both streams.
    fn is_linked(&self) -> bool {
        self.active.stereo == StereoMode::Linked && self.streams.len() == 2
    }

    #[inline(always)]
    fn process_with(
        &mut self,
        simd: impl Simd,
        channels: &[&[f64]],
        frames: Range<usize>,
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let mut from = frames.start;
        while from < frames.end {
            let range = from..frames.end.min(from + Self::BLOCK);
            from = range.end;
            match (channels, self.active.stereo) {
                ([left, right], StereoMode::MidSide | StereoMode::Linked) => {
                    self.encode_pair(simd, [&left[range.clone()], &right[range]], emit);
                }
                _ => {
                    for (number, channel) in channels.iter().enumerate() {
                        self.encode_single(simd, number, &channel[range.clone()], emit);
                    }
                }
            }
        }
    }

    /// Encodes a block of a channel that is an independent stream.
    #[inline(always)]
    fn encode_single(
        &mut self,
        simd: impl Simd,
        number: usize,
        samples: &[f64],
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let (stream, segmenter) = (&mut self.streams[number], &mut self.segmenters[number]);
        let (position, count) = (segmenter.position(), samples.len());
        stream.ring.reserve(position, segmenter.open(), count);
        for (to, &x) in stream.ring.slice_mut(position, count).iter_mut().zip(samples) {
            *to = sanitise(x);
        }
        stream.ring.update_mirror(position, count);
        let emit = |records: &[Record]| emit(number, records);
        if let Some(looping) = self.looping {
            let end = position + count as u64;
            let open = stream.play_loop(end, looping.start, &self.active, emit);
            return segmenter.skip_to(open, end);
        }
        self.segments.clear();
        let samples = stream.ring.slice(position, count);
        segmenter.process_with(simd, samples, &self.params, &mut self.segments);
        let (settings, matcher) = (&self.active, self.codebook.matcher());
        let coding = Coding { settings, matcher, grid: &self.grid };
        stream.encode(simd, &self.segments, coding, &mut self.scratch, emit);
    }

    /// Encodes a block of two channels whose streams depend on both: mid and side, or linked.
    #[inline(always)]
    fn encode_pair(
        &mut self,
        simd: impl Simd,
        [left, right]: [&[f64]; 2],
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let [first, second] = &mut self.streams[..] else {
            return debug_assert!(false, "two channels are two streams");
        };
        let (position, count) = (self.segmenters[0].position(), left.len());
        let linked = self.active.stereo == StereoMode::Linked;
        for (number, stream) in [&mut *first, &mut *second].into_iter().enumerate() {
            let leader = if linked { 0 } else { number };
            stream.ring.reserve(position, self.segmenters[leader].open(), count);
        }
        let (a, b) =
            (first.ring.slice_mut(position, count), second.ring.slice_mut(position, count));
        for ((to, &left), &right) in a.iter_mut().zip(&mut *b).zip(left).zip(right) {
            let frame = [sanitise(left), sanitise(right)];
            [*to.0, *to.1] = self.active.stereo.to_streams(frame);
        }
        if linked {
            for ((mid, &a), &b) in self.mid.iter_mut().zip(&*a).zip(&*b) {
                *mid = mid_of([a, b]);
            }
        }
        first.ring.update_mirror(position, count);
        second.ring.update_mirror(position, count);
        for (number, stream) in [first, second].into_iter().enumerate() {
            let emit = |records: &[Record]| emit(number, records);
            if let Some(looping) = self.looping {
                let end = position + count as u64;
                let open = stream.play_loop(end, looping.start, &self.active, emit);
                self.segmenters[number].skip_to(open, end);
                continue;
            }
            // The second of linked streams has the same segments as the first.
            if number == 0 || !linked {
                self.segments.clear();
                let own = stream.ring.slice(position, count);
                let samples = if linked { &self.mid[..count] } else { own };
                let segmenter = &mut self.segmenters[number];
                segmenter.process_with(simd, samples, &self.params, &mut self.segments);
            }
            let (settings, matcher) = (&self.active, self.codebook.matcher());
            let coding = Coding { settings, matcher, grid: &self.grid };
            stream.encode(simd, &self.segments, coding, &mut self.scratch, emit);
        }
    }
}

fn mid_of([left, right]: [f64; 2]) -> f64 {
    left * 0.5 + right * 0.5
}

//! The encoder: samples of all channels in, records of all streams out.

use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};

use super::codebook::Codebook;
use super::matching::batch;
use super::record::Record;
use super::sample::sanitise;
use super::segment::{Segment, Segmenter, SegmenterParams};
use super::settings::{MaxLength, Settings, StereoMode};
use super::stream::{Scratch, Stream};

/// How many frames pass through the steps at a time.
const CHUNK: usize = Encoder::CHUNK;

/// More segments than can end in a chunk: each ends at a sample of its own, and at most one at a
/// peak of an earlier chunk.
const SEGMENTS: usize = CHUNK + 2;
const _: () = assert!(SEGMENTS < batch::MOST);

/// Encodes one or more channels, block by block; the split into blocks makes no difference.
///
/// Two channels become two streams as [`Settings::stereo`] says; any other number of channels is
/// as many independent streams.
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
    /// The settings that the detectors run on; they follow `settings` at the next sample.
    active: Settings,
    params: SegmenterParams,
    longest_curve: u32,
    /// One for each stream; linked streams all follow the first, which then reads the mid.
    segmenters: Vec<Segmenter>,
    streams: Vec<Stream>,
    /// Working memory for the mid of a chunk, and for the segments that end in a chunk.
    mid: [f64; CHUNK],
    segments: Vec<Segment>,
    scratch: Scratch,
    /// The instructions that this processor has.
    level: Level,
}

impl Encoder {
    /// How many frames pass through the steps at a time: enough segments of a kind for them to be
    /// quick together, and few enough to stay in the second-level cache with all that is known of them.
    pub const CHUNK: usize = 768;

    /// An encoder for files: `channels` channels at a sample rate in Hz, and curves as long as the
    /// settings and the format allow. Its memory grows with the longest segment it meets.
    #[must_use]
    pub fn offline(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
    ) -> Self {
        Self::new(codebook, settings, sample_rate, channels, MaxLength::FORMAT.curve)
    }

    /// An encoder that knows every record at most `latency` samples after its first sample came in:
    /// no curve becomes longer, whatever the settings say. It never allocates again.
    #[must_use]
    pub fn with_latency(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
        latency: u32,
    ) -> Self {
        let mut encoder = Self::new(codebook, settings, sample_rate, channels, latency);
        encoder.streams.iter_mut().for_each(|stream| stream.history.grow_fully(0));
        encoder
    }

    fn new(
        codebook: &Arc<Codebook>,
        settings: Settings,
        sample_rate: f64,
        channels: usize,
        longest_curve: u32,
    ) -> Self {
        // Builds the tables here rather than in the first call from the audio thread.
        codebook.matcher();
        let longest_curve = longest_curve.clamp(1, MaxLength::FORMAT.curve);
        let mut encoder = Self {
            codebook: codebook.clone(),
            sample_rate,
            settings,
            active: settings,
            params: params(&settings, sample_rate),
            longest_curve,
            segmenters: vec![Segmenter::new(settings.detector); channels],
            streams: (0..channels).map(|_| Stream::new(longest_curve as usize, CHUNK)).collect(),
            mid: [0.0; CHUNK],
            segments: Vec::with_capacity(SEGMENTS),
            scratch: Scratch::new(SEGMENTS),
            level: Level::new(),
        };
        encoder.set(settings);
        encoder.reset();
        encoder
    }

    /// Starts a new stream: every level and every detector is back at 0.
    pub fn reset(&mut self) {
        self.active = self.settings;
        self.params = params(&self.active, self.sample_rate);
        self.segmenters.fill(Segmenter::new(self.active.detector));
        for stream in &mut self.streams {
            stream.reset();
        }
    }

    /// Changes the settings from the next sample on.
    ///
    /// A segment is matched with the points and curves in force at the sample that reveals its end.
    /// Another detector or stereo mode closes every open segment.
    pub fn set(&mut self, mut settings: Settings) {
        settings.points = settings.points.clamp(*Settings::POINTS.start(), *Settings::POINTS.end());
        settings.curves = settings.curves.max(*Settings::CURVES.start());
        settings.max_length.curve = settings.max_length.curve.clamp(1, self.longest_curve);
        settings.max_length.hold = settings.max_length.hold.max(1);
        self.settings = settings;
    }

    /// The settings in force from the next sample on.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads a block, one slice of equal length for each channel, and hands all records that are now
    /// final to `emit`, with the number of their stream. Within a stream they come in order.
    pub fn process(&mut self, channels: &[&[f64]], emit: &mut impl FnMut(usize, &[Record])) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        if frames > 0 && self.settings != self.active {
            self.apply_settings(emit);
        }
        let level = self.level;
        dispatch!(level, simd => self.process_with(simd, channels, frames, emit));
    }

    /// Ends the stream: everything that was still open becomes records, so that no sample is lost.
    /// After it only [`Self::reset`] makes sense.
    pub fn finish(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        let (linked, level) = (self.linked(), self.level);
        for (index, segmenter) in self.segmenters.iter_mut().enumerate() {
            while let Some(segment) = segmenter.finish() {
                for (number, stream) in self.streams.iter_mut().enumerate() {
                    if linked || number == index {
                        let (settings, scratch) = (&self.active, &mut self.scratch);
                        let matcher = self.codebook.matcher();
                        let records = dispatch!(level, simd =>
                            stream.encode(simd, &[segment], settings, matcher, scratch));
                        emit(number, records);
                    }
                }
            }
            if linked {
                break;
            }
        }
    }

    /// Copies what a stream was given from a position on, which must lie no further back than the
    /// highest bound that the encoder was made for and [`Self::CHUNK`] samples. Only an
    /// encoder [with a latency](Self::with_latency) can.
    pub fn input_at(&self, stream: usize, position: u64, out: &mut [f64]) {
        self.streams[stream].history.copy(position, out);
    }

    /// Whether all streams are cut where the first detector says.
    fn linked(&self) -> bool {
        self.active.stereo == StereoMode::Linked && self.streams.len() == 2
    }

    fn apply_settings(&mut self, emit: &mut impl FnMut(usize, &[Record])) {
        let new = self.settings;
        let stereo = self.streams.len() == 2 && new.stereo != self.active.stereo;
        if stereo || new.detector != self.active.detector {
            self.finish(emit);
            self.restart_detectors(&new);
        }
        self.active = new;
        self.params = params(&new, self.sample_rate);
    }

    /// Lets the detectors go on as if the wave, seen in the new stereo mode, had rested on its
    /// latest value.
    fn restart_detectors(&mut self, new: &Settings) {
        let position = self.segmenters.first().map_or(0, Segmenter::position);
        let latest = |stream: &Stream| match position.checked_sub(1) {
            Some(before) => stream.history.sample(before),
            None => 0.0,
        };
        let mut values = [0.0; 2];
        if let [first, second] = &self.streams[..] {
            let frame = self.active.stereo.to_channels([latest(first), latest(second)]);
            values = new.stereo.to_streams(frame);
            if new.stereo == StereoMode::Linked {
                values[0] = mid(values);
            }
        }
        let streams = self.streams.len();
        let linked = self.linked();
        let leader = self.segmenters.first().cloned();
        for (index, segmenter) in self.segmenters.iter_mut().enumerate() {
            if let (true, Some(leader)) = (linked, &leader) {
                segmenter.clone_from(leader);
            }
            let value = if streams == 2 { values[index] } else { latest(&self.streams[index]) };
            segmenter.restart(new.detector, value);
        }
    }

    #[inline(always)]
    fn process_with(
        &mut self,
        simd: impl Simd,
        channels: &[&[f64]],
        frames: usize,
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let mut from = 0;
        while from < frames {
            let range = from..frames.min(from + CHUNK);
            from = range.end;
            match (channels, self.active.stereo) {
                ([left, right], StereoMode::MidSide | StereoMode::Linked) => {
                    self.pair(simd, [&left[range.clone()], &right[range]], emit);
                }
                _ => {
                    for (number, channel) in channels.iter().enumerate() {
                        self.single(simd, number, &channel[range.clone()], emit);
                    }
                }
            }
        }
    }

    /// Encodes a chunk of one stream.
    #[inline(always)]
    fn single(
        &mut self,
        simd: impl Simd,
        number: usize,
        samples: &[f64],
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let (stream, segmenter) = (&mut self.streams[number], &mut self.segmenters[number]);
        let (position, count) = (segmenter.position(), samples.len());
        stream.history.make_room(position, segmenter.open(), count);
        for (to, &x) in stream.history.room(position, count).iter_mut().zip(samples) {
            *to = sanitise(x);
        }
        stream.history.mirror(position, count);
        self.segments.clear();
        let samples = stream.history.at(position, count);
        segmenter.process_with(simd, samples, &self.params, &mut self.segments);
        let (settings, matcher) = (&self.active, self.codebook.matcher());
        emit(number, stream.encode(simd, &self.segments, settings, matcher, &mut self.scratch));
    }

    /// Encodes a chunk of two streams that are made of both channels.
    #[inline(always)]
    fn pair(
        &mut self,
        simd: impl Simd,
        [left, right]: [&[f64]; 2],
        emit: &mut impl FnMut(usize, &[Record]),
    ) {
        let [first, second] = &mut self.streams[..] else {
            return;
        };
        let (position, count) = (self.segmenters[0].position(), left.len());
        for (number, stream) in [&mut *first, &mut *second].into_iter().enumerate() {
            let leader = if self.active.stereo == StereoMode::Linked { 0 } else { number };
            stream.history.make_room(position, self.segmenters[leader].open(), count);
        }
        let (a, b) = (first.history.room(position, count), second.history.room(position, count));
        for ((to, &left), &right) in a.iter_mut().zip(&mut *b).zip(left).zip(right) {
            let frame = [sanitise(left), sanitise(right)];
            [*to.0, *to.1] = self.active.stereo.to_streams(frame);
        }
        let linked = self.active.stereo == StereoMode::Linked;
        if linked {
            for ((mid_of, &a), &b) in self.mid.iter_mut().zip(&*a).zip(&*b) {
                *mid_of = mid([a, b]);
            }
        }
        first.history.mirror(position, count);
        second.history.mirror(position, count);
        for (number, stream) in [first, second].into_iter().enumerate() {
            if number == 0 || !linked {
                self.segments.clear();
                let own = stream.history.at(position, count);
                let samples = if linked { &self.mid[..count] } else { own };
                self.segmenters[number].process_with(
                    simd,
                    samples,
                    &self.params,
                    &mut self.segments,
                );
            }
            let (settings, matcher) = (&self.active, self.codebook.matcher());
            emit(number, stream.encode(simd, &self.segments, settings, matcher, &mut self.scratch));
        }
    }
}

fn params(settings: &Settings, sample_rate: f64) -> SegmenterParams {
    SegmenterParams::new(settings.detector, settings.threshold, settings.max_length, sample_rate)
}

fn mid([left, right]: [f64; 2]) -> f64 {
    left * 0.5 + right * 0.5
}

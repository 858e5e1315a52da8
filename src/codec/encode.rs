//! The encoder: samples of all channels in, records of all streams out.

use super::curves::LINE;
use super::matching::{Matcher, Places};
use super::record::Record;
use super::segment::{Rules, Segment, SegmentKind, Segmenter};
use super::settings::{Settings, StereoMode};
use super::{level_to_sample, quantise, sanitise};

/// How many frames pass through the steps at a time. The history is that much longer than the
/// longest segment.
const CHUNK: usize = 128;

/// Encodes one or more channels, block by block; the split into blocks makes no difference.
///
/// Two channels become two streams as [`Settings::stereo`] says; any other number of channels is
/// as many independent streams.
///
/// ```
/// use extrema::codec::{Decoder, Encoder, Settings};
///
/// let wave: Vec<f64> = (0..1000).map(|i| (f64::from(i) * 0.05).sin()).collect();
/// let mut encoder = Encoder::new(Settings::default(), 44_100.0, 1, u32::MAX);
/// let mut decoder = Decoder::new(1);
/// let mut bytes = 0;
/// let mut count = |stream, record| {
///     bytes += extrema::codec::Record::BYTES;
///     decoder.push(stream, record);
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
    sample_rate: f64,
    settings: Settings,
    /// The settings that the detectors run on; they follow `settings` at the next sample.
    active: Settings,
    rules: Rules,
    longest_curve: u32,
    /// One for each stream; linked streams all follow the first, which then reads the mid.
    segmenters: Vec<Segmenter>,
    streams: Vec<Stream>,
}

/// One stream of records.
#[derive(Debug)]
struct Stream {
    /// The latest samples, a ring whose length is a power of two.
    history: Vec<f64>,
    /// The level the last record ended on.
    level: i16,
    matcher: &'static Matcher,
    places: Places,
}

impl Encoder {
    /// An encoder for `channels` channels at a sample rate in Hz.
    ///
    /// `longest_curve` is the highest bound on the length of a curve, in samples, that the settings
    /// will ever have; higher ones are lowered to it. It decides how much memory is taken, at most
    /// the 65535 samples of the format.
    #[must_use]
    pub fn new(settings: Settings, sample_rate: f64, channels: usize, longest_curve: u32) -> Self {
        let longest_curve = longest_curve.clamp(1, u32::from(u16::MAX));
        let history = (longest_curve as usize + CHUNK).next_power_of_two();
        let mut encoder = Self {
            sample_rate,
            settings,
            active: settings,
            rules: rules(&settings, sample_rate),
            longest_curve,
            segmenters: vec![Segmenter::new(settings.detector); channels],
            streams: (0..channels).map(|_| Stream::new(history)).collect(),
        };
        encoder.set(settings);
        encoder.reset();
        encoder
    }

    /// Starts a new stream: every level and every detector is back at 0.
    pub fn reset(&mut self) {
        self.active = self.settings;
        self.rules = rules(&self.active, self.sample_rate);
        self.segmenters.fill(Segmenter::new(self.active.detector));
        for stream in &mut self.streams {
            stream.level = 0;
        }
    }

    /// Changes the settings from the next sample on.
    ///
    /// A segment is matched with the points and curves in force at the sample that reveals its end.
    /// Another detector or stereo mode closes every open segment.
    pub fn set(&mut self, mut settings: Settings) {
        settings.points = settings.points.clamp(*Settings::POINTS.start(), *Settings::POINTS.end());
        settings.curves = settings.curves.max(*Settings::CURVES.start());
        settings.longest.curve = settings.longest.curve.clamp(1, self.longest_curve);
        settings.longest.hold = settings.longest.hold.max(1);
        self.settings = settings;
    }

    /// The settings in force from the next sample on.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads a block, one slice of equal length for each channel, and hands every record that is
    /// now final to `emit`, with the number of its stream. Within a stream they come in order.
    pub fn process(&mut self, channels: &[&[f64]], emit: &mut impl FnMut(usize, Record)) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        if frames > 0 && self.settings != self.active {
            self.apply_settings(emit);
        }
        let mut from = 0;
        while from < frames {
            let count = CHUNK.min(frames - from);
            self.process_chunk(channels, from, count, emit);
            from += count;
        }
    }

    /// Ends the stream: everything that was still open becomes records, so that no sample is lost.
    /// After it only [`Self::reset`] makes sense.
    pub fn finish(&mut self, emit: &mut impl FnMut(usize, Record)) {
        let linked = self.linked();
        for (index, segmenter) in self.segmenters.iter_mut().enumerate() {
            while let Some(segment) = segmenter.finish() {
                for (number, stream) in self.streams.iter_mut().enumerate() {
                    if linked || number == index {
                        emit(number, stream.encode(segment, &self.active));
                    }
                }
            }
            if linked {
                break;
            }
        }
    }

    /// Copies what a stream was given from a position on, which must lie no further back than the
    /// highest bound that the encoder was made for.
    pub fn recall(&self, stream: usize, position: u64, out: &mut [f64]) {
        let history = &self.streams[stream].history;
        let from = position as usize & (history.len() - 1);
        let (now, wrapped) = out.split_at_mut(out.len().min(history.len() - from));
        now.copy_from_slice(&history[from..from + now.len()]);
        wrapped.copy_from_slice(&history[..wrapped.len()]);
    }

    /// Whether all streams are cut where the first detector says.
    fn linked(&self) -> bool {
        self.active.stereo == StereoMode::Linked && self.streams.len() == 2
    }

    fn apply_settings(&mut self, emit: &mut impl FnMut(usize, Record)) {
        let new = self.settings;
        let stereo = self.streams.len() == 2 && new.stereo != self.active.stereo;
        if stereo || new.detector != self.active.detector {
            self.finish(emit);
            self.restart_detectors(&new);
        }
        self.active = new;
        self.rules = rules(&new, self.sample_rate);
    }

    /// Lets the detectors go on as if the wave, seen in the new stereo mode, had rested on its
    /// latest value.
    fn restart_detectors(&mut self, new: &Settings) {
        let position = self.segmenters.first().map_or(0, Segmenter::position);
        let latest = |stream: &Stream| match position.checked_sub(1) {
            Some(before) => stream.sample(before),
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

    fn process_chunk(
        &mut self,
        channels: &[&[f64]],
        from: usize,
        count: usize,
        emit: &mut impl FnMut(usize, Record),
    ) {
        let mut chunk = [[0.0; CHUNK]; 2];
        if let ([left, right], [first, second]) = (channels, &mut self.streams[..]) {
            let [a, b] = &mut chunk;
            for i in 0..count {
                let frame = [sanitise(left[from + i]), sanitise(right[from + i])];
                [a[i], b[i]] = self.active.stereo.to_streams(frame);
            }
            let position = self.segmenters[0].position();
            first.remember(position, &a[..count]);
            second.remember(position, &b[..count]);
            if self.active.stereo == StereoMode::Linked {
                for i in 0..count {
                    a[i] = mid([a[i], b[i]]);
                }
                self.segmenters[0].process(&a[..count], &self.rules, |segment| {
                    emit(0, first.encode(segment, &self.active));
                    emit(1, second.encode(segment, &self.active));
                });
            } else {
                let streams = [(0, first, &a[..count]), (1, second, &b[..count])];
                for (number, stream, samples) in streams {
                    self.segmenters[number].process(samples, &self.rules, |segment| {
                        emit(number, stream.encode(segment, &self.active));
                    });
                }
            }
        } else {
            let [samples, _] = &mut chunk;
            for (number, stream) in self.streams.iter_mut().enumerate() {
                for (sample, &x) in samples.iter_mut().zip(&channels[number][from..from + count]) {
                    *sample = sanitise(x);
                }
                let segmenter = &mut self.segmenters[number];
                stream.remember(segmenter.position(), &samples[..count]);
                segmenter.process(&samples[..count], &self.rules, |segment| {
                    emit(number, stream.encode(segment, &self.active));
                });
            }
        }
    }
}

impl Stream {
    fn new(history: usize) -> Self {
        Self {
            history: vec![0.0; history],
            level: 0,
            matcher: Matcher::shared(),
            places: Places::new(),
        }
    }

    /// Keeps a chunk whose first sample has the given position.
    fn remember(&mut self, position: u64, samples: &[f64]) {
        let from = position as usize & (self.history.len() - 1);
        let (now, wrapped) = samples.split_at(samples.len().min(self.history.len() - from));
        self.history[from..from + now.len()].copy_from_slice(now);
        self.history[..wrapped.len()].copy_from_slice(wrapped);
    }

    /// One of the latest samples, by its position.
    #[inline]
    fn sample(&self, position: u64) -> f64 {
        self.history[position as usize & (self.history.len() - 1)]
    }

    /// Turns a segment into the record that stands for it.
    fn encode(&mut self, segment: Segment, settings: &Settings) -> Record {
        let Segment { start, length, kind } = segment;
        let hold = Record::Hold { length };
        let record = match kind {
            SegmentKind::Flat => hold,
            // A bound this long is the file format's own, which holds through any drift.
            SegmentKind::FlatAtBound if settings.longest.hold > u32::from(u16::MAX) => hold,
            SegmentKind::FlatAtBound | SegmentKind::Moving => {
                let end = quantise(self.sample(start + u64::from(length) - 1));
                if kind == SegmentKind::FlatAtBound && end == self.level {
                    hold
                } else {
                    let ordinal = self.closest(start, length, end, settings);
                    // Anything that moves, and anything cut at a short bound, fits into `u16`.
                    Record::Curve { ordinal, length: length as u16, end }
                }
            }
        };
        self.level = record.end(self.level);
        record
    }

    fn closest(&mut self, first: u64, length: u32, end: i16, settings: &Settings) -> u8 {
        if length == 1 || end == self.level {
            return LINE;
        }
        let (start, mask) = (level_to_sample(self.level), self.history.len() - 1);
        let history = &self.history;
        let sample = |i| history[(first as usize + i as usize) & mask];
        let wave = self.places.wave(length, settings.points, start, sample);
        self.matcher.closest(wave, start, level_to_sample(end), settings.curves)
    }
}

fn rules(settings: &Settings, sample_rate: f64) -> Rules {
    Rules::new(settings.detector, settings.threshold, settings.longest, sample_rate)
}

fn mid([left, right]: [f64; 2]) -> f64 {
    (left + right) * 0.5
}

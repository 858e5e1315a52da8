//! Parts of a stream that are encoded ahead and appended, or passed on to another decoder, give what one
//! encoder or decoder gives.

use crate::common;

use extrema::codec::{
    Codebook, Decoder, Detector, EncodedPart, Encoder, Flats, LevelScale, Levels, Record, Settings,
    Share, StereoMode, Threshold,
};
use test_signals::Random;

const RATE: f64 = 44_100.0;

/// All that an encoder hands on, stream by stream as they take turns.
type Emitted = Vec<(usize, Vec<Record>)>;

fn slices(channels: &[Vec<f64>], from: usize, count: usize) -> Vec<&[f64]> {
    channels.iter().map(|channel| &channel[from..from + count]).collect()
}

/// Encodes parts of the given lengths, over and over: ahead, if they are long enough for that.
fn encode(
    channels: &[Vec<f64>],
    settings: Settings,
    lengths: &[usize],
    is_ahead: impl Fn(usize) -> bool,
) -> Emitted {
    let codebook = Codebook::standard();
    let new = || Encoder::offline(&codebook, settings, RATE, channels.len());
    let (mut encoder, mut part) = (new(), EncodedPart::new(new()));
    let mut emitted = Emitted::new();
    let mut emit = |stream, new: &[Record]| match emitted.last_mut() {
        Some((last, records)) if *last == stream => records.extend_from_slice(new),
        _ => emitted.push((stream, new.to_vec())),
    };
    let (mut from, mut sizes) = (0, lengths.iter().cycle());
    while from < channels[0].len() {
        let length = sizes.next().map_or(1, |&length| length).min(channels[0].len() - from);
        let samples = slices(channels, from, length);
        if is_ahead(length) {
            part.encode(from as u64, &samples);
            encoder.append(&part, &samples, &mut emit);
        } else {
            encoder.process(&samples, &mut emit);
        }
        from += length;
    }
    encoder.finish(&mut emit);
    emitted
}

/// Music, with silence, a constant and a slow ramp in it, during which nothing ends.
fn channels(count: usize) -> Vec<Vec<f64>> {
    let channel = |number: usize| {
        let mut wave = common::music(RATE, 1.2, number as u64);
        wave[12_000..25_000].fill(0.0);
        wave[30_000..36_000].fill(0.25);
        for (at, x) in wave[40_000..50_000].iter_mut().enumerate() {
            *x = at as f64 * 5e-5 - 0.25;
        }
        wave
    };
    (0..count).map(channel).collect()
}

fn variants() -> Vec<Settings> {
    let mut variants = Vec::new();
    for detector in [Detector::Slope, Detector::Peak] {
        for steps in [0.0, 50.0, 800.0] {
            let plain = Settings {
                detector,
                threshold: Threshold::from_steps(steps),
                ..Settings::default()
            };
            let edge = Settings { edge: Share::from_percent(40.0), ..plain };
            let drawn = Settings { flats: Flats::Draw, ..plain };
            let levels = Levels { tenths_of_bits: 35, scale: LevelScale::Linear };
            let gridded = Settings { levels, flats: Flats::Draw, ..plain };
            variants.extend([plain, edge, drawn, gridded]);
        }
    }
    variants
}

#[test]
fn parts_that_are_encoded_ahead_make_the_same_records_in_the_same_order() {
    for (count, stereo) in [
        (1, StereoMode::LeftRight),
        (2, StereoMode::LeftRight),
        (2, StereoMode::MidSide),
        (2, StereoMode::Linked),
        (3, StereoMode::LeftRight),
    ] {
        let channels = channels(count);
        for settings in variants() {
            let settings = Settings { stereo, ..settings };
            let lengths = [5376, 100, 768, 7 * 768, 1, 4000, 9 * 768];
            let expected = encode(&channels, settings, &lengths, |_| false);
            let parted = encode(&channels, settings, &lengths, |_| true);
            assert!(parted == expected, "{count} channels, {settings:?}");
            let mixed = encode(&channels, settings, &lengths, |length| length % 2 == 0);
            assert!(mixed == expected, "{count} channels, some ahead, {settings:?}");
        }
    }
}

#[test]
fn parts_are_encoded_ahead_only_if_nothing_far_back_matters() {
    let forgets = |settings| Encoder::offline(&Codebook::standard(), settings, RATE, 1).forgets();
    for settings in variants() {
        assert!(forgets(settings), "{settings:?}");
        let some = Share::from_percent(1.0);
        assert!(!forgets(Settings { detector: Detector::Best, ..settings }));
        assert!(!forgets(Settings { follow: some, ..settings }));
        assert!(!forgets(Settings { loss: some, ..settings }));
        assert!(!forgets(Settings { zoom: 2, ..settings }));
        assert!(!forgets(Settings { looping: true, ..settings }));
    }
}

#[test]
fn what_is_passed_on_to_other_decoders_is_drawn_as_by_one() {
    let codebook = Codebook::standard();
    let mut random = Random::new(7);
    let frames = 200_000;
    // Records of all lengths, which never end together in all streams.
    let streams: Vec<Vec<Record>> = (0..3)
        .map(|_| {
            let (mut records, mut length) = (Vec::new(), 0);
            while length < frames {
                let bits = random.bits();
                let most = [3, 40, 400, 30_000][(bits >> 8) as usize % 4];
                let own = 1 + (bits >> 16) as u32 % most;
                records.push(match bits % 4 {
                    0 => Record::hold(own),
                    _ => {
                        Record::curve(1 + (bits >> 48) as u8 % 255, own as u16, (bits >> 32) as i16)
                    }
                });
                length += own as usize;
            }
            records
        })
        .collect();
    let new = || Decoder::new(&codebook, 3);
    let feed = |decoder: &mut Decoder| {
        for (stream, records) in streams.iter().enumerate() {
            decoder.push(stream, records);
        }
    };
    let read = |decoder: &mut Decoder, count: usize, out: &mut [Vec<f64>; 3]| {
        let mut block = [(); 3].map(|()| vec![f64::NAN; count]);
        decoder.read(&mut block.each_mut().map(Vec::as_mut_slice), |_| ());
        out.iter_mut().zip(block).for_each(|(out, block)| out.extend(block));
    };
    let (mut decoder, mut expected) = (new(), Default::default());
    feed(&mut decoder);
    read(&mut decoder, frames, &mut expected);

    let (mut decoder, mut other, mut heard) = (new(), new(), <[Vec<f64>; 3]>::default());
    feed(&mut decoder);
    while heard[0].len() < frames {
        let most = [0, 1, 17, 5000, 40_000][random.bits() as usize % 5];
        let passed = decoder.pass_on(most.min(frames - heard[0].len()), &mut other);
        assert_eq!(other.available(), passed);
        read(&mut other, passed, &mut heard);
        let own = (random.bits() as usize % 300).min(frames - heard[0].len());
        read(&mut decoder, own, &mut heard);
    }
    assert_eq!(heard, expected);
}

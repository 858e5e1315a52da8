//! What the plugin plays is what the records decode to, for any block sizes, channels, build and
//! machine.

use crate::common;

use extrema::codec::{
    Codebook, Decoder, Detector, Encoder, Flats, LevelScale, Levels, LossMode, MaxLength, Record,
    Settings, Share, StereoMode, Threshold, to_f32,
};
use extrema::effect::{Effect, EffectSettings, Latency};
use proptest::prelude::*;

/// Settings that take every path through the codec.
fn variants() -> Vec<EffectSettings> {
    let mut variants = Vec::new();
    for detector in [Detector::Slope, Detector::Peak, Detector::Best] {
        // Without a threshold all detectors cut alike, or nearly so.
        let lowest = if detector == Detector::Slope { 0.0 } else { 20.0 };
        for (steps, points, curves, longest) in
            [(lowest, 16, 255, None), (50.0, 64, 255, Some(10.0)), (800.0, 5, 31, Some(0.3))]
        {
            // The search is slow in a debug build.
            if detector == Detector::Best && longest.is_some() {
                continue;
            }
            let threshold = Threshold::from_steps(steps);
            let base = EffectSettings::original();
            variants.push(EffectSettings {
                threshold,
                points,
                curves,
                detector,
                longest_ms: longest,
                ..base
            });
        }
    }
    variants
}

/// Plays channels through the effect in blocks of the given sizes, over and over.
fn play(
    channels: &[Vec<f32>],
    sample_rate: f64,
    latency: Latency,
    settings: EffectSettings,
    blocks: &[usize],
) -> Vec<Vec<f32>> {
    let mut effect = Effect::new(&Codebook::standard(), sample_rate, channels.len(), latency);
    effect.set(settings);
    play_on(&mut effect, channels, blocks)
}

fn play_on(effect: &mut Effect, channels: &[Vec<f32>], blocks: &[usize]) -> Vec<Vec<f32>> {
    let mut out = channels.to_vec();
    let mut rest: Vec<&mut [f32]> = out.iter_mut().map(Vec::as_mut_slice).collect();
    let mut sizes = blocks.iter().cycle();
    while !rest[0].is_empty() {
        let size = sizes.next().map_or(64, |&size| size).min(rest[0].len());
        let mut block = Vec::new();
        for channel in &mut rest {
            let (now, later) = std::mem::take(channel).split_at_mut(size);
            block.push(now);
            *channel = later;
        }
        effect.process(&mut block, &mut ());
    }
    out
}

fn bits(wave: &[f32]) -> Vec<u32> {
    wave.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn output_is_zeros_then_what_the_records_decode_to() {
    for (sample_rate, latency) in
        [(44_100.0, Latency::Full), (48_000.0, Latency::Low), (96_000.0, Latency::Normal)]
    {
        let wave = common::to_f32(&common::music(sample_rate, 0.6, 5));
        for settings in variants() {
            let delay = latency.samples(sample_rate) as usize;
            let out = play(std::slice::from_ref(&wave), sample_rate, latency, settings, &[512]);
            assert!(out[0][..delay].iter().all(|x| x.to_bits() == 0));

            let mut input: Vec<f64> = wave.iter().map(|&x| f64::from(x)).collect();
            input.extend(vec![0.0; delay]);
            let codec = settings.codec(sample_rate, delay as u32);
            let records = common::encode(&[&input], sample_rate, codec);
            let decoded: Vec<f32> =
                common::decode(&records)[0].iter().map(|&y| to_f32(y)).collect();
            assert_eq!(decoded.len(), input.len());
            assert_eq!(
                bits(&out[0][delay..]),
                bits(&decoded[..wave.len() - delay]),
                "{sample_rate} Hz, {settings:?}"
            );
        }
    }
}

#[test]
fn stereo_output_is_what_the_records_decode_to_at_every_rate() {
    for (sample_rate, latency) in [
        (22_050.0, Latency::Low),
        (44_100.0, Latency::Normal),
        (88_200.0, Latency::Low),
        (192_000.0, Latency::Low),
    ] {
        let left = common::to_f32(&common::music(sample_rate, 0.15, 12));
        let right = common::to_f32(&common::noise(left.len(), 0.2, 13));
        let delay = latency.samples(sample_rate) as usize;
        for stereo in [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked] {
            for settings in variants() {
                let settings = EffectSettings { stereo, ..settings };
                let channels = [left.clone(), right.clone()];
                let out = play(&channels, sample_rate, latency, settings, &[300]);

                let input =
                    channels.map(|channel| channel.iter().copied().map(f64::from).collect());
                let [left, right]: [Vec<f64>; 2] = input;
                let codec = settings.codec(sample_rate, delay as u32);
                let streams = common::decode(&common::encode(&[&left, &right], sample_rate, codec));
                for i in 0..left.len() - delay {
                    let frame = stereo.to_channels([streams[0][i], streams[1][i]]).map(to_f32);
                    let heard = [out[0][delay + i], out[1][delay + i]];
                    assert_eq!(
                        heard.map(f32::to_bits),
                        frame.map(f32::to_bits),
                        "frame {i} at {sample_rate} Hz, {settings:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn mono_equals_each_channel_of_left_right() {
    let left = common::to_f32(&common::music(44_100.0, 0.5, 6));
    let right = common::to_f32(&common::noise(left.len(), 0.3, 7));
    for settings in variants() {
        let mono = |wave: &Vec<f32>| {
            play(std::slice::from_ref(wave), 44_100.0, Latency::Normal, settings, &[100]).remove(0)
        };
        let stereo =
            play(&[left.clone(), right.clone()], 44_100.0, Latency::Normal, settings, &[77]);
        assert_eq!(bits(&stereo[0]), bits(&mono(&left)));
        assert_eq!(bits(&stereo[1]), bits(&mono(&right)));
    }
}

#[test]
fn mono_ignores_the_stereo_mode() {
    let wave = [common::to_f32(&common::music(44_100.0, 0.2, 14))];
    for settings in variants() {
        let mono = |stereo| {
            let settings = EffectSettings { stereo, delta: true, mix: 0.5, ..settings };
            bits(&play(&wave, 44_100.0, Latency::Low, settings, &[300])[0])
        };
        let left_right = mono(StereoMode::LeftRight);
        assert_eq!(mono(StereoMode::MidSide), left_right);
        assert_eq!(mono(StereoMode::Linked), left_right);
    }
}

#[test]
fn reset_starts_a_new_stream() {
    let wave = vec![common::to_f32(&common::music(44_100.0, 0.3, 8))];
    for settings in variants() {
        let mut effect = Effect::new(&Codebook::standard(), 44_100.0, 1, Latency::Low);
        effect.set(settings);
        let first = play_on(&mut effect, &wave, &[333]);
        effect.reset();
        let second = play_on(&mut effect, &wave, &[64]);
        assert_eq!(bits(&first[0]), bits(&second[0]));
    }
}

/// Any settings, also extreme ones.
fn any_settings() -> impl Strategy<Value = EffectSettings> {
    let detector = prop_oneof![Just(Detector::Slope), Just(Detector::Peak), Just(Detector::Best)];
    let stereo = prop_oneof![
        Just(StereoMode::LeftRight),
        Just(StereoMode::MidSide),
        Just(StereoMode::Linked)
    ];
    let codec = (0.0..3000.0_f64, 2..=64_u8, 1..=255_u8, detector, stereo);
    let longest_ms = prop::option::of(0.1..50.0_f64);
    let share = |most: u16| {
        prop_oneof![
            Just(Share::NONE),
            (0..=most).prop_map(Share::from_thousandths),
            Just(Share::ALL)
        ]
    };
    let scale = prop_oneof![Just(LevelScale::Linear), Just(LevelScale::Logarithmic)];
    let texture = (
        share(1000),
        prop_oneof![Just(Flats::Hold), Just(Flats::Draw)],
        prop::sample::select(&Settings::ZOOMS[..]),
        share(1000),
        (prop_oneof![Just(160), 15..160_u16], scale)
            .prop_map(|(tenths_of_bits, scale)| Levels { tenths_of_bits, scale }),
        share(800),
        Settings::LOSS_RUN,
        prop_oneof![Just(LossMode::Hold), Just(LossMode::Repeat)],
        any::<bool>(),
        prop_oneof![5.0..20.0_f64, 5.0..500.0_f64],
    );
    let levels = (
        (-24.0..24.0_f32, 0.0..=1.0_f32, -24.0..24.0_f32),
        (any::<bool>(), any::<bool>(), any::<bool>()),
    );
    (codec, longest_ms, texture, levels).prop_map(
        |((steps, points, curves, detector, stereo), longest_ms, texture, levels)| {
            let ((input_db, mix, output_db), (auto_gain, delta, bypass)) = levels;
            let (follow, flats, zoom, edge, levels, ..) = texture;
            let (.., loss, loss_run, loss_mode, looping, loop_length_ms) = texture;
            EffectSettings {
                follow,
                flats,
                zoom,
                edge,
                levels,
                loss,
                loss_run,
                loss_mode,
                looping,
                loop_length_ms,
                auto_gain,
                threshold: Threshold::from_steps(steps),
                points,
                curves,
                detector,
                longest_ms,
                stereo,
                input_db,
                mix,
                output_db,
                delta,
                bypass,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any split into blocks from 0 to 8192 samples gives the same bits, in every stereo mode.
    #[test]
    fn blocks_make_no_difference(
        blocks in prop::collection::vec(
            prop_oneof![0..3_usize, 0..200_usize, 0..=8192_usize], 1..20),
        variant in 0..7_usize,
        stereo in prop_oneof![
            Just(StereoMode::LeftRight), Just(StereoMode::MidSide), Just(StereoMode::Linked)],
        seed in 0..1000_u64,
    ) {
        prop_assume!(blocks.iter().any(|&size| size > 0));
        let settings = EffectSettings { stereo, ..variants()[variant] };
        let channels =
            vec![common::to_f32(&common::music(44_100.0, 0.3, seed)), common::to_f32(&common::noise(13_230, 0.1, seed))];
        let whole = play(&channels, 44_100.0, Latency::Low, settings, &[usize::MAX]);
        let split = play(&channels, 44_100.0, Latency::Low, settings, &blocks);
        prop_assert_eq!(bits(&whole[0]), bits(&split[0]));
        prop_assert_eq!(bits(&whole[1]), bits(&split[1]));
    }

    /// The same while every setting changes at random samples.
    #[test]
    fn blocks_make_no_difference_while_everything_is_automated(
        changes in prop::collection::vec((0..3000_usize, any_settings()), 1..12),
        blocks in prop::collection::vec(prop_oneof![0..3_usize, 0..700_usize], 1..20),
        seed in 0..1000_u64,
    ) {
        prop_assume!(blocks.iter().any(|&size| size > 0));
        let left = common::to_f32(&common::music(44_100.0, 0.4, seed));
        let right = common::to_f32(&common::noise(left.len(), 0.2, seed));
        // Each setting holds for so many frames; the last one to the end.
        let play_automated = |blocks: &[usize]| {
            let mut effect = Effect::new(&Codebook::standard(), 44_100.0, 2, Latency::Low);
            let mut out = [Vec::new(), Vec::new()];
            let (mut from, last) = (0, changes.len() - 1);
            for (i, &(frames, settings)) in changes.iter().enumerate() {
                let to = if i == last { left.len() } else { left.len().min(from + frames) };
                effect.set(settings);
                let part = [left[from..to].to_vec(), right[from..to].to_vec()];
                if to > from {
                    for (out, part) in out.iter_mut().zip(play_on(&mut effect, &part, blocks)) {
                        out.extend(part);
                    }
                }
                from = to;
            }
            out
        };
        let (whole, split) = (play_automated(&[usize::MAX]), play_automated(&blocks));
        prop_assert_eq!(bits(&whole[0]), bits(&split[0]));
        prop_assert_eq!(bits(&whole[1]), bits(&split[1]));
    }

    /// What is heard while everything changes at random samples is what an encoder for files makes of the
    /// same changes, decoded. Only gains and mixing come after the records.
    #[test]
    fn what_is_heard_is_what_the_records_decode_to_while_everything_is_automated(
        changes in prop::collection::vec((0..3000_usize, any_settings()), 1..10),
        block in prop_oneof![1..100_usize, 1..2000_usize],
        channels in 1..=2_usize,
        (sample_rate, latency) in prop_oneof![
            Just((8000.0, Latency::Low)),
            Just((44_100.0, Latency::Low)),
            Just((44_100.0, Latency::Full)),
            Just((96_000.0, Latency::Low)),
            Just((384_000.0, Latency::Low)),
        ],
        seed in 0..1000_u64,
    ) {
        let left = common::to_f32(&common::music(sample_rate, 0.4_f64.min(20_000.0 / sample_rate), seed));
        let right = common::to_f32(&common::noise(left.len(), 0.2, seed));
        let waves = &[left, right][..channels];
        let codebook = Codebook::standard();
        let mut effect = Effect::new(&codebook, sample_rate, channels, latency);
        let delay = effect.latency() as usize;
        let mut encoder: Option<Encoder> = None;
        let mut decoder = Decoder::new(&codebook, channels);
        let (mut heard, mut modes) = (vec![Vec::new(); channels], Vec::new());
        let mut from = 0;
        for (index, &(frames, settings)) in changes.iter().enumerate() {
            let settings = EffectSettings {
                input_db: 0.0,
                mix: 1.0,
                output_db: 0.0,
                auto_gain: false,
                delta: false,
                bypass: false,
                ..settings
            };
            let is_last = index + 1 == changes.len();
            let to = if is_last { waves[0].len() } else { waves[0].len().min(from + frames) };
            effect.set(settings);
            let part: Vec<Vec<f32>> = waves.iter().map(|wave| wave[from..to].to_vec()).collect();
            if to > from {
                for (all, more) in heard.iter_mut().zip(play_on(&mut effect, &part, &[block])) {
                    all.extend(more);
                }
            }
            modes.resize(to, settings.stereo);
            let codec = settings.codec(sample_rate, delay as u32);
            let encoder = encoder
                .get_or_insert_with(|| Encoder::offline(&codebook, codec, sample_rate, channels));
            encoder.set(codec);
            let wide: Vec<Vec<f64>> = part
                .iter()
                .map(|wave| wave.iter().copied().map(f64::from).collect())
                .collect();
            let slices: Vec<&[f64]> = wide.iter().map(Vec::as_slice).collect();
            encoder.process(&slices, &mut |stream, records| decoder.push(stream, records));
            from = to;
        }
        if let Some(encoder) = &mut encoder {
            encoder.finish(&mut |stream, records| decoder.push(stream, records));
        }
        let frames = waves[0].len();
        prop_assert_eq!(decoder.available(), frames);
        let mut decoded = vec![vec![0.0; frames]; channels];
        let mut slices: Vec<&mut [f64]> = decoded.iter_mut().map(Vec::as_mut_slice).collect();
        decoder.read(&mut slices, |_| ());
        for i in 0..frames.saturating_sub(delay) {
            let frame: Vec<f32> = match &decoded[..] {
                [left, right] => modes[i].to_channels([left[i], right[i]]).map(to_f32).to_vec(),
                mono => vec![to_f32(mono[0][i])],
            };
            for (channel, &expected) in heard.iter().zip(&frame) {
                prop_assert_eq!(channel[delay + i].to_bits(), expected.to_bits(), "frame {}", i);
            }
        }
    }

    /// The encoder alone, with the format's own maximum lengths.
    #[test]
    fn encoder_blocks_make_no_difference(
        blocks in prop::collection::vec(0..=8192_usize, 1..20),
        variant in 0..7_usize,
    ) {
        prop_assume!(blocks.iter().any(|&size| size > 0));
        let wave = common::music(44_100.0, 0.5, 9);
        let mut settings = variants()[variant].codec(44_100.0, 2048);
        settings.max_length = MaxLength::FORMAT;
        let whole = common::encode(&[&wave], 44_100.0, settings).remove(0);
        let mut encoder = Encoder::offline(&Codebook::standard(), settings, 44_100.0, 1);
        let mut split: Vec<Record> = Vec::new();
        let mut rest = wave.as_slice();
        let mut sizes = blocks.iter().cycle();
        while !rest.is_empty() {
            let size = sizes.next().map_or(1, |&size| size).min(rest.len());
            let (now, later) = rest.split_at(size);
            encoder.process(&[now], &mut |_, more| split.extend_from_slice(more));
            rest = later;
        }
        encoder.finish(&mut |_, more| split.extend_from_slice(more));
        prop_assert_eq!(whole, split);
    }
}

/// The committed hashes: the same in debug and release, and on every machine. A change of theirs
/// changes the sound of sessions out there.
#[test]
fn output_has_the_committed_bits() {
    const HASHES: [u32; 10] = [
        0x9b82_7ba8,
        0xd1d6_de31,
        0x6f0c_6d2a,
        0x29f4_3315,
        0x5399_275b,
        0x01bf_5b92,
        0x3198_a9d3,
        0xafbd_4cfc,
        0x88b9_a926,
        0x540f_4cc1,
    ];
    let base = EffectSettings::original();
    let (best, peak) = (Detector::Best, Detector::Peak);
    let with_controls = [
        EffectSettings { follow: Share::ALL, detector: best, ..base },
        EffectSettings { zoom: 3, ..base },
        EffectSettings { zoom: 3, detector: peak, ..base },
    ];
    let left = common::to_f32(&common::music(44_100.0, 1.0, 10));
    let right = common::to_f32(&common::noise(left.len(), 0.5, 11));
    let mut hashes = Vec::new();
    let modes = [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked];
    for (settings, stereo) in
        variants().into_iter().chain(with_controls).zip(modes.into_iter().cycle())
    {
        let settings =
            EffectSettings { stereo, input_db: 3.0, mix: 0.75, output_db: -1.5, ..settings };
        let out = play(&[left.clone(), right.clone()], 44_100.0, Latency::Full, settings, &[480]);
        let bytes: Vec<u8> = out.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
        hashes.push(crc32fast::hash(&bytes));
    }
    assert_eq!(hashes, HASHES, "{hashes:#010x?}");
}

/// A stretch that drifts under the threshold may be cut later than any curve, and then is one.
#[test]
fn a_hold_may_outgrow_what_the_encoder_keeps() {
    let settings = Settings {
        threshold: Threshold::from_steps(500.0),
        max_length: MaxLength { curve: 64, hold: 5000 },
        ..Settings::default()
    };
    let wave: Vec<f64> = (0..40_000).map(|i| f64::from(i) * 1e-5).collect();
    let mut encoder = Encoder::with_latency(&Codebook::standard(), settings, 44_100.0, 1, 64);
    let mut records = Vec::new();
    encoder.process(&[&wave], &mut |_, more| records.extend_from_slice(more));
    encoder.finish(&mut |_, more| records.extend_from_slice(more));
    assert!(records.iter().all(|record| !record.is_hold() && record.length() == 5000));
    assert_eq!(records.len(), 8);
}

#[test]
fn whatever_is_computed_a_host_gets_finite_normal_samples() {
    for hostile in [f64::NAN, -f64::NAN, 1e-320, 1e-40, -1e-40] {
        assert_eq!(to_f32(hostile).to_bits(), 0, "{hostile}");
    }
    for (large, nearest) in [(f64::INFINITY, f32::MAX), (-1e300, f32::MIN), (-0.5, -0.5)] {
        assert_eq!(to_f32(large), nearest);
    }
}

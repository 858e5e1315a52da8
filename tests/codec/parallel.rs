//! The encoder on several threads gives the same records in the same order.

use extrema::codec::{
    Codebook, Detector, Encoder, Flats, LevelScale, Levels, MaxLength, ParallelEncoder, Record,
    Settings, Share, StereoMode, Threshold,
};
use test_signals::{chords, white_noise};

/// What an encoder hands on, record by record with its stream.
type Emitted = Vec<(usize, Record)>;

/// Blocks of many lengths, some of them longer than what an encoder takes at a time.
fn blocks(frames: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let (mut from, mut seed) = (0, 1_u32);
    std::iter::from_fn(move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = match seed >> 30 {
            0 => 1 + seed as usize % 700,
            1 | 2 => 2304,
            _ => 1 + seed as usize % 30_000,
        };
        let until = frames.min(from + length);
        let block = (from < until).then_some(from..until);
        from = until;
        block
    })
}

fn emitted(
    channels: &[Vec<f64>],
    mut process: impl FnMut(&[&[f64]], &mut dyn FnMut(usize, &[Record])),
    finish: impl FnOnce(&mut dyn FnMut(usize, &[Record])),
) -> Emitted {
    let mut all = Vec::new();
    let mut emit = |stream: usize, records: &[Record]| {
        all.extend(records.iter().map(|&record| (stream, record)));
    };
    for block in blocks(channels[0].len()) {
        let slices: Vec<&[f64]> = channels.iter().map(|channel| &channel[block.clone()]).collect();
        process(&slices, &mut emit);
    }
    finish(&mut emit);
    all
}

fn sequentially(channels: &[Vec<f64>], settings: Settings) -> Emitted {
    let count = channels.len();
    let encoder =
        std::cell::RefCell::new(Encoder::offline(&Codebook::standard(), settings, 44_100.0, count));
    emitted(
        channels,
        |block, emit| encoder.borrow_mut().process(block, &mut |s, r| emit(s, r)),
        |emit| encoder.borrow_mut().finish(&mut |s, r| emit(s, r)),
    )
}

fn in_pieces(channels: &[Vec<f64>], settings: Settings, threads: usize, piece: usize) -> Emitted {
    let (codebook, count) = (Codebook::standard(), channels.len());
    let encoder =
        ParallelEncoder::with_pieces(&codebook, settings, 44_100.0, count, threads, piece);
    let encoder = std::cell::RefCell::new(encoder);
    emitted(
        channels,
        |block, emit| encoder.borrow_mut().process(block, &mut |s, r| emit(s, r)),
        |emit| encoder.borrow_mut().finish(&mut |s, r| emit(s, r)),
    )
}

/// Music, noise, and silence that is longer than the start of a piece, with a constant level in it.
fn signals() -> Vec<Vec<f64>> {
    const FRAMES: usize = 110_000;
    let mut music = chords(44_100.0, FRAMES, 7);
    music[40_000..52_000].fill(0.0);
    music[52_000..70_000].fill(0.3);
    let mut noise = white_noise(FRAMES, 0.5, 3);
    noise[20_000..50_000].iter_mut().for_each(|x| *x *= 0.001);
    vec![music, noise]
}

#[test]
fn pieces_join_to_the_records_of_one_encoder() {
    let signals = signals();
    let default = Settings::default();
    let peak = Settings { detector: Detector::Peak, ..default };
    let ways = [(2, 20_000), (3, 5_000), (8, 1_500), (1, 1)];
    let all = [
        default,
        Settings { threshold: Threshold::OFF, ..default },
        Settings { stereo: StereoMode::MidSide, max_length: MaxLength::samples(100), ..default },
        Settings { stereo: StereoMode::Linked, ..peak },
        Settings { threshold: Threshold::from_steps(3000.0), ..peak },
        Settings { flats: Flats::Draw, zoom: 3, ..peak },
        Settings {
            levels: Levels { tenths_of_bits: 60, scale: LevelScale::Logarithmic },
            ..default
        },
        // These are not encoded in pieces.
        Settings { follow: Share::ALL, ..default },
        Settings { looping: true, loop_length: 3000, ..default },
        Settings { edge: Share::from_thousandths(300), ..peak },
    ];
    for (settings, (threads, piece)) in all.into_iter().zip(ways.into_iter().cycle()) {
        let expected = sequentially(&signals, settings);
        let found = in_pieces(&signals, settings, threads, piece);
        assert!(found == expected, "{threads} threads: {settings:?}");
    }
}

#[test]
fn one_channel_and_many_are_encoded_in_pieces() {
    let music = chords(44_100.0, 80_000, 1);
    for count in [1, 5] {
        let channels: Vec<Vec<f64>> = (0..count)
            .map(|channel| music.iter().map(|x| x * (1.0 - 0.1 * channel as f64)).collect())
            .collect();
        let expected = sequentially(&channels, Settings::default());
        assert!(in_pieces(&channels, Settings::default(), 4, 7_000) == expected, "{count}");
    }
}

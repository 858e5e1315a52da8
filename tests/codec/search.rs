//! The encoder that searches: never dearer than the detectors, decoded like any other, the same for any
//! blocks and threads.

use extrema::codec::search::{Goal, Outcome, PriceSearch};
use extrema::codec::{
    Codebook, Decoder, Detector, Effort, Encoder, LevelScale, Levels, MaxLength, Price, Record,
    SearchEncoder, SearchSettings, Settings, StereoMode, Threshold, Weight,
};

use super::common::{music, noise, to_16_bit};

const RATE: f64 = 44_100.0;

fn settings(effort: Effort, squared_steps: f64) -> Settings {
    let price = Price::from_squared_steps(squared_steps);
    let search = SearchSettings { effort, price, weight: Weight::None };
    Settings { search: Some(search), ..Settings::default() }
}

/// The records of every stream.
fn search(settings: Settings, channels: &[Vec<f64>], block: usize, threads: usize) -> Found {
    let mut records = vec![Vec::new(); channels.len()];
    let mut encoder = SearchEncoder::new(&Codebook::standard(), settings, RATE, channels.len())
        .with_threads(threads);
    let mut emit = |stream: usize, found: &[Record]| records[stream].extend_from_slice(found);
    let frames = channels[0].len();
    for from in (0..frames).step_by(block) {
        let range = from..frames.min(from + block);
        let channels: Vec<&[f64]> = channels.iter().map(|all| &all[range.clone()]).collect();
        encoder.process(&channels, &mut emit);
    }
    encoder.finish(&mut emit);
    let noise = encoder.energies().iter().map(|energies| energies.noise).sum();
    let counted = encoder.energies().iter().map(|energies| energies.records).sum();
    Found { records, noise, counted }
}

#[test]
fn records_that_will_be_packed_end_on_coarse_levels_for_little() {
    let left = music(RATE, 1.8, 61);
    let right: Vec<f64> = left.iter().map(|x| 0.999 * x).collect();
    let signal: f64 = left.iter().map(|x| x * x).sum();
    for (price, unit) in [(5.0, 0), (3e3, 3), (5e4, 5), (2e6, 7)] {
        let settings = settings(Effort::Best, price);
        let found = [false, true].map(|is_packed| {
            let encoder = SearchEncoder::new(&Codebook::standard(), settings, RATE, 2);
            let mut encoder = if is_packed { encoder.for_packing() } else { encoder };
            let mut records = vec![Vec::new(); 2];
            let mut emit = |stream: usize, more: &[Record]| records[stream].extend_from_slice(more);
            encoder.process(&[&left, &right], &mut emit);
            encoder.finish(&mut emit);
            let noise = encoder.energies()[0].noise;
            let decoded = decode(&records[0]);
            let lost: f64 = left.iter().zip(&decoded).map(|(x, y)| (x - y) * (x - y)).sum();
            assert!((noise - lost).abs() <= 1e-9 * signal, "{price}: {noise}, {lost}");
            (records, lost)
        });
        let [(fine, fine_noise), (coarse, coarse_noise)] = found;
        assert_eq!(coarse.concat().len(), fine.concat().len());
        let ends = coarse.iter().flatten().filter(|record| !record.is_hold());
        assert!(ends.clone().all(|record| record.end(0) % (1 << unit) == 0), "{price}");
        assert!(ends.clone().any(|record| record.end(0) % (2 << unit) != 0));
        let loss = 10.0 * (coarse_noise / fine_noise).log10();
        assert!(loss < 1.0, "{price}: {loss} dB");
    }
}

struct Found {
    records: Vec<Vec<Record>>,
    /// By the encoder's own account.
    noise: f64,
    counted: u64,
}

fn live(settings: Settings, wave: &[f64]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut encoder = Encoder::offline(&Codebook::standard(), settings, RATE, 1);
    let mut emit = |_, found: &[Record]| records.extend_from_slice(found);
    encoder.process(&[wave], &mut emit);
    encoder.finish(&mut emit);
    records
}

fn decode(records: &[Record]) -> Vec<f64> {
    let mut decoder = Decoder::new(&Codebook::standard(), 1);
    decoder.push(0, records);
    let mut decoded = vec![0.0; decoder.available()];
    decoder.read(&mut [&mut decoded], |_| ());
    decoded
}

fn error(wave: &[f64], records: &[Record]) -> f64 {
    let decoded = decode(records);
    assert_eq!(decoded.len(), wave.len());
    wave.iter().zip(&decoded).map(|(x, y)| (x - y) * (x - y)).sum()
}

/// As a file counts them, consecutive holds as one.
fn count(records: &[Record]) -> u64 {
    let merged = records.windows(2).filter(|pair| pair.iter().all(|record| record.is_hold()));
    (records.len() - merged.count()) as u64
}

/// Where records end.
fn cuts(records: &[Record]) -> Vec<u64> {
    records
        .iter()
        .scan(0, |end, record| {
            *end += u64::from(record.length());
            Some(*end)
        })
        .collect()
}

fn waves() -> Vec<(&'static str, Vec<f64>)> {
    vec![
        ("music", to_16_bit(&music(RATE, 0.1, 3))),
        (
            "quiet music",
            to_16_bit(&music(RATE, 0.1, 4).iter().map(|x| x / 300.0).collect::<Vec<_>>()),
        ),
        ("noise", to_16_bit(&noise(1500, 0.7, 1))),
        ("low tone", (0..5000).map(|i| 0.7 * (f64::from(i) * 0.003).sin()).collect()),
    ]
}

#[test]
fn costs_are_never_above_those_of_the_detectors() {
    for (name, wave) in waves() {
        for steps in [2.0, 50.0, 500.0] {
            let price = 40.0 * steps * steps;
            let cost = |records: &[Record]| {
                let price = Price::from_squared_steps(price).squared_amplitude();
                error(&wave, records) + price * count(records) as f64
            };
            let found = search(settings(Effort::Best, price), std::slice::from_ref(&wave), 999, 1);
            let found = cost(&found.records[0]);
            let threshold = Threshold::from_steps(steps);
            for detector in [Detector::Slope, Detector::Peak] {
                let settings = Settings { threshold, detector, points: 64, ..Settings::default() };
                let detected = cost(&live(settings, &wave));
                assert!(found <= detected, "{name}, {steps} {detector:?}: {found} for {detected}");
            }
        }
    }
}

#[test]
fn the_encoder_knows_what_it_has_lost() {
    for (name, wave) in waves() {
        for effort in [Effort::Fast, Effort::Best] {
            let found = search(settings(effort, 10_000.0), std::slice::from_ref(&wave), 4096, 1);
            let measured = error(&wave, &found.records[0]);
            assert!(
                (found.noise / measured - 1.0).abs() < 1e-6,
                "{name}: {} {measured}",
                found.noise
            );
            assert_eq!(found.counted, count(&found.records[0]), "{name}");
        }
    }
}

#[test]
fn blocks_and_threads_make_no_difference() {
    // A window and a part.
    let length = SearchEncoder::WINDOW + 5000;
    let tone = |pitch: f64| (0..length).map(|i| 0.5 * (i as f64 * pitch).sin()).collect();
    let channels = [tone(0.031), tone(0.0457)];
    for stereo in [StereoMode::MidSide, StereoMode::Linked] {
        // Short curves are quick to search for.
        let max_length = MaxLength::samples(8);
        let settings = Settings { stereo, max_length, ..settings(Effort::Fast, 1e5) };
        let expected = search(settings, &channels, length, 1);
        for (block, threads) in [(10_007, 3), (70_000, 7)] {
            let found = search(settings, &channels, block, threads);
            assert!(found.records == expected.records, "{stereo:?}, {block}, {threads}");
            assert_eq!(found.noise, expected.noise, "{stereo:?}, {block}, {threads}");
        }
    }
}

#[test]
fn records_are_final_after_a_window_for_each_thread() {
    let threads = 2;
    let quick = Settings { max_length: MaxLength::samples(8), ..settings(Effort::Fast, 1e6) };
    let mut encoder =
        SearchEncoder::new(&Codebook::standard(), quick, RATE, 1).with_threads(threads);
    let (mut read, mut written) = (0, 0);
    for _ in 0..40 {
        encoder.process(&[&[0.0; 5000]], &mut |_, records: &[Record]| {
            written += records.iter().map(|record| record.length() as usize).sum::<usize>();
        });
        read += 5000;
        assert!(read - written < threads * SearchEncoder::WINDOW, "{read}, {written}");
    }
}

#[test]
fn what_does_not_move_is_a_hold() {
    let length = 70_000;
    for level in [0.0, 0.25, -1.0] {
        let wave = to_16_bit(&vec![level; length]);
        let quick = Settings { max_length: MaxLength::samples(8), ..settings(Effort::Best, 10.0) };
        let found = search(quick, &[wave], 5000, 1);
        assert_eq!(count(&found.records[0]), if level == 0.0 { 1 } else { 2 }, "{level}");
        assert!(found.noise < 1e-20, "{level}");
    }
}

#[test]
fn anything_that_can_be_read_is_encoded() {
    let square: Vec<f64> = (0..3000).map(|i| if i / 50 % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let beyond: Vec<f64> = noise(500, 1.0, 2).iter().map(|x| 3.0 * x).collect();
    let odd = vec![f64::NAN, f64::INFINITY, 0.5, f64::NEG_INFINITY, 1e-300, -0.5, 1e300];
    for (name, wave) in [
        ("nothing", vec![]),
        ("a sample", vec![0.3]),
        ("two samples", vec![0.3, -0.3]),
        ("a square", square),
        ("beyond full scale", beyond),
        ("no numbers", odd),
    ] {
        for effort in [Effort::Fast, Effort::Best] {
            for price in [0.001, 1000.0, 1e12] {
                let found = search(settings(effort, price), std::slice::from_ref(&wave), 100, 2);
                assert_eq!(decode(&found.records[0]).len(), wave.len(), "{name}, {price}");
            }
        }
    }
}

#[test]
fn a_square_at_full_scale_loses_nothing() {
    let square: Vec<f64> = (0..3000).map(|i| if i / 50 % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let found = search(settings(Effort::Best, 1.0), &[square], 3000, 1);
    assert!(found.noise < 1e-15);
    // A step and a hold for each half.
    assert!(count(&found.records[0]) <= 2 * 60);
}

#[test]
fn linked_channels_are_cut_together_and_others_apart() {
    let channels = [music(RATE, 0.1, 7), music(RATE, 0.1, 8)];
    let of = |stereo| {
        let found = search(Settings { stereo, ..settings(Effort::Best, 1e4) }, &channels, 4000, 2);
        [cuts(&found.records[0]), cuts(&found.records[1])]
    };
    let [left, right] = of(StereoMode::Linked);
    assert!(left.len() > 20 && left == right);
    let [left, right] = of(StereoMode::LeftRight);
    assert!(left != right);
    // Apart, each is what it would be alone.
    let alone = search(settings(Effort::Best, 1e4), &channels[1..], 4000, 1);
    assert_eq!(right, cuts(&alone.records[0]));
}

#[test]
fn settings_of_records_are_heeded() {
    let wave = to_16_bit(&music(RATE, 0.1, 5));
    let few = Settings { curves: 9, ..settings(Effort::Best, 1e4) };
    let short = Settings { max_length: MaxLength::samples(12), ..settings(Effort::Best, 1e7) };
    let levels = Levels { tenths_of_bits: 60, scale: LevelScale::Linear };
    let coarse = Settings { levels, ..settings(Effort::Best, 1e4) };
    let records =
        |settings| search(settings, std::slice::from_ref(&wave), 4000, 1).records.remove(0);
    assert!(records(few).iter().all(|record| record.ordinal() <= 9));
    let longest = records(short).iter().filter(|r| !r.is_hold()).map(|r| r.length()).max();
    assert_eq!(longest, Some(12));
    let step = 1 << 10;
    let mut level = 0;
    for record in records(coarse) {
        level = record.end(level);
        assert!(i32::from(level) % step == 0 || level.unsigned_abs() >= 32_767, "{level}");
    }
}

#[test]
fn a_dear_record_is_long_and_a_cheap_one_precise() {
    let wave: Vec<f64> = (0..8000).map(|i| 0.7 * (f64::from(i) * 0.004).sin()).collect();
    let found = |price| search(settings(Effort::Best, price), std::slice::from_ref(&wave), 8000, 1);
    let (dear, cheap) = (found(1e10), found(1.0));
    // Each half-wave has 785 samples, many times what all cuts are tried for.
    assert!(dear.counted <= 20, "{}", dear.counted);
    assert!(cheap.counted > dear.counted);
    assert!(cheap.noise < dear.noise / 1000.0);
}

#[test]
fn hearing_spends_more_on_what_is_quiet() {
    let mut wave = music(RATE, 0.6, 6);
    let half = wave.len() / 2;
    wave[half..].iter_mut().for_each(|x| *x /= 30.0);
    let snr = |weight, price| {
        let price = Price::from_squared_steps(price);
        let search_settings = SearchSettings { effort: Effort::Best, price, weight };
        let settings = Settings { search: Some(search_settings), ..Settings::default() };
        let found = search(settings, std::slice::from_ref(&wave), 4000, 1);
        let decoded = decode(&found.records[0]);
        let part = |range: std::ops::Range<usize>| {
            let signal: f64 = wave[range.clone()].iter().map(|x| x * x).sum();
            let pairs = wave[range.clone()].iter().zip(&decoded[range]);
            10.0 * (signal / pairs.map(|(x, y)| (x - y) * (x - y)).sum::<f64>()).log10()
        };
        // The power falls with 100 ms.
        (part(0..half), part(half + 8000..wave.len()))
    };
    let (loud, quiet) = snr(Weight::None, 1e4);
    let (heard_loud, heard_quiet) = snr(Weight::Hearing, 1e4);
    let gain = (heard_quiet - heard_loud) - (quiet - loud);
    assert!(gain > 2.0, "{loud} {quiet}, {heard_loud} {heard_quiet}");
}

#[test]
fn a_rate_and_an_snr_are_met() {
    // Enough records for an SNR to have no gaps.
    let wave = to_16_bit(&noise(12_000, 0.5, 11));
    let seconds = wave.len() as f64 / RATE;
    for goal in [Goal::Snr(10.0), Goal::Snr(20.0), Goal::KilobitsPerSecond(300.0)] {
        let mut prices = PriceSearch::new(goal);
        let mut trials = 0;
        loop {
            let price = prices.price().squared_steps();
            let found = search(settings(Effort::Fast, price), std::slice::from_ref(&wave), 8000, 1);
            let signal: f64 = wave.iter().map(|x| x * x).sum();
            let outcome = Outcome {
                kilobits_per_second: found.counted as f64 * 40.0 / seconds / 1000.0,
                snr_db: 10.0 * (signal / found.noise).log10(),
            };
            trials += 1;
            if !prices.tell(outcome) {
                assert!(goal.is_met(outcome), "{goal:?}: {outcome:?}");
                break;
            }
            assert!(trials < 12, "{goal:?}: {outcome:?}");
        }
    }
}

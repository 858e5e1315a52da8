//! `decode --from --to`: a part of a file, with the samples that the whole has there.

use std::fs;

use super::{Bench, waves};

const RATE: u32 = 44_100;

/// A file of several chunks, and the whole of it decoded.
fn bench(encode: &str, decode: &str) -> (Bench, Vec<Vec<f64>>) {
    let bench = Bench::new();
    let noise = |channel: usize| -> Vec<f64> {
        (0..50_000)
            .map(|i| ((i * 7919 + channel * 13) % 1013) as f64 / 2026.0 * ((i / 9000) % 2) as f64)
            .map(|x| f64::from(x as f32))
            .collect()
    };
    let channels = if encode.contains("raw") { 1 } else { 2 };
    bench.write("in.wav", RATE, &(0..channels).map(noise).collect::<Vec<_>>());
    bench.works(&format!("encode in.wav a.extrema --threshold off {encode}"));
    bench.works(&format!("decode a.extrema whole.wav {decode}"));
    let whole = bench.read("whole.wav");
    (bench, whole)
}

/// The frames of all channels from one time to another.
fn part(whole: &[Vec<f64>], from: f64, to: f64) -> Vec<Vec<f64>> {
    let [from, to] = [from, to].map(|seconds| (seconds * f64::from(RATE)).round() as usize);
    whole.iter().map(|samples| samples[from..to.min(samples.len())].to_vec()).collect()
}

#[test]
fn parts_are_those_of_the_whole() {
    for (encode, decode) in [
        ("--stereo ms", ""),
        ("--stereo linked --pack", ""),
        ("--raw", "--raw"),
        ("--pack", "--bits 16"),
    ] {
        let (bench, whole) = bench(encode, decode);
        for (options, from, to) in [
            ("--from 0.5 --to 0.7", 0.5, 0.7),
            ("--from 0:00:00.987", 0.987, 99.0),
            ("--to 0:00.3", 0.0, 0.3),
            ("--from 0 --to 1:30", 0.0, 90.0),
            ("--from 0.00002 --to 0.00005", 0.00002, 0.00005),
        ] {
            bench.works(&format!("decode a.extrema part.wav {decode} {options}"));
            assert!(bench.read("part.wav") == part(&whole, from, to), "{encode} {options}");
        }
    }
}

#[test]
fn a_part_of_a_file_without_an_index_is_found_by_reading() {
    let (bench, whole) = bench("", "");
    let bytes = fs::read(bench.path("a.extrema")).unwrap();
    fs::write(bench.path("cut.extrema"), &bytes[..bytes.len() - 1]).unwrap();
    let words = bench.fails("decode cut.extrema part.wav --from 0.2");
    assert!(words.contains("cut short") && words.contains("50000 frames"), "{words}");
    let salvage = "decode cut.extrema part.wav --from 0.2 --to 0.4 --salvage";
    assert_eq!(bench.run(salvage).status.code(), Some(2));
    assert!(bench.read("part.wav") == part(&whole, 0.2, 0.4));
    fs::write(bench.path("more.extrema"), [&bytes[..], b"more"].concat()).unwrap();
    bench.works("decode more.extrema part.wav --from 0.2 --to 0.4");
    assert!(bench.read("part.wav") == part(&whole, 0.2, 0.4));
}

/// Damage elsewhere is neither read nor noticed.
#[test]
fn only_the_part_is_read() {
    let (bench, whole) = bench("", "");
    let mut bytes = fs::read(bench.path("a.extrema")).unwrap();
    bytes[100] ^= 1;
    fs::write(bench.path("a.extrema"), bytes).unwrap();
    assert!(bench.fails("decode a.extrema part.wav").contains("damaged at byte 64"));
    bench.works("decode a.extrema part.wav --from 1 --to 1.1");
    assert!(bench.read("part.wav") == part(&whole, 1.0, 1.1));
    assert!(bench.fails("decode a.extrema part.wav --from 0.01").contains("damaged at byte 64"));
}

#[test]
fn times_that_make_no_part_are_refused() {
    let bench = Bench::new();
    bench.write("in.wav", RATE, &waves(1, 44_100));
    bench.works("encode in.wav a.extrema");
    for (options, words) in [
        ("--from 1", "only 1.000 seconds long"),
        ("--from 1:00:00", "only 1.000 seconds long"),
        ("--from 0.5 --to 0.5", "--to is not behind --from"),
        ("--from 0.5 --to 0.2", "--to is not behind --from"),
    ] {
        let said = bench.fails(&format!("decode a.extrema part.wav {options}"));
        assert!(said.contains(words), "{options}: {said}");
    }
    for time in ["x", "-1", "1:", ":1", "1:2:3:4", "1.5:00", "inf", "nan", "+1", "1:-2", "1e"] {
        let said = bench.fails(&format!("decode a.extrema part.wav --from={time}"));
        assert!(said.contains("1:23.5"), "{time}: {said}");
    }
}

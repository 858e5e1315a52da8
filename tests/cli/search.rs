//! Encoding with a search: the rate or SNR asked for, what the file says of it, and what is refused.

use extrema::codec::{Effort, Price, SearchSettings, Settings, StereoMode, Weight};
use extrema::container::Reader;

use super::{Bench, waves};

/// A line of what `inspect` prints.
fn line(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line[name.len()..].trim().to_owned()
}

/// Settings by a file's own account.
fn settings(bench: &Bench, name: &str) -> Settings {
    let file = std::fs::read(bench.path(name)).unwrap();
    let mut reader = Reader::new(&file[..]).unwrap();
    while reader.read().unwrap().is_some() {}
    reader.header().settings
}

fn snr(bench: &Bench, name: &str) -> f64 {
    let text = bench.works(&format!("inspect {name} --original in.wav"));
    line(&text, "SNR").split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn an_snr_and_a_rate_are_met() {
    let bench = Bench::new();
    // No two of its segments are alike, so that an SNR or a rate has no gaps.
    bench.write("in.wav", 44_100, &[test_signals::white_noise(8_000, 0.5, 1)]);
    bench.works("encode in.wav a.extrema --effort fast --snr 15");
    let found = snr(&bench, "a.extrema");
    assert!((found - 15.0).abs() <= 0.1, "{found} dB");
    bench.works("encode in.wav a.extrema --effort best --rate 300");
    let rate = line(&bench.works("inspect a.extrema"), "record rate");
    let kilobits: f64 = rate.split(' ').next().unwrap().parse().unwrap();
    assert!((kilobits / 300.0 - 1.0).abs() <= 0.011, "{rate}");
}

#[test]
fn a_file_says_how_it_was_searched_for() {
    let bench = Bench::new();
    bench.write("in.wav", 48_000, &waves(2, 3000));
    let options = "--effort fast --lambda 12345 --weight hearing --stereo ms --curves 48";
    bench.works(&format!("encode in.wav a.extrema {options}"));
    let said = line(&bench.works("inspect a.extrema"), "settings");
    let wanted = "effort fast, lambda 12345, weight hearing, curves 48, longest max";
    assert_eq!(said, wanted);
    let header = settings(&bench, "a.extrema");
    assert_eq!(header.stereo, StereoMode::MidSide);
    let price = Price::from_squared_steps(12_345.0);
    let search = SearchSettings { effort: Effort::Fast, price, weight: Weight::Hearing };
    assert_eq!(header.search, Some(search));
    bench.works("decode a.extrema out.wav");
    assert_eq!(bench.read("out.wav")[1].len(), 3000);
}

#[test]
fn live_is_the_default_and_unchanged() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 5000));
    bench.works("encode in.wav a.extrema");
    bench.works("encode in.wav b.extrema --effort live --weight none");
    let read = |name| std::fs::read(bench.path(name)).unwrap();
    assert!(read("a.extrema") == read("b.extrema"));
    assert_eq!(settings(&bench, "a.extrema").search, None);
}

#[test]
fn what_cannot_be_heeded_is_refused() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 100));
    for (options, words) in [
        ("--snr 30", "--effort best"),
        ("--effort live --rate 64", "--effort best"),
        ("--lambda 100", "--effort best"),
        ("--weight hearing", "--effort best"),
        ("--effort best", "--snr dB"),
        ("--effort best --snr 30 --rate 64", "leave one out"),
        ("--effort fast --lambda 9 --threshold 50steps", "--threshold"),
        ("--effort best --lambda 9 --detector peak", "--detector"),
        ("--effort best --lambda 9 --loop", "--loop"),
        ("--effort best --lambda 0", "price"),
        ("--effort best --snr -3", "above 0"),
        ("--effort best --rate nan", "above 0"),
        ("--effort slow --snr 9", "live, fast, best"),
    ] {
        let message = bench.fails(&format!("encode in.wav a.extrema {options}"));
        assert!(message.contains(words), "{options}: {message}");
    }
}

#[test]
fn what_cannot_be_reached_is_said() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 500));
    let output = bench.run("encode in.wav a.extrema --effort fast --snr 400");
    assert!(output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("no price of a record comes nearer"), "{words}");
    // Of nothing, nothing can be lost.
    bench.write("in.wav", 44_100, &waves(1, 0));
    bench.works("encode in.wav b.extrema --effort best --snr 30");
}

//! Codebooks of one's own.

use std::fs;

use extrema::codec::{Codebook, codebook_csv, to_f32};
use extrema::effect::{Effect, Latency};

use crate::{Bench, waves};

/// Curves other than the standard ones, in a file.
fn own(bench: &Bench) -> std::sync::Arc<Codebook> {
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    fs::write(bench.path("own.csv"), codebook_csv::write(&rows, "Mine")).unwrap();
    Codebook::own(&rows)
}

#[test]
fn a_table_can_be_printed_changed_and_used() {
    let bench = Bench::new();
    let table = bench.works("curves --table");
    assert_eq!(Codebook::from_csv(table.as_bytes()).unwrap().name(), Codebook::STANDARD);
    let codebook = own(&bench);
    let table = bench.works("curves --table --codebook own.csv");
    assert_eq!(Codebook::from_csv(table.as_bytes()).unwrap(), codebook);
    let value = codebook.curves().value(3, 1, 4).to_string();
    let rows = bench.works("curves --csv --samples 5 --codebook own.csv");
    assert_eq!(rows.lines().nth(2).unwrap().split(',').nth(1), Some(&*value));
}

#[test]
fn the_example_is_a_codebook_of_its_own() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/codebooks/ripples.csv");
    let codebook = Codebook::from_csv(&fs::read(example).unwrap()).unwrap();
    assert!(codebook.name().starts_with("own-"), "{}", codebook.name());
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 20_000));
    bench.works(&format!("encode in.wav a.extrema --codebook {example}"));
    bench.works("encode in.wav b.extrema");
    bench.works("decode a.extrema a.wav");
    bench.works("decode b.extrema b.wav");
    assert_ne!(bench.read("a.wav"), bench.read("b.wav"));
}

#[test]
fn what_is_encoded_with_a_codebook_is_decoded_with_it() {
    let bench = Bench::new();
    own(&bench);
    bench.write("in.wav", 44_100, &waves(1, 20_000));
    for options in ["--threshold 200lsb", "--effort fast --lambda 1000"] {
        let encode = format!("encode in.wav --raw {options}");
        bench.works(&format!("{encode} own.raw --codebook own.csv"));
        bench.works(&format!("{encode} standard.raw"));
        assert_ne!(
            fs::read(bench.path("own.raw")).unwrap(),
            fs::read(bench.path("standard.raw")).unwrap(),
            "{options}"
        );
        let snr = |codebook: &str| -> f64 {
            let text = bench.works(&format!("inspect own.raw --raw --original in.wav {codebook}"));
            let line = text.lines().find(|line| line.starts_with("SNR")).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        assert!(snr("--codebook own.csv") > snr(""), "{options}");
    }
    bench.works("encode in.wav own.extrema --codebook own.csv");
    bench.works("decode own.extrema own.wav");
    bench.works("encode in.wav own.raw --raw --codebook own.csv");
    bench.works("decode own.raw raw.wav --raw --codebook own.csv");
    assert_eq!(bench.read("own.wav"), bench.read("raw.wav"), "a container carries its curves");
    let noted = bench.run("encode in.wav own.raw --raw --codebook own.csv");
    assert!(String::from_utf8(noted.stderr).unwrap().contains("--raw --codebook"));
    bench.works("decode own.raw a.wav --raw --codebook own.csv");
    bench.works("decode own.raw b.wav --raw");
    assert_ne!(fs::read(bench.path("a.wav")).unwrap(), fs::read(bench.path("b.wav")).unwrap());
}

#[test]
fn render_plays_with_a_codebook() {
    let bench = Bench::new();
    let codebook = own(&bench);
    let wave = waves(1, 20_000).remove(0);
    bench.write("in.wav", 44_100, std::slice::from_ref(&wave));
    bench.works("render in.wav out.wav --codebook own.csv --bits 32f");
    let mut effect = Effect::new(&codebook, 44_100.0, 1, Latency::Full);
    let latency = effect.latency() as usize;
    let mut expected: Vec<f32> = bench.read("in.wav")[0].iter().map(|&x| to_f32(x)).collect();
    expected.resize(expected.len() + latency, 0.0);
    effect.process(&mut [&mut expected], &mut ());
    let found: Vec<f32> = bench.read("out.wav")[0].iter().map(|&x| to_f32(x)).collect();
    assert!(found == expected[latency..]);
}

#[test]
fn mistakes_name_the_file_the_place_and_the_remedy() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 1000));
    fs::write(bench.path("cut.csv"), "1,0,0,0,0,0,0\n2,0,0,0,0,0,0\n3,0,0,0,0\n").unwrap();
    fs::write(bench.path("large.csv"), vec![b'#'; 2 << 20]).unwrap();
    for (command, words) in [
        ("encode in.wav a.extrema --codebook cut.csv", "cut.csv, line 3, column 6"),
        ("render in.wav out.wav --codebook cut.csv", "cut.csv, line 3, column 6"),
        ("curves --table --codebook cut.csv", "cut.csv, line 3, column 6"),
        ("encode in.wav a.extrema --codebook none.csv", "none.csv: there is no such file"),
        ("encode in.wav a.extrema --codebook large.csv", "large.csv is too large"),
        ("encode in.wav a.extrema --codebook in.wav", "in.wav, line "),
        ("decode a.extrema out.wav --codebook cut.csv", "--raw"),
        ("curves", "--csv"),
        ("curves --csv --table", "--table"),
    ] {
        let complaint = bench.fails(command);
        assert!(complaint.contains(words), "{command}: {complaint}");
        assert!(!complaint.contains("panicked"), "{command}: {complaint}");
    }
}

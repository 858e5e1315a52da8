//! `encode --pack` and `pack`: less space, the same samples.

use std::fs;

use super::{Bench, waves};

#[test]
fn packed_files_are_smaller_and_decode_to_the_same() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 60_000));
    let options = "--threshold off --stereo ms --follow 20";
    bench.works(&format!("encode in.wav plain.extrema {options}"));
    bench.works(&format!("encode in.wav packed.extrema --pack {options}"));
    bench.works("pack plain.extrema again.extrema");
    bench.works("pack packed.extrema back.extrema --unpack");
    let [plain, packed, again, back] = ["plain", "packed", "again", "back"]
        .map(|name| fs::read(bench.path(&format!("{name}.extrema"))).unwrap());
    assert!(packed.len() * 4 < plain.len() * 3, "{} of {}", packed.len(), plain.len());
    assert!(again == packed && back == plain);
    bench.works("decode plain.extrema a.wav");
    bench.works("decode packed.extrema b.wav");
    assert!(fs::read(bench.path("a.wav")).unwrap() == fs::read(bench.path("b.wav")).unwrap());
    // What it says of itself is the same but for names and sizes.
    let records = |name: &str| bench.works(&format!("inspect {name}.extrema --records"));
    assert_eq!(records("plain"), records("packed"));
}

#[test]
fn what_cannot_be_packed_is_refused() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 10_000));
    assert!(bench.fails("encode in.wav a.raw --raw --pack").contains("--pack"));
    bench.works("encode in.wav a.extrema");
    let bytes = fs::read(bench.path("a.extrema")).unwrap();
    fs::write(bench.path("cut.extrema"), &bytes[..bytes.len() - 5]).unwrap();
    assert!(bench.fails("pack cut.extrema b.extrema").contains("cut short"));
    assert!(bench.fails("pack in.wav b.extrema").contains("not an .extrema file"));
    assert!(bench.fails("pack a.extrema a.extrema").contains("both input and output"));
    assert!(bench.fails("pack a.extrema a.wav").contains(".extrema"));
}

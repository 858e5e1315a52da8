//! Files with a codebook of one's own: decoded and looked at like any other.

use std::fs;

use extrema::codec::{Codebook, Decoder, Record, to_f32};
use extrema::container::{Header, Writer};

use super::Bench;

#[test]
fn a_file_is_decoded_with_the_curves_that_it_carries() {
    let bench = Bench::new();
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    let own = Codebook::own(&rows);
    let curve = |i: u16| Record::curve((i % 250) as u8 + 1, 9 + i % 21, (i as i16 - 70) * 400);
    let records: Vec<Record> = (0..137).map(curve).collect();
    let mut writer = Writer::new(Vec::new(), Header::new(44_100, 1, &own)).unwrap();
    writer.write(0, &records).unwrap();
    let bytes = writer.finish().unwrap().0;
    fs::write(bench.path("a.extrema"), &bytes).unwrap();
    bench.works("decode a.extrema a.wav");
    let decode = |codebook| {
        let mut decoder = Decoder::new(codebook, 1);
        decoder.push(0, &records);
        let mut samples = vec![0.0; decoder.available()];
        decoder.read(&mut [&mut samples], |_| ());
        samples.iter().map(|x| f64::from(to_f32(*x))).collect::<Vec<f64>>()
    };
    assert!(bench.read("a.wav") == [decode(&own)]);
    assert!(decode(&own) != decode(&Codebook::standard()));
    let text = bench.works("inspect a.extrema");
    assert!(text.contains("137"), "{text}");
    let said = format!("codebook    {}, the file's own, 255 curves", own.name());
    assert!(text.lines().any(|line| line == said), "{text}");
    let file = bench.json("inspect a.extrema --json");
    assert_eq!(file["codebook"], own.name());
    assert_eq!((&file["codebook_source"], &file["codebook_curves"]), (&"file".into(), &255.into()));

    // Without them it is refused, with the remedy.
    fs::write(bench.path("b.extrema"), [&bytes[..64], &bytes[64 + 1550..]].concat()).unwrap();
    for command in ["decode b.extrema b.wav", "inspect b.extrema"] {
        let words = bench.fails(command);
        assert!(words.contains(own.name()) && words.contains("update Extrema"), "{words}");
    }
}

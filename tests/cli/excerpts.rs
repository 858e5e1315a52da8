//! Excerpts, such as recordings: decoded without their lead-in, as long as they say.

use std::fs;

use extrema::codec::{Codebook, Decoder, Record, to_f32};
use extrema::container::{Header, Writer};

use super::Bench;

const LEAD_IN: usize = 90;

/// A stream of 4110 frames.
fn records() -> Vec<Record> {
    let curve = |i: u16| Record::curve((i % 250) as u8 + 1, 20 + i % 21, (i as i16 - 70) * 400);
    (0..137).map(curve).collect()
}

fn file(frames: u64) -> Vec<u8> {
    let header =
        Header { lead_in: Some(LEAD_IN as u32), ..Header::new(44_100, 1, &Codebook::standard()) };
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    writer.write(0, &records()).unwrap();
    writer.finish_at(frames).unwrap().0
}

/// All frames that the records stand for.
fn decoded() -> Vec<f64> {
    let mut decoder = Decoder::new(&Codebook::standard(), 1);
    decoder.push(0, &records());
    let mut samples = vec![0.0; decoder.available()];
    decoder.read(&mut [&mut samples], |_| ());
    samples.iter().map(|x| f64::from(to_f32(*x))).collect()
}

#[test]
fn an_excerpt_is_decoded_from_its_first_frame_to_its_last() {
    let (bench, all) = (Bench::new(), decoded());
    let frames = all.len() - LEAD_IN - 7;
    fs::write(bench.path("a.extrema"), file(frames as u64)).unwrap();
    bench.works("decode a.extrema a.wav");
    assert_eq!(bench.read("a.wav"), [&all[LEAD_IN..LEAD_IN + frames]]);

    let text = bench.works("inspect a.extrema");
    assert!(text.contains(&format!("{frames} frames")), "{text}");
    let said = format!("excerpt     {LEAD_IN} frames are decoded before its first and left out");
    assert!(text.contains(&said), "{text}");
    assert_eq!(bench.json("inspect a.extrema --json")["lead_in_frames"], LEAD_IN);
    let listed = bench.works("inspect a.extrema --records");
    let first = listed.lines().nth(1).unwrap();
    assert!(first.starts_with(&format!("0\t-{LEAD_IN}\t1\t20\t0\t")), "{first}");
}

#[test]
fn an_excerpt_that_is_cut_short_is_salvaged_without_its_lead_in() {
    let (bench, all) = (Bench::new(), decoded());
    let whole = file((all.len() - LEAD_IN - 7) as u64);
    // Without the end chunk.
    fs::write(bench.path("a.extrema"), &whole[..whole.len() - 44]).unwrap();
    assert!(bench.fails("decode a.extrema a.wav").contains("--salvage"));
    assert_eq!(bench.run("decode a.extrema a.wav --salvage").status.code(), Some(2));
    assert_eq!(bench.read("a.wav"), [&all[LEAD_IN..]]);
}

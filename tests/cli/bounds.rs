//! Time and memory are bounded by the file, and a file that is cut short is never taken for a whole one.

use std::time::{Duration, Instant};
use std::{fs, iter};

use extrema::codec::{Codebook, Record};
use extrema::container::raw::RawWriter;
use extrema::container::{Header, Writer};

use super::{Bench, waves};

/// What refusing or counting may take, even in a debug build on a busy machine. Drawing what these
/// files stand for would take minutes.
const AT_ONCE: Duration = Duration::from_secs(5);

fn raw(records: &[Record]) -> Vec<u8> {
    let mut bytes = RawWriter::new(Vec::new());
    bytes.write(records).unwrap();
    bytes.finish().unwrap()
}

fn container(frames: Option<u64>, streams: &[Vec<Record>]) -> Vec<u8> {
    let header =
        Header { frames, ..Header::new(44_100, streams.len() as u8, &Codebook::standard()) };
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    for (number, records) in streams.iter().enumerate() {
        writer.write(number, records).unwrap();
    }
    writer.finish().unwrap().0
}

/// Records that stand for far more than anybody has recorded: alternating, so that none are merged.
fn silence(count: usize, length: u32) -> Vec<Record> {
    let pair = [Record::hold(length), Record::curve(1, 1, 1)];
    iter::repeat_n(pair, count).flatten().collect()
}

#[test]
fn files_that_stand_for_absurd_lengths_are_counted_and_refused_at_once() {
    let bench = Bench::new();
    let one_hold = vec![Record::hold(u32::MAX)];
    for (name, options, bytes) in [
        ("one.raw", " --raw", raw(&one_hold)),
        ("one16.raw", " --raw --bits 16", raw(&one_hold)),
        ("many.raw", " --raw", raw(&silence(3000, u32::MAX))),
        ("moderate.raw", " --raw", raw(&silence(60_000, 20_000))),
        ("mono.extrema", "", container(None, std::slice::from_ref(&one_hold))),
        ("stereo.extrema", "", container(Some(u64::from(u32::MAX)), &[one_hold.clone(), one_hold])),
        ("wide.extrema", " --bits 16", container(None, &vec![silence(1, 20_000_000); 255])),
    ] {
        fs::write(bench.path(name), bytes).unwrap();
        let begin = Instant::now();
        let words = bench.fails(&format!("decode {name} out.wav{options}"));
        assert!(words.contains("--allow-long") && words.contains("GiB"), "{words}");
        let inspect =
            format!("inspect {name}{}", if name.ends_with("raw") { " --raw" } else { "" });
        assert!(bench.works(&inspect).contains("frames"));
        bench.works(&format!("{inspect} --records"));
        assert!(begin.elapsed() < AT_ONCE, "{name}: {:?}", begin.elapsed());
    }
}

#[test]
fn silence_of_a_length_that_is_recorded_is_decoded() {
    let bench = Bench::new();
    fs::write(bench.path("a.raw"), raw(&[Record::hold(600_000)])).unwrap();
    bench.works("decode a.raw out.wav --raw");
    assert_eq!(bench.read("out.wav"), [vec![0.0; 600_000]]);
}

#[test]
fn a_comparison_ends_with_the_shorter_file() {
    let bench = Bench::new();
    fs::write(bench.path("a.raw"), raw(&[Record::hold(u32::MAX)])).unwrap();
    bench.write("in.wav", 44_100, &waves(1, 100));
    let begin = Instant::now();
    assert!(bench.fails("inspect a.raw --raw --original in.wav").contains("shorter"));
    assert!(begin.elapsed() < AT_ONCE);
}

#[test]
fn a_stream_longer_than_the_header_is_damage_and_not_drawn() {
    let bench = Bench::new();
    for (before, offset) in [(vec![], 84), (vec![Record::curve(1, 9, 5)], 89)] {
        let records = [before, vec![Record::hold(u32::MAX)]].concat();
        let mut bytes = container(None, &[records]);
        bytes[16..24].copy_from_slice(&9_u64.to_le_bytes());
        let checksum = crc32fast::hash(&bytes[..60]);
        bytes[60..64].copy_from_slice(&checksum.to_le_bytes());
        fs::write(bench.path("a.extrema"), bytes).unwrap();
        let begin = Instant::now();
        for command in ["decode a.extrema out.wav --allow-long", "inspect a.extrema"] {
            let words = bench.fails(command);
            assert!(words.contains(&format!("damaged at byte {offset}: ")), "{words}");
        }
        assert!(begin.elapsed() < AT_ONCE);
    }
}

/// A stream that is silent to the end writes nothing until then, while the other fills the file.
#[cfg(target_os = "linux")]
#[test]
fn a_stream_far_ahead_of_another_is_not_kept_in_memory() {
    const COUNT: u32 = 1_000_000;
    let bench = Bench::new();
    let busy = (0..COUNT).map(|i| Record::curve(1, 1, i as i16)).collect();
    let bytes = container(Some(u64::from(COUNT)), &[busy, vec![Record::hold(COUNT)]]);
    fs::write(bench.path("a.extrema"), bytes).unwrap();
    let mut child = bench.command("decode a.extrema out.wav --bits 16").spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0_u32;
    while child.try_wait().unwrap().is_none() {
        // In kilobytes, without the program's own code. Gone between the process's end and our
        // noticing it.
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let size = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(size.unwrap_or(0));
    }
    // The program alone takes 2.6 MB; the records would be another 8 or 16.
    assert!((1..6_000).contains(&peak), "{peak} kB");
    let decoded = bench.read("out.wav");
    for (i, &sample) in (0..COUNT).zip(&decoded[0]) {
        assert_eq!(sample, f64::from(i as i16) / 32_767.0, "{i}");
    }
    assert!(decoded[1] == vec![0.0; COUNT as usize]);
}

#[test]
fn a_file_cut_short_is_decoded_only_if_that_is_asked_for() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 100_000));
    bench.works("encode in.wav a.extrema --threshold off --longest 0.1");
    bench.works("encode in.wav a.raw --raw --channel 1 --threshold off --longest 0.1");
    bench.works("decode a.extrema whole.wav");
    bench.works("decode a.raw raw.wav --raw");
    let container = fs::read(bench.path("a.extrema")).unwrap();
    let raw = fs::read(bench.path("a.raw")).unwrap();
    let mut unknown = container.clone();
    unknown[16..24].fill(0xff);
    let checksum = crc32fast::hash(&unknown[..60]);
    unknown[60..64].copy_from_slice(&checksum.to_le_bytes());

    for (cut, whole, options, words) in [
        (&container[..container.len() - 1], "whole.wav", "", "of 100000 frames"),
        (&container[..container.len() / 2], "whole.wav", "", "of 100000 frames"),
        (&container[..100], "whole.wav", "", "0 of 100000 frames (0.0 %)"),
        (&container[..64], "whole.wav", "", "0 of 100000 frames (0.0 %)"),
        (&unknown[..unknown.len() / 2], "whole.wav", "", "does not say of how many"),
        (&raw[..raw.len() - 1], "raw.wav", " --raw", "4 of 5 bytes"),
        (&raw[..33], "raw.wav", " --raw", "3 of 5 bytes"),
    ] {
        let _ = fs::remove_file(bench.path("out.wav"));
        fs::write(bench.path("cut"), cut).unwrap();
        let complaint = bench.fails(&format!("decode cut out.wav{options}"));
        assert!(complaint.contains(words) && complaint.contains("--salvage"), "{complaint}");

        let output = bench.run(&format!("decode cut out.wav --salvage{options}"));
        assert_eq!(output.status.code(), Some(2));
        let warning = String::from_utf8(output.stderr).unwrap();
        assert!(warning.contains("cut short") && warning.contains(words), "{warning}");
        let (salvaged, whole) = (bench.read("out.wav"), bench.read(whole));
        let frames = salvaged[0].len();
        assert!(warning.contains(&format!("{frames} ")), "{frames}: {warning}");
        for (salvaged, whole) in salvaged.iter().zip(&whole) {
            assert!(whole.starts_with(salvaged));
            // One chunk of 4096 records is missing at most, each of up to 4 samples.
            let share = cut.len() as f64 / container.len().max(1) as f64;
            let expected = if options.is_empty() { share * 100_000.0 - 20_000.0 } else { 0.0 };
            assert!(frames as f64 >= expected, "{frames}");
        }

        let output = bench.run(&format!("inspect cut{options}"));
        assert!(output.status.success());
        let summary = String::from_utf8(output.stdout).unwrap();
        let line = summary.lines().find(|line| line.starts_with("cut short")).unwrap();
        assert!(line.contains(words), "{line}");
    }
    // Of a header alone, nothing can be told.
    fs::write(bench.path("cut"), &container[..63]).unwrap();
    assert!(bench.fails("decode cut out.wav --salvage").contains("within its header"));
    // A whole file is no occasion for a warning.
    bench.works("decode a.extrema out.wav --salvage");

    fs::write(bench.path("cut"), &container[..container.len() / 2]).unwrap();
    assert!(bench.works("inspect cut --original in.wav").contains("SNR"));
}

#[test]
fn sample_rates_that_make_no_sense_are_refused() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 100));
    bench.works("encode in.wav a.raw --raw");
    let wav = fs::read(bench.path("in.wav")).unwrap();
    for (rate, is_valid) in [
        (0_u32, false),
        (1, false),
        (199, false),
        (200, true),
        (8000, true),
        (768_000, true),
        (4_000_000, true),
        (4_000_001, false),
        (u32::MAX, false),
    ] {
        let mut changed = wav.clone();
        let at = changed.windows(4).position(|bytes| bytes == b"fmt ").unwrap() + 12;
        changed[at..at + 4].copy_from_slice(&rate.to_le_bytes());
        fs::write(bench.path("changed.wav"), changed).unwrap();
        for command in [
            format!("decode a.raw out.wav --raw --rate {rate}"),
            "encode changed.wav out.extrema".to_owned(),
            "encode changed.wav out.raw --raw".to_owned(),
            "render changed.wav out.wav".to_owned(),
        ] {
            if is_valid {
                bench.works(&command);
            } else {
                let words = bench.fails(&command);
                assert!(words.contains("rate"), "{command}: {words}");
            }
        }
    }
}

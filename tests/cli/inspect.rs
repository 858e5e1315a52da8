//! What `inspect` says as JSON and draws.

use std::fs;

use extrema::codec::Record;
use extrema::container::raw::RawWriter;
use serde_json::Value;

use super::{Bench, waves};

impl Bench {
    /// The only file in the JSON that a command prints.
    pub fn json(&self, command: &str) -> Value {
        let mut report: Value = serde_json::from_str(&self.works(command)).unwrap();
        assert_eq!(report["version"], 1);
        let files = report["files"].as_array_mut().unwrap();
        assert_eq!(files.len(), 1);
        files.remove(0)
    }
}

/// The sum of a list's numbers, or of a field of each.
fn sum(list: &Value, field: Option<&str>) -> f64 {
    let items = list.as_array().unwrap().iter();
    items.map(|item| field.map_or(item, |field| &item[field]).as_f64().unwrap()).sum()
}

#[test]
fn json_has_what_the_text_has_and_more() {
    let bench = Bench::new();
    bench.write("in.wav", 48_000, &waves(2, 100_000));
    bench.works("encode in.wav a.extrema --threshold 20lsb --stereo ms --levels 12");
    let file = bench.json("inspect a.extrema --json --original in.wav");
    let text = bench.works("inspect a.extrema --original in.wav");
    assert_eq!(file["file"], "a.extrema");
    assert_eq!(file["format"], "extrema");
    assert_eq!(file["codebook"], "extrema-1");
    assert_eq!(file["channels"], 2);
    assert_eq!(file["sample_rate_hz"], 48_000);
    assert_eq!(file["frames"], 100_000);
    assert_eq!(file["bytes"], fs::metadata(bench.path("a.extrema")).unwrap().len());
    assert!(file["cut_short"].is_null() && file["lead_in_frames"].is_null());
    let settings = &file["settings"];
    assert_eq!(settings["threshold_steps"], 20.0);
    assert_eq!((&settings["stereo"], &settings["detector"]), (&"ms".into(), &"slope".into()));
    assert_eq!(settings["levels_bits"], 12.0);
    assert!(settings["search"].is_null());

    let records = &file["records"];
    let total = records["total"].as_f64().unwrap();
    assert!(text.contains(&format!("records     {total}: ")), "{text}");
    assert_eq!(sum(&file["by_ordinal"], None), total);
    assert_eq!(file["by_ordinal"].as_array().unwrap().len(), 256);
    assert_eq!(file["by_ordinal"][0], records["holds"]);
    assert_eq!(sum(&file["by_length"], Some("holds")), records["holds"].as_f64().unwrap());
    assert_eq!(sum(&file["by_length"], Some("curves")), records["curves"].as_f64().unwrap());
    let rate = file["rate"]["kbits_per_second"].as_f64().unwrap();
    assert!(text.contains(&format!("{rate:.1} kbit/s")), "{text}");
    let snr = &file["snr"];
    assert!(text.contains(&format!("{:.2} dB", snr["db"].as_f64().unwrap())), "{text}");
    assert_eq!(snr["by_channel_db"].as_array().unwrap().len(), 2);

    // Two seconds and a bit, in intervals of a twentieth.
    let over_time = &file["over_time"];
    assert_eq!(over_time["interval_seconds"], 0.05);
    let rates = over_time["kbits_per_second"].as_array().unwrap();
    assert_eq!(rates.len(), 42);
    assert_eq!(over_time["snr_db"].as_array().unwrap().len(), 42);
    let kilobits: f64 = rates[..41].iter().map(|rate| rate.as_f64().unwrap() * 0.05).sum();
    let last = rates[41].as_f64().unwrap() * (100_000.0 / 48_000.0 - 41.0 * 0.05);
    assert!((kilobits + last - total * 40.0 / 1000.0).abs() < 0.01);
}

#[test]
fn json_counts_known_records() {
    let bench = Bench::new();
    let mut raw = RawWriter::new(Vec::new());
    let records = [
        Record::curve(7, 1, 100),
        Record::curve(9, 5, -100),
        Record::hold(200),
        Record::curve(9, 4, 0),
    ];
    raw.write(&records).unwrap();
    fs::write(bench.path("a.raw"), raw.finish().unwrap()).unwrap();
    let file = bench.json("inspect a.raw --raw --rate 1000 --json");
    assert_eq!(file["format"], "raw");
    assert!(file["settings"].is_null() && file["snr"].is_null());
    let lengths = file["by_length"].as_array().unwrap();
    let used: Vec<String> = lengths
        .iter()
        .filter(|range| sum(&[range["curves"].clone(), range["holds"].clone()].into(), None) > 0.0)
        .map(|range| {
            format!("{}-{}: {}+{}", range["from"], range["to"], range["curves"], range["holds"])
        })
        .collect();
    assert_eq!(used, ["1-1: 1+0", "4-5: 2+0", "192-255: 0+1"]);
    // 210 frames at 1 kHz: intervals of 50 ms. The hold has 0.2 bits a frame.
    let rates = &file["over_time"]["kbits_per_second"];
    assert_eq!(rates.as_array().unwrap().len(), 5);
    assert_eq!(rates[1], 0.2);
    // Two records and 44 frames of the hold in the first 50 ms.
    assert_eq!(rates[0], ((80.0 + 44.0 * 0.2_f64) / 50.0 * 1000.0).round() / 1000.0);
    assert!(file["over_time"]["snr_db"].is_null());
}

#[test]
fn json_of_many_files_is_one_list_of_those_that_can_be_read() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 1000));
    for name in ["a", "b"] {
        bench.works(&format!("encode in.wav {name}.extrema"));
    }
    fs::write(bench.path("c.extrema"), "EXTREMA").unwrap();
    let output = bench.run("inspect a.extrema c.extrema b.extrema --json");
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = report["files"].as_array().unwrap().iter();
    let names: Vec<&str> = files.map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["a.extrema", "b.extrema"]);
    // An empty file has no rate.
    bench.write("in.wav", 44_100, &waves(1, 0));
    bench.works("encode in.wav a.extrema");
    assert!(bench.json("inspect a.extrema --json")["rate"].is_null());
}

/// The chunks of records that are plain and those that are packed, with the size of all payloads, and
/// whether there is an index: read as docs/FORMAT.md has it.
fn chunks(file: &[u8]) -> ([u64; 2], u64, bool) {
    let (mut count, mut size, mut has_index) = ([0; 2], 0, false);
    let mut rest = &file[64..];
    while let [kind, _, encoding, ..] = *rest {
        let payload = u32::from_le_bytes(rest[8..12].try_into().unwrap());
        if kind == 1 {
            count[usize::from(encoding)] += 1;
            size += u64::from(payload);
        }
        has_index |= kind == 0x83;
        rest = &rest[20 + payload as usize..];
    }
    (count, size, has_index)
}

#[test]
fn a_summary_says_how_records_are_stored_and_what_the_file_takes() {
    let bench = Bench::new();
    let noise = test_signals::white_noise(30_000, 0.5, 1);
    bench.write("long.wav", 44_100, &[noise.clone(), noise]);
    bench.write("short.wav", 44_100, &waves(2, 2000));
    let mut half_silent = waves(2, 20_000);
    half_silent[1].fill(0.0);
    bench.write("half.wav", 44_100, &half_silent);
    for (name, options, is_packed, has_index) in [
        ("long", "", "plain, five bytes a record", true),
        ("long", "--pack", "packed, # % of five bytes a record", false),
        ("short", "", "plain, five bytes a record", false),
        ("half", "--pack", "1 of 2 chunks packed, # % of five bytes a record", false),
    ] {
        bench.works(&format!("encode {name}.wav a.extrema {options}"));
        let ([plain, packed], bytes, index) = chunks(&fs::read(bench.path("a.extrema")).unwrap());
        let file = bench.json("inspect a.extrema --json");
        let stored = &file["storage"];
        assert_eq!(stored["chunks"], plain + packed, "{name}");
        assert_eq!(stored["packed_chunks"], packed);
        assert_eq!(stored["bytes"], bytes);
        assert_eq!((stored["has_index"].as_bool(), index), (Some(has_index), has_index));
        let total = file["records"]["total"].as_f64().unwrap();
        let percent = 20.0 * bytes as f64 / total;
        assert!((stored["percent_of_plain"].as_f64().unwrap() - percent).abs() < 1e-9);

        // Of stereo at 44.1 kHz in 16 bits.
        let seconds = file["frames"].as_f64().unwrap() / 44_100.0;
        let size = fs::metadata(bench.path("a.extrema")).unwrap().len() as f64;
        let [on_disk, of_records] = [8.0 * size, 40.0 * total].map(|bits| bits / seconds / 1000.0);
        let text = bench.works("inspect a.extrema");
        let ratio = 100.0 * on_disk / 1411.2;
        for line in [
            format!("stored      {}", is_packed.replace('#', &format!("{percent:.1}"))),
            format!("index       {}", if has_index { "yes" } else { "none" }),
            "codebook    extrema-1, built in, 255 curves".to_owned(),
            format!("rate        {on_disk:.1} kbit/s: the whole file as it lies on disk"),
            format!("ratio       {ratio:.1} % of 16-bit PCM's 1411.2 kbit/s"),
            format!(
                "record rate {of_records:.1} kbit/s at five bytes a record, {:.1} records/s",
                total / seconds
            ),
        ] {
            assert!(text.lines().any(|found| found == line), "{name} {options}: {line}\n{text}");
        }
        let rate = &file["rate"];
        assert!((rate["file_kbits_per_second"].as_f64().unwrap() - on_disk).abs() < 1e-6);
        assert!((rate["kbits_per_second"].as_f64().unwrap() - of_records).abs() < 1e-6);
        bench.works("inspect a.extrema --plot plot.svg");
        let plot = fs::read_to_string(bench.path("plot.svg")).unwrap();
        assert!(plot.contains(&format!("{on_disk:.1} kbit/s on disk, {ratio:.0} % of 16-bit PCM")));
    }
    // A file without records.
    bench.write("none.wav", 44_100, &waves(1, 0));
    bench.works("encode none.wav a.extrema");
    assert!(bench.json("inspect a.extrema --json")["storage"]["percent_of_plain"].is_null());
    assert!(bench.works("inspect a.extrema").contains("stored      plain"));
}

#[test]
fn what_a_raw_stream_does_not_say_is_not_made_up() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 1000));
    bench.works("encode in.wav a.raw --raw");
    let text = bench.works("inspect a.raw --raw");
    assert!(!text.contains("\nstored") && !text.contains("\nindex"), "{text}");
    assert!(text.contains("codebook    extrema-1, built in, 255 curves; a raw stream"), "{text}");
    let file = bench.json("inspect a.raw --raw --json");
    assert!(file["storage"].is_null());
    assert_eq!(file["codebook_source"], "built-in");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/codebooks/ripples.csv");
    let inspect = format!("inspect a.raw --raw --codebook {example}");
    assert!(bench.works(&inspect).contains(", given with --codebook, 255 curves\n"));
    assert_eq!(bench.json(&format!("{inspect} --json"))["codebook_source"], "option");
}

/// Width and height of a PNG file.
fn png_size(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn plots_are_drawn_as_svg_and_png() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 20_000));
    bench.works("encode in.wav a&b.extrema --stereo ms");
    let plot = |options: &str| -> String {
        bench.works(&format!("inspect a&b.extrema --plot plot.svg {options}"));
        fs::read_to_string(bench.path("plot.svg")).unwrap()
    };
    let plain = plot("");
    assert!(plain.starts_with("<svg width=\"1600\" height=\"1240\" viewBox="), "{}", &plain[..99]);
    assert!(plain.contains("a&amp;b.extrema"));
    for words in ["Mid from", "Side from", "Rate at five bytes a record, ", "Curves, ", "Lengths"] {
        assert!(plain.contains(words), "{words}");
    }
    assert!(!plain.contains("SNR") && !plain.contains("original"));
    assert_eq!(plain, plot(""), "it is the same every time");
    let with_original = plot("--against in.wav --at 0.1 --width 5");
    for words in ["Mid from 0.100 s", "SNR, ", "original"] {
        assert!(with_original.contains(words), "{words}");
    }
    bench.works("inspect a&b.extrema --plot plot.png --original in.wav");
    assert_eq!(png_size(&fs::read(bench.path("plot.png")).unwrap()), (1600, 1240));

    // Files of one sample, of nothing, of one hold for hours, and of many channels.
    bench.write("one.wav", 44_100, &waves(1, 1));
    bench.write("none.wav", 44_100, &waves(1, 0));
    bench.write("many.wav", 44_100, &waves(9, 100));
    for name in ["one", "none", "many"] {
        bench.works(&format!("encode {name}.wav {name}.extrema"));
        bench.works(&format!("inspect {name}.extrema --plot plot.svg --original {name}.wav"));
    }
    let mut raw = RawWriter::new(Vec::new());
    raw.write(&[Record::hold(u32::MAX)]).unwrap();
    fs::write(bench.path("long.raw"), raw.finish().unwrap()).unwrap();
    bench.works("inspect long.raw --raw --plot plot.svg --at 3600");

    bench.works("inspect . --plot png -o plots");
    let mut names: Vec<_> = fs::read_dir(bench.path("plots"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a&b.png", "many.png", "none.png", "one.png"]);
}

#[test]
fn plots_that_cannot_be_meant_are_refused() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 1000));
    bench.works("encode in.wav a.extrema");
    for (options, words) in [
        ("--plot out.pdf", ".svg nor a .png"),
        ("--plot png", "plot.png"),
        ("--plot out.png -o plots", "write svg or png"),
        ("--plot out.png --at 9", "0.023 seconds long"),
        ("--plot out.png --at -1", "seconds, 0 or more"),
        ("--plot out.png --width 0", "0.1 to 1000"),
        ("--at 1", "missing: --plot"),
        ("--plot nowhere/out.png", "nowhere/out.png"),
        ("a.extrema in.wav --plot out.png", "-o"),
        ("--json --records", "--records"),
    ] {
        let message = bench.fails(&format!("inspect a.extrema {options}"));
        assert!(message.contains(words), "{options}: {message}");
    }
    assert!(bench.fails("inspect a.extrema --plot a.extrema").contains(".svg nor a .png"));
}

//! The `extrema` command line, run as a program.
#![cfg(feature = "cli")]

mod automation_files;
mod automation_steps;
mod batch;
mod bounds;
mod clock;
mod codebooks;
mod excerpts;
mod inspect;
mod later_settings;
mod messages;
mod outputs;
mod own_codebook;
mod pack;
mod parts;
mod presets;
mod search;
mod streams;
mod tags;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use extrema::audio_file::{AudioReader, SampleFormat, WavWriter};
use extrema::codec::{
    Codebook, Decoder, Detector, Encoder, MaxLength, Settings, StereoMode, Threshold, to_f32,
};
use extrema::container::Reader;
use extrema::container::raw::RawWriter;
use extrema::effect::{Effect, EffectSettings, Latency};
use tempfile::TempDir;

/// A folder to run the program in.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, command: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_extrema"));
        program.current_dir(self.0.path()).args(command.split(' ').filter(|word| !word.is_empty()));
        program
    }

    fn run(&self, command: &str) -> Output {
        self.command(command).output().unwrap()
    }

    /// Runs a command that must succeed, and returns its stdout.
    fn works(&self, command: &str) -> String {
        let output = self.run(command);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must fail with exit code 1 and a message, without printing to stdout or
    /// changing any file. Returns the message.
    fn fails(&self, command: &str) -> String {
        let before = self.contents();
        let output = self.run(command);
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert!(output.stdout.is_empty(), "{command}");
        assert_eq!(self.contents(), before, "{command}");
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(!words.is_empty(), "{command}");
        words
    }

    /// All files with their contents, and all folders with none.
    fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                files.push((path.clone(), fs::read(&path).unwrap_or_default()));
                // Not where a link leads, which may be a circle.
                if fs::symlink_metadata(&path).unwrap().is_dir() {
                    folders.push(path);
                }
            }
        }
        files.sort();
        files
    }

    fn write(&self, name: &str, rate: u32, channels: &[Vec<f64>]) {
        let path = self.path(name);
        let mut writer =
            WavWriter::create(&path, rate, channels.len(), SampleFormat::Float32).unwrap();
        let slices: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
        writer.write(&slices).unwrap();
        writer.finish().unwrap();
    }

    fn read(&self, name: &str) -> Vec<Vec<f64>> {
        AudioReader::open(self.path(name)).unwrap().read_all().unwrap()
    }

    fn settings(&self, name: &str) -> Settings {
        let file = fs::read(self.path(name)).unwrap();
        Reader::new(&file[..]).unwrap().header().settings
    }
}

/// Test waves with varying level and pauses, different for each channel and exact in `f32`.
fn waves(channels: usize, frames: usize) -> Vec<Vec<f64>> {
    let wave = |channel: usize| -> Vec<f64> {
        (0..frames)
            .map(|i| {
                let t = i as f64 / 44_100.0;
                let (pitch, level) = (180.0 * (channel + 1) as f64, 0.4 + 0.3 * (t * 9.0).sin());
                let loud = if (i / 3000) % 3 == 2 { 0.0 } else { level };
                f64::from((loud * (pitch * std::f64::consts::TAU * t).sin()) as f32)
            })
            .collect()
    };
    (0..channels).map(wave).collect()
}

/// Encodes and decodes waves in process, rounded as a float WAV file rounds.
fn through_codec(waves: &[Vec<f64>], rate: u32, settings: Settings) -> Vec<Vec<f64>> {
    let mut encoder =
        Encoder::offline(&Codebook::standard(), settings, f64::from(rate), waves.len());
    let mut decoder = Decoder::new(&Codebook::standard(), waves.len());
    let slices: Vec<&[f64]> = waves.iter().map(Vec::as_slice).collect();
    encoder.process(&slices, &mut |stream, records| decoder.push(stream, records));
    encoder.finish(&mut |stream, records| decoder.push(stream, records));
    let mut out = vec![vec![0.0; waves[0].len()]; waves.len()];
    decoder.read(&mut out.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>(), |_| ());
    if let [a, b] = &mut out[..] {
        for (a, b) in a.iter_mut().zip(b) {
            [*a, *b] = settings.stereo.to_channels([*a, *b]);
        }
    }
    out.iter_mut().flatten().for_each(|y| *y = f64::from(to_f32(*y)));
    out
}

#[test]
fn encode_and_decode_are_the_codec_at_any_length() {
    let bench = Bench::new();
    let lr = Settings::default();
    let ms = Settings {
        threshold: Threshold::from_dbfs(-40.0),
        points: 8,
        curves: 20,
        detector: Detector::Peak,
        max_length: MaxLength::milliseconds(1.5, 48_000.0),
        stereo: StereoMode::MidSide,
        ..lr
    };
    let linked = Settings { stereo: StereoMode::Linked, threshold: Threshold::OFF, ..lr };
    for (channels, frames, options, settings) in [
        (1, 1, "", lr),
        (1, 777, "", lr),
        (2, 20_001, "", lr),
        (3, 4_097, "", lr),
        (
            2,
            9_999,
            " --threshold -40dB --points 8 --curves 20 --detector peak --longest 1.5 --stereo ms",
            ms,
        ),
        (2, 9_999, " --threshold off --longest max --stereo linked", linked),
    ] {
        let waves = waves(channels, frames);
        bench.write("in.wav", 48_000, &waves);
        bench.works(&format!("encode in.wav a.extrema{options}"));
        assert_eq!(bench.settings("a.extrema"), settings, "{options}");
        bench.works("decode a.extrema out.wav");
        let decoded = bench.read("out.wav");
        assert!(decoded == through_codec(&waves, 48_000, settings), "{frames} frames,{options}");
    }
}

#[test]
fn an_empty_file_stays_empty() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &[vec![]]);
    bench.works("encode in.wav a.extrema");
    bench.works("decode a.extrema out.wav");
    bench.works("inspect a.extrema");
    bench.works("render in.wav wet.wav");
    assert_eq!(bench.read("out.wav"), [Vec::<f64>::new()]);
    assert_eq!(bench.read("wet.wav"), [Vec::<f64>::new()]);
}

#[test]
fn integers_come_out_as_wide_as_asked_for() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 1000));
    bench.works("encode in.wav a.extrema --threshold off");
    for (bits, top) in [("16", 32_767.0), ("24", 8_388_607.0)] {
        bench.works("decode a.extrema float.wav");
        bench.works(&format!("decode a.extrema out.wav --bits {bits}"));
        let (float, out) = (bench.read("float.wav"), bench.read("out.wav"));
        for (x, y) in float[0].iter().zip(&out[0]) {
            // The float file is rounded too.
            assert!((x - y).abs() <= 0.5 / top + 1e-7, "{bits}: {x} {y}");
        }
    }
}

#[test]
fn raw_streams_are_the_records_of_one_channel() {
    let bench = Bench::new();
    let waves = waves(2, 5001);
    bench.write("in.wav", 44_100, &waves);
    let words = bench.fails("encode in.wav a.raw --raw");
    assert!(words.contains("2 channels") && words.contains("--channel"), "{words}");

    bench.works("encode in.wav a.raw --raw --channel 2");
    let mut encoder = Encoder::offline(&Codebook::standard(), Settings::default(), 44_100.0, 1);
    let mut records = Vec::new();
    encoder.process(&[&waves[1]], &mut |_, more| records.extend_from_slice(more));
    encoder.finish(&mut |_, more| records.extend_from_slice(more));
    let mut writer = RawWriter::new(Vec::new());
    writer.write(&records).unwrap();
    assert_eq!(fs::read(bench.path("a.raw")).unwrap(), writer.finish().unwrap());

    bench.works("decode a.raw out.wav --raw --rate 22050");
    let reader = AudioReader::open(bench.path("out.wav")).unwrap();
    assert_eq!((reader.sample_rate(), reader.channels()), (22_050, 1));
    let expected = through_codec(&waves[1..], 44_100, Settings::default());
    assert!(bench.read("out.wav") == expected);
}

/// Runs the effect over whole waves and removes its latency. `set` gives the settings at a time in
/// seconds, every 32 frames.
fn through_effect(
    waves: &[Vec<f64>],
    rate: f64,
    latency: Latency,
    set: impl Fn(f64) -> EffectSettings,
) -> Vec<Vec<f64>> {
    let mut effect = Effect::new(&Codebook::standard(), rate, waves.len(), latency);
    let delay = effect.latency() as usize;
    let mut heard: Vec<Vec<f32>> = waves
        .iter()
        .map(|wave| wave.iter().map(|&x| x as f32).chain(vec![0.0; delay]).collect())
        .collect();
    for from in (0..heard[0].len()).step_by(32) {
        let to = (from + 32).min(heard[0].len());
        effect.set(set(from as f64 / rate));
        let mut slices: Vec<&mut [f32]> =
            heard.iter_mut().map(|wave| &mut wave[from..to]).collect();
        effect.process(&mut slices, &mut ());
    }
    heard.iter().map(|wave| wave[delay..].iter().copied().map(f64::from).collect()).collect()
}

#[test]
fn render_is_the_effect() {
    let bench = Bench::new();
    let waves = waves(2, 12_345);
    bench.write("in.wav", 44_100, &waves);

    bench.works("render in.wav out.wav");
    let plain = through_effect(&waves, 44_100.0, Latency::Full, |_| EffectSettings::default());
    assert!(bench.read("out.wav") == plain);

    bench.works(
        "render in.wav out.wav --threshold 300.5steps --points 5 --curves 30 --detector peak \
         --longest 3 --stereo ms --input -3dB --mix 70% --output 2.5 --latency low --delta",
    );
    let all = EffectSettings {
        threshold: Threshold::from_steps(300.5),
        points: 5,
        curves: 30,
        detector: Detector::Peak,
        longest_ms: Some(3.0),
        stereo: StereoMode::MidSide,
        input_db: -3.0,
        mix: 0.7,
        output_db: 2.5,
        delta: true,
        ..EffectSettings::default()
    };
    assert!(bench.read("out.wav") == through_effect(&waves, 44_100.0, Latency::Low, |_| all));

    bench.works("render in.wav out.wav --mix 30 --output -6 --latency normal");
    let mixed = EffectSettings { mix: 0.3, output_db: -6.0, ..EffectSettings::default() };
    assert!(bench.read("out.wav") == through_effect(&waves, 44_100.0, Latency::Normal, |_| mixed));

    bench.works("render in.wav out.wav --bypass --bits 32f");
    assert!(bench.read("out.wav") == waves);
}

/// Measured on the output alone, between renderings with constant controls.
#[test]
fn render_follows_automation() {
    let bench = Bench::new();
    // 32 frames are a millisecond, so that values jump exactly on the grid.
    const RATE: u32 = 32_000;
    let loud = 4000;
    let quiet_before = 16_000;
    let mut waves = waves(1, 30_000);
    // Longer than any segment, so that all levels are 0.
    waves[0][quiet_before - 3000..quiet_before].fill(0.0);
    bench.write("in.wav", RATE, &waves);
    let render = |options: &str| {
        // Without flat pieces that are cut where the threshold left off.
        let v0_1 = "--detector slope --longest max --follow 0 --flats hold";
        bench.works(&format!("render in.wav out.wav {v0_1} {options}"));
        bench.read("out.wav").remove(0)
    };

    let (fine, coarse) = (render("--threshold -70dB"), render("--threshold -20dB"));
    let out = render("--automate threshold=0:-70dB,0.5:-70dB,0.5:-20dB");
    assert!(out[..quiet_before] == fine[..quiet_before], "early");
    assert!(out[quiet_before..] == coarse[quiet_before..], "late");
    assert!(fine[..quiet_before] != coarse[..quiet_before]);

    let (dry, wet) = (&waves[0], render("--mix 100"));
    let out = render("--automate mix=0:100,0.125:100,0.125:50");
    let first = out.iter().zip(&wet).position(|(out, wet)| out != wet);
    assert_eq!(first, Some(loud));
    for i in loud + 320..out.len() {
        assert!((out[i] - (dry[i] + wet[i]) / 2.0).abs() < 1e-6, "half of each at {i}");
    }

    let out = render("--automate mix=0:100,0.8:20");
    for i in 0..25_600 {
        // In steps of a millisecond, each of which takes ten to arrive.
        let mix = 1.0 - i as f64 / 32_000.0;
        let (line, late) = (dry[i] + mix * (wet[i] - dry[i]), 352.0 / 32_000.0);
        assert!((out[i] - line).abs() <= late * (wet[i] - dry[i]).abs() + 1e-6, "line at {i}");
    }
}

#[test]
fn what_is_heard_is_what_a_file_holds() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 20_000));
    for (encode, render) in [
        // The bound that the effect's latency is, in milliseconds.
        (
            &*format!("--longest {}", 2048.0 / 44.1),
            "--threshold 50steps --detector slope --longest max --follow 0 --flats hold",
        ),
        ("--threshold -30 --detector peak --longest 5 --follow 100 --flats draw", ""),
    ] {
        bench.works(&format!("encode in.wav a.extrema {encode}"));
        bench.works("decode a.extrema decoded.wav");
        bench.works(&format!("render in.wav rendered.wav {render}"));
        let (decoded, rendered) = (bench.read("decoded.wav"), bench.read("rendered.wav"));
        for (decoded, rendered) in decoded.iter().zip(&rendered) {
            // Up to where the file ends and the effect hears silence.
            assert!(decoded[..17_900] == rendered[..17_900], "{encode}");
        }
    }
}

#[test]
fn thresholds_are_decibels_or_steps() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 100));
    for (text, threshold) in [
        ("50steps", Threshold::from_steps(50.0)),
        ("50LSB", Threshold::from_steps(50.0)),
        ("0,25steps", Threshold::from_steps(0.25)),
        ("1step", Threshold::from_steps(1.0)),
        ("-56.3dB", Threshold::from_dbfs(-56.3)),
        ("-56.3", Threshold::from_dbfs(-56.3)),
        ("\u{2212}56,3", Threshold::from_dbfs(-56.3)),
        ("-90dbfs", Threshold::from_dbfs(-90.0)),
        ("0dB", Threshold::MAX),
        ("0", Threshold::MAX),
        ("0steps", Threshold::OFF),
        ("off", Threshold::OFF),
    ] {
        bench.works(&format!("encode in.wav a.extrema --threshold {text}"));
        assert_eq!(bench.settings("a.extrema").threshold, threshold, "{text}");
    }
    for text in ["50", "1dB", "-91dB", "32768lsb", "-1steps", "NaN", "infdB", "loud"] {
        let words = bench.fails(&format!("encode in.wav b.extrema --threshold {text}"));
        assert!(words.contains("--threshold"), "{words}");
    }
    // A bare number of steps was understood once; now it says how to write it.
    assert!(bench.fails("encode in.wav b.extrema --threshold 50").contains("\"50 steps\""));
}

#[test]
fn help_says_what_every_control_takes() {
    let bench = Bench::new();
    let help = bench.works("render --help");
    for words in
        ["-90 to 0 dB, 0 to 32767 steps (of 16 bits), or off; default: -30.0 dB", "lr, ms, linked"]
    {
        let without_line_breaks = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(without_line_breaks.contains(words), "{help}");
    }
    for option in ["--threshold <dB>", "--points <N>", "--mix <%>", "--delta\n", "--bypass\n"] {
        assert!(help.contains(option), "{option}: {help}");
    }
    let help = bench.works("encode --help");
    assert!(help.contains("--threshold") && !help.contains("--mix"), "{help}");
    assert!(help.contains("default: -56.3 dB"), "{help}");
}

#[test]
fn mistakes_are_explained_and_leave_nothing_behind() {
    let bench = Bench::new();
    let stereo = waves(2, 3000);
    bench.write("in.wav", 44_100, &stereo);
    bench.write("three.wav", 44_100, &waves(3, 300));
    fs::write(bench.path("text.wav"), "Dear diary").unwrap();
    let whole = fs::read(bench.path("in.wav")).unwrap();
    fs::write(bench.path("short.wav"), &whole[..whole.len() - 1000]).unwrap();
    bench.works("encode in.wav a.extrema");
    bench.works("encode in.wav a.raw --raw --channel 1");
    let mut damaged = fs::read(bench.path("a.extrema")).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 4;
    fs::write(bench.path("damaged.extrema"), damaged).unwrap();
    let raw = fs::read(bench.path("a.raw")).unwrap();
    fs::write(bench.path("short.raw"), &raw[..raw.len() - 2]).unwrap();

    for (command, words) in [
        ("", "Usage"),
        ("encode in.wav", "<OUTPUT>"),
        ("encode missing.wav out", "missing.wav"),
        ("encode text.wav out", "WAV, AIFF, FLAC"),
        ("encode short.wav out", "cut short"),
        ("encode in.wav nowhere/out", "nowhere"),
        ("encode in.wav in.wav", "another output"),
        ("encode in.wav out --channel 3", "channels 1 to 2"),
        ("encode three.wav out --stereo ms", "3 channels"),
        ("encode in.wav out --points 65", "65"),
        ("encode in.wav out --longest 0", "--longest"),
        ("decode in.wav out.wav", "is a WAV file"),
        ("decode a.raw out.wav", "--raw"),
        ("decode a.extrema out.wav --rate 8000", "--raw"),
        ("decode a.extrema out.wav --bits 32", "32f"),
        ("decode damaged.extrema out.wav", "damaged at byte"),
        ("decode short.raw out.wav --raw", "cut short"),
        ("decode a.extrema a.extrema", "another output"),
        ("render three.wav out.wav", "3 channels"),
        ("render short.wav out.wav", "cut short"),
        ("render in.wav out.wav --longest 51", "50 ms"),
        ("render in.wav out.wav --automate longest=0:1,1:51", "50 ms"),
        ("render in.wav out.wav --automate tune=0:1", "tune"),
        ("render in.wav out.wav --automate threshold=1:-60dB,0:-20dB", "rise"),
        ("render in.wav out.wav --automate threshold=0:off", "-90dB"),
        ("render in.wav out.wav --automate mix=0:1 --automate mix=1:2", "twice"),
        ("inspect missing.extrema", "missing.extrema"),
        ("inspect damaged.extrema", "damaged at byte"),
        ("inspect a.extrema --original three.wav", "3 channel"),
        ("curves", "--csv"),
        ("curves --csv --samples 1", "--samples"),
    ] {
        let complaint = bench.fails(command);
        assert!(complaint.contains(words), "{command}: {complaint}");
        assert!(!complaint.contains("panicked"), "{command}: {complaint}");
    }
}

#[test]
fn curves_are_rows_of_evenly_spaced_values() {
    let bench = Bench::new();
    let rows = |text: &str| -> Vec<Vec<f64>> {
        let row = |row: &str| row.split(',').map(|x| x.parse().unwrap()).collect();
        text.lines().map(row).collect()
    };
    let table = rows(&bench.works("curves --csv"));
    assert_eq!(table.len(), 255);
    for (ordinal, row) in (1..=255).zip(&table) {
        assert_eq!(row.len(), 65);
        assert_eq!((row[0], row[64]), (0.0, 1.0));
        assert_eq!(row[16], Codebook::standard().curves().value(ordinal, 1, 4));
    }
    let table = rows(&bench.works("curves --csv --samples 5"));
    assert_eq!(table[0], [0.0, 0.25, 0.5, 0.75, 1.0]);
    let cosine = |i: i32| (1.0 - (f64::from(i) * std::f64::consts::FRAC_PI_4).cos()) / 2.0;
    for (i, value) in (0..).zip(&table[1]) {
        assert!((value - cosine(i)).abs() < 1e-15);
    }
}

#[test]
fn inspect_shows_known_numbers() {
    let bench = Bench::new();
    // The example of docs/FORMAT.md: 9 frames in 3 records.
    fs::write(bench.path("a.raw"), [1, 4, 0, 100, 0, 0, 3, 0, 0, 0, 2, 2, 0, 0x9c, 0xff]).unwrap();
    let text = bench.works("inspect a.raw --raw --rate 9000");
    let line = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line[12..].to_owned()
    };
    assert_eq!(line("audio"), "9000 Hz, mono, 0.001 s, 9 frames");
    assert_eq!(line("records"), "3: 2 curves, 1 holds");
    assert_eq!(line("curves"), "2 of 255 used, most often 1 (50.0 %), 2 (50.0 %)");
    // 3 records in a millisecond; 40 bits each; 16 bits 9000 times a second.
    assert_eq!(line("rate"), "120.0 kbit/s: the whole file as it lies on disk");
    assert_eq!(line("record rate"), "120.0 kbit/s at five bytes a record, 3000.0 records/s");
    assert_eq!(line("ratio"), "83.3 % of 16-bit PCM's 144.0 kbit/s");
    assert_eq!(
        bench.works("inspect a.raw --raw --records"),
        "stream\tposition\tcurve\tlength\tstart\tend\n\
         0\t0\t1\t4\t0\t100\n\
         0\t4\t0\t3\t100\t100\n\
         0\t7\t2\t2\t100\t-100\n"
    );

    // The decode is 25 50 75 100 100 100 100 0 -100. With 10 more in one sample the noise is 100,
    // and the signal 25² + 50² + 75² + 5 · 100² + 10² = 58,850: 27.70 dB.
    let level = |x: f64| x / 32_767.0;
    let original = [25.0, 50.0, 75.0, 100.0, 100.0, 100.0, 100.0, 10.0, -100.0].map(level);
    bench.write("original.wav", 44_100, &[original.to_vec()]);
    let text = bench.works("inspect a.raw --raw --original original.wav");
    assert!(text.contains("SNR         27.70 dB"), "{text}");

    bench.write("in.wav", 44_100, &waves(2, 5000));
    bench.works("encode in.wav a.extrema --threshold 50lsb --stereo linked --detector peak");
    let text = bench.works("inspect a.extrema");
    assert!(text.contains("44100 Hz, stereo, linked, 0.113 s, 5000 frames"), "{text}");
    assert!(text.contains("threshold 50 steps (-56.3 dBFS), detector peak"), "{text}");
}

//! Sessions that this version could not have written: values out of range, of another kind, missing,
//! or of a version to come. They load whole, play as something that can be set by hand, and save.

use crate::host::{Change, Instance};
use crate::sound::{bits, wave};

const RATE: f64 = 44_100.0;

/// What was written for one parameter, and what it means: the text of a value, or none for the
/// default.
const WRITTEN: [(&str, &str, &str, Option<&str>); 50] = [
    ("Threshold", "threshold", r#"{"f32":-1e30}"#, Some("off")),
    ("Threshold", "threshold", r#"{"f32":-90.1}"#, Some("off")),
    ("Threshold", "threshold", r#"{"f32":1.1}"#, Some("0 dB")),
    ("Threshold", "threshold", r#"{"f32":1e39}"#, None),
    ("Points", "points", r#"{"f32":1000.0}"#, Some("64")),
    ("Points", "points", r#"{"f32":1.1}"#, Some("64")),
    ("Points", "points", r#"{"f32":-1e30}"#, Some("2")),
    ("Points", "points", r#"{"f32":1e39}"#, None),
    ("Points", "points", r#"{"i32":3}"#, None),
    ("Curves", "curves", r#"{"f32":-0.1}"#, Some("1")),
    ("Curves", "curves", r#"{"f32":256.0}"#, Some("255")),
    ("Curves", "curves", r#"{"string":"all"}"#, None),
    ("Detector", "detector", r#"{"i32":77}"#, None),
    ("Detector", "detector", r#"{"i32":1}"#, None),
    ("Detector", "detector", r#"{"string":"zero crossings"}"#, None),
    ("Longest curve", "longest", r#"{"f32":-7.0}"#, Some("0.01 ms")),
    ("Longest curve", "longest", r#"{"f32":7.0}"#, Some("max")),
    ("Stereo", "stereo", r#"{"i32":-3}"#, None),
    ("Stereo", "stereo", r#"{"string":"ambisonic"}"#, None),
    ("Follow", "follow", r#"{"f32":-1.0}"#, Some("0 %")),
    ("Follow", "follow", r#"{"f32":1e30}"#, Some("100 %")),
    ("Follow", "follow", r#"{"bool":true}"#, None),
    ("Flats", "flats", r#"{"string":"hold"}"#, Some("Hold")),
    ("Flats", "flats", r#"{"string":"Hold"}"#, None),
    ("Zoom", "zoom", r#"{"string":"9"}"#, Some("9")),
    ("Zoom", "zoom", r#"{"string":"2"}"#, None),
    ("Zoom", "zoom", r#"{"i32":5}"#, None),
    ("Edge", "edge", r#"{"f32":100.1}"#, Some("100 %")),
    ("Levels", "levels", r#"{"f32":-0.5}"#, Some("1.5 bits")),
    ("Levels", "levels", r#"{"f32":1e30}"#, Some("off")),
    ("Level scale", "level_scale", r#"{"string":"cubic"}"#, None),
    ("Loss", "loss", r#"{"f32":100.0}"#, Some("80 %")),
    ("Loss run", "loss_run", r#"{"f32":2.0}"#, Some("64")),
    ("Loss run", "loss_run", r#"{"i32":64}"#, None),
    ("Loss mode", "loss_mode", r#"{"string":"silence"}"#, None),
    ("Loop", "loop", r#"{"f32":1.0}"#, None),
    ("Loop length", "loop_length", r#"{"f32":-3.0}"#, Some("5 ms")),
    ("Loop length", "loop_length", r#"{"f32":7.0}"#, Some("500 ms")),
    ("Auto gain", "auto_gain", r#"{"string":"on"}"#, None),
    ("Input", "input", r#"{"f32":1e30}"#, Some("24 dB")),
    ("Input", "input", r#"{"f32":-1e30}"#, Some("-24 dB")),
    ("Mix", "mix", r#"{"f32":1e30}"#, Some("100 %")),
    ("Mix", "mix", r#"{"f32":-0.5}"#, Some("0 %")),
    ("Output", "output", r#"{"f32":1e30}"#, Some("24 dB")),
    ("Output", "output", r#"{"f32":60}"#, Some("24 dB")),
    ("Output", "output", r#"{"f32":-1e39}"#, None),
    ("Delta", "delta", r#"{"i32":1}"#, None),
    ("Latency", "latency", r#"{"i32":9}"#, Some("full")),
    ("Latency", "latency", r#"{"i32":-9}"#, Some("low")),
    ("Bypass", "bypass", r#"{"f32":1.0}"#, None),
];

/// A state as CLAP's streams have it.
fn state(parameters: &str, fields: &str) -> Vec<u8> {
    let text = format!(r#"{{"version":"9.9.9","params":{{{parameters}}},"fields":{{{fields}}}}}"#);
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}

/// An instance with no parameter at its default.
fn unlike_the_defaults() -> Instance {
    let mut instance = Instance::new();
    let changes: Vec<Change> = instance
        .parameters()
        .iter()
        .map(|p| Change {
            sample: 0,
            id: p.id,
            value: if p.default == p.max { p.min } else { p.max },
        })
        .collect();
    instance.flush(&changes);
    instance
}

/// What an instance plays from an activation on.
fn played(instance: &mut Instance) -> Vec<Vec<f32>> {
    let (left, right) = (wave(12_000, 98.0), wave(12_000, 131.0));
    let mut player = instance.activate(RATE, 512);
    let out = player.track(&[&left, &right], 512, &[]);
    instance.deactivate(player);
    out
}

#[test]
fn what_cannot_be_set_is_loaded_as_what_is_nearest_or_as_the_default() {
    for (name, id, written, meant) in WRITTEN {
        let title = format!("{name} {written}");
        let mut by_hand = Instance::new();
        if let Some(text) = meant {
            let change = by_hand.change(name, text);
            by_hand.flush(&[change]);
        }
        let mut instance = unlike_the_defaults();
        assert!(instance.load(&state(&format!(r#""{id}":{written}"#), "")), "{title}");
        for parameter in instance.parameters() {
            let value = instance.value(parameter.id);
            assert_eq!(value, by_hand.value(parameter.id), "{title}: {}", parameter.name);
            assert!((parameter.min..=parameter.max).contains(&value), "{title}");
        }
        let out = played(&mut instance);
        assert!(out.iter().flatten().all(|x| x.is_finite() && x.abs() <= 20.0), "{title}");
        assert_eq!(bits(&out), bits(&played(&mut by_hand)), "{title}");
        assert_eq!(instance.save(), by_hand.save(), "{title}");
    }
}

#[test]
fn the_same_may_be_loaded_while_playing() {
    let wave = wave(512, 98.0);
    let mut instance = unlike_the_defaults();
    let mut player = instance.activate(RATE, 512);
    for (name, id, written, _) in WRITTEN {
        assert!(instance.load(&state(&format!(r#""{id}":{written}"#), "")), "{name} {written}");
        for _ in 0..5 {
            let out = player.block(&[&wave, &wave], &[]);
            let loud = out.iter().flatten().any(|x| !x.is_finite() || x.abs() > 20.0);
            assert!(!loud, "{name} {written}");
        }
        instance.save();
    }
    instance.deactivate(player);
}

#[test]
fn what_a_state_lacks_becomes_the_default() {
    let untouched = Instance::new().save();
    let mut instance = unlike_the_defaults();
    assert!(instance.load(&state("", "")));
    assert_eq!(instance.save(), untouched);
    let mut instance = unlike_the_defaults();
    assert!(instance.load(&state(r#""of a version to come":{"f32":1.0}"#, "")));
    assert_eq!(instance.save(), untouched);
}

/// The name of the codebook that an instance saves.
fn codebook(instance: &mut Instance) -> String {
    let saved = String::from_utf8_lossy(&instance.save()).into_owned();
    let (_, name) = saved.split_once(r#""codebook":"\""#).expect("a codebook");
    name.split_once('\\').expect("an end of its name").0.to_owned()
}

#[test]
fn a_codebook_that_is_not_ours_keeps_its_name() {
    let mut instance = Instance::new();
    assert_eq!(codebook(&mut instance), "extrema-1");
    assert!(instance.load(&state("", r#""codebook":"\"extrema-9\"""#)));
    assert_eq!(codebook(&mut instance), "extrema-9");
    played(&mut instance);
    let saved = instance.save();
    let mut copy = Instance::new();
    assert!(copy.load(&saved));
    assert_eq!(codebook(&mut copy), "extrema-9");
    for fields in ["", r#""codebook":"9""#, r#""codebook":"\"extrema-1\"""#] {
        assert!(instance.load(&saved));
        assert!(instance.load(&state("", fields)));
        assert_eq!(codebook(&mut instance), "extrema-1", "{fields}");
    }
}

/// A state that names a codebook, whose name is written as it stands.
fn naming(name: &str) -> Vec<u8> {
    // A string in a string: a backslash of the inner one is escaped in the outer.
    let name = name.replace('\\', r"\\");
    state("", &format!(r#""codebook":"\"{name}\"""#))
}

/// Names that no codebook can have, as JSON writes them.
const IMPOSSIBLE: [&str; 9] = [
    "",
    "extrema-1 ",
    "two words",
    "seventeen-letters",
    r"line\nbreak",
    r"\u001b[31mred",
    r"\u0000",
    r"\u202egnp.exe",
    "\u{e9}trange",
];

#[test]
fn a_name_that_no_codebook_can_have_counts_as_absent() {
    let huge = "a".repeat(10_000_000);
    for name in IMPOSSIBLE.into_iter().chain([&huge[..]]) {
        let start: String = name.chars().take(40).collect();
        let mut instance = Instance::new();
        assert!(instance.load(&naming("extrema-9")));
        assert!(instance.load(&naming(name)), "{start}");
        assert_eq!(codebook(&mut instance), "extrema-1", "{start}");
    }
    for name in ["x", "exactly-16-bytes", "!$%&()*+,-./:;<=", "extrema-2"] {
        let mut instance = Instance::new();
        assert!(instance.load(&naming(name)), "{name}");
        assert_eq!(codebook(&mut instance), name);
    }
}

#[test]
fn logs_show_the_start_of_an_impossible_name_and_no_control_characters() {
    const FILE: &str = "NICE_LOG";
    const CHILD: &str = "EXTREMA_LOG_TEST";
    let test = "foreign_state::logs_show_the_start_of_an_impossible_name_and_no_control_characters";
    if std::env::var_os(CHILD).is_some() {
        let huge = "a".repeat(10_000_000);
        for name in IMPOSSIBLE.into_iter().chain([&huge[..]]) {
            assert!(Instance::new().load(&naming(name)));
        }
        return;
    }
    let file = std::env::temp_dir().join(format!("extrema-{}.log", std::process::id()));
    let child = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test])
        .env(CHILD, "1")
        .env(FILE, &file)
        .output()
        .expect("it runs again");
    assert!(child.status.success(), "{child:?}");
    let log = std::fs::read(&file).expect("a log");
    std::fs::remove_file(&file).expect("the log is removed");
    let log = String::from_utf8(log).expect("text");
    assert!(log.chars().all(|x| x == '\n' || x.is_ascii_graphic() || x == ' '), "{log}");
    assert_eq!(log.lines().filter(|line| line.contains("codebook")).count(), 10, "{log}");
    assert!(log.contains("\\u{1b}[31mred") && log.contains("\\u{202e}gnp.exe"), "{log}");
    assert!(log.lines().all(|line| line.len() < 300), "{log}");
}

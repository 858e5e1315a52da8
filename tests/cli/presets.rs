//! Presets by name, and the user's own.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use super::{Bench, waves};

/// The program with a folder of presets inside the bench's.
fn command(bench: &Bench, args: &[&str]) -> Command {
    let mut command = bench.command("");
    command.args(args).env("EXTREMA_PRESETS", bench.path("presets"));
    command
}

fn run(bench: &Bench, args: &[&str]) -> Output {
    command(bench, args).output().unwrap()
}

/// What a command that must succeed prints to stdout, and to stderr.
fn works(bench: &Bench, args: &[&str]) -> (String, String) {
    let output = run(bench, args);
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
    (out, err)
}

/// What a command that must fail says.
fn fails(bench: &Bench, args: &[&str]) -> String {
    let output = run(bench, args);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{args:?}: {complaint}");
    assert!(output.stdout.is_empty(), "{args:?}");
    assert!(complaint.starts_with("extrema: "), "{args:?}: {complaint}");
    assert!(!complaint.contains("os error") && !complaint.contains("panicked"), "{complaint}");
    complaint
}

/// The result of `render` with these options.
fn rendered(bench: &Bench, options: &[&str]) -> Vec<Vec<f64>> {
    let (_, err) = works(bench, &[&["render", "in.wav", "out.wav"], options].concat());
    assert_eq!(err, "", "{options:?}");
    bench.read("out.wav")
}

const SOFT_SAND: [&str; 24] = [
    "--threshold",
    "-32dB",
    "--points",
    "16",
    "--curves",
    "32",
    "--detector",
    "peak",
    "--longest",
    "12ms",
    "--stereo",
    "lr",
    "--input",
    "0",
    "--mix",
    "100",
    "--output",
    "0",
    "--latency",
    "full",
    "--follow",
    "100",
    "--flats",
    "draw",
];

#[test]
fn a_preset_renders_as_its_values_do() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 9000));
    let wanted = rendered(&bench, &SOFT_SAND);
    for name in ["Soft sand", "soft SAND", "Warm/Soft sand"] {
        assert!(rendered(&bench, &["--preset", name]) == wanted, "{name}");
    }
    assert!(rendered(&bench, &[]) != wanted);
    // What stands on the command line takes precedence, wherever it stands.
    let wanted = rendered(&bench, &[&SOFT_SAND[2..], &["--threshold", "-12"]].concat());
    for options in [
        ["--preset", "Soft sand", "--threshold", "-12"],
        ["--threshold", "-12", "--preset", "Soft sand"],
    ] {
        assert!(rendered(&bench, &options) == wanted);
    }
    // So does what moves, and both without a contradiction.
    let moved = ["--automate", "threshold=0:-12,1:-12"];
    assert!(rendered(&bench, &[&["--preset", "Soft sand"], &moved[..]].concat()) == wanted);
}

/// Even an option that is the default, and a switch that the preset has on.
#[test]
fn defaults_on_the_command_line_take_precedence_too() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 5000));
    let on = rendered(&bench, &["--preset", "Curve ghosts"]);
    assert_eq!(rendered(&bench, &["--preset", "Curve ghosts", "--delta"]), on);
    let off = rendered(&bench, &["--preset", "Curve ghosts", "--no-delta"]);
    assert_ne!(off, on);
    let shown = works(&bench, &["presets", "show", "Straight lines", "--json"]).0;
    fs::write(bench.path("lines.json"), shown).unwrap();
    assert_eq!(
        rendered(&bench, &["--preset", "lines.json", "--threshold", "off", "--output", "17"]),
        off,
        "a preset in a file"
    );
    let default = rendered(&bench, &["--preset", "Curve ghosts", "--output", "0", "--no-delta"]);
    assert_ne!(default, off);
}

#[test]
fn the_list_has_every_preset_under_its_group() {
    let bench = Bench::new();
    let (text, err) = works(&bench, &["presets"]);
    assert_eq!(err, "");
    let groups: Vec<&str> =
        text.lines().filter(|line| line.starts_with(char::is_alphabetic)).collect();
    assert_eq!(groups[0], "Warm");
    assert!(text.contains("\n  V0.1 ") && text.contains("Soft sand  "), "{text}");
    let list: Value = serde_json::from_str(&works(&bench, &["presets", "--json"]).0).unwrap();
    for preset in list.as_array().unwrap() {
        let (name, description) =
            (preset["name"].as_str().unwrap(), preset["description"].as_str().unwrap());
        assert!(text.lines().any(|line| line.contains(name) && line.contains(description)));
        assert_eq!(preset["file"], Value::Null);
        assert!(preset["values"]["threshold"].is_string());
    }
    let stereo = works(&bench, &["presets", "--group", "stereo"]).0;
    assert!(stereo.starts_with("Stereo\n") && !stereo.contains("Soft sand"), "{stereo}");
}

#[test]
fn a_preset_is_saved_shown_renamed_and_deleted() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 5000));
    let options = ["--threshold", "-20", "--longest", "3.3333", "--mix", "60", "--delta"];
    let save =
        ["presets", "save", "My: fizz", "--group", "Drums", "--description", "Fizz; for drums."];
    let (path, err) = works(&bench, &[&save[..], &options].concat());
    let wanted = bench.path("presets").join("Drums").join("My%3A fizz.json");
    assert_eq!((path.trim_end(), &*err), (wanted.to_str().unwrap(), ""));

    assert_eq!(rendered(&bench, &["--preset", "my: fizz"]), rendered(&bench, &options));
    let list = works(&bench, &["presets", "--group", "Drums"]).0;
    assert_eq!(list.lines().next(), Some("Drums (your own)"));
    assert!(list.contains("My: fizz") && list.contains("Fizz; for drums."), "{list}");
    let shown = works(&bench, &["presets", "show", "My: fizz"]).0;
    for words in ["My: fizz (Drums)", "threshold", "-20.0 dB", "3.3333 ms", "60 %", "On"] {
        assert!(shown.contains(words), "{shown}");
    }

    let before = fs::read(&wanted).unwrap();
    let complaint = fails(&bench, &[&save[..5], &["--mix", "10"]].concat());
    for words in ["Drums", "My: fizz", "already", "--overwrite"] {
        assert!(complaint.contains(words), "{complaint}");
    }
    assert_eq!(fs::read(&wanted).unwrap(), before);
    // What is not given comes from --from, and the description stays.
    let from = ["--from", "My: fizz", "--mix", "10", "--overwrite"];
    works(&bench, &[&save[..5], &from].concat());
    let shown = works(&bench, &["presets", "show", "drums/my: fizz"]).0;
    for words in ["Fizz; for drums.", "-20.0 dB", "10 %", "On"] {
        assert!(shown.contains(words), "{shown}");
    }

    let renamed = works(&bench, &["presets", "rename", "My: fizz", "Ours"]).0;
    assert!(renamed.trim_end().ends_with("Ours.json"), "{renamed}");
    assert!(!wanted.exists());
    fails(&bench, &["presets", "show", "My: fizz"]);
    assert_eq!(works(&bench, &["presets", "delete", "ours"]), (String::new(), String::new()));
    assert_eq!(fs::read_dir(wanted.parent().unwrap()).unwrap().count(), 0);
    let folder = works(&bench, &["presets", "folder"]).0;
    assert_eq!(folder.trim_end(), bench.path("presets").to_str().unwrap());
}

#[test]
fn mistakes_are_answered_with_a_remedy() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 100));
    fs::write(bench.path("bad.json"), "{\"version\": 7}").unwrap();
    works(&bench, &["presets", "save", "Twice", "--group", "A"]);
    works(&bench, &["presets", "save", "Twice", "--group", "B"]);
    fs::write(bench.path("presets/Broken one.json"), "{").unwrap();
    let render = ["render", "in.wav", "out.wav", "--preset"];
    for (args, wanted) in [
        (&[&render[..], &["Sotf sand"]].concat()[..], &["did you mean \"Soft sand\"?"][..]),
        (&[&render[..], &["qqqq"]].concat(), &["no preset \"qqqq\"", "`extrema presets`"]),
        (&[&render[..], &["twice"]].concat(), &["\"A/Twice\", \"B/Twice\""]),
        (&[&render[..], &["Broken one"]].concat(), &["Broken one.json", "cut short"]),
        (&[&render[..], &["bad.json"]].concat(), &["bad.json", "newer Extrema", "update"]),
        (&[&render[..], &["missing.json"]].concat(), &["missing.json", "no such file"]),
        (&render, &["--preset", "needs a value"]),
        (&["presets", "shwo"], &["shwo", "did you mean show?"]),
        (&["presets", "show"], &["missing: <NAME>"]),
        (&["presets", "show", "soft snad"], &["did you mean \"Soft sand\"?"]),
        (&["presets", "--group", "warn"], &["no preset is in the group \"warn\"", "Warm, "]),
        (&["presets", "save", "a/b/c", "--mix", "101"], &["--mix", "0 to 100 %"]),
        (
            &["presets", "save", "x", "--delta", "--no-delta"],
            &["--delta", "--no-delta", "leave one"],
        ),
        (&["presets", "save", " "], &["empty"]),
        (&["presets", "save", "x", "--group", "a//b"], &["a//b", "empty"]),
        (&["presets", "save", &"x".repeat(99)], &["too long"]),
        (&["presets", "save", "x", "--latency", "low"], &["--latency is not part of a preset"]),
        (&["presets", "save", "x", "--bypass"], &["--bypass is not part of a preset"]),
        (&["presets", "save", "x", "--from", "qqqq"], &["no preset \"qqqq\""]),
        (&["presets", "delete", "Rust"], &["\"Rust\" comes with Extrema"]),
        (&["presets", "rename", "Rust", "Dust"], &["\"Rust\" comes with Extrema"]),
        (&["presets", "rename", "A/Twice", ""], &["empty"]),
        (&["presets", "delete", "bad.json"], &["no preset \"bad.json\""]),
    ] {
        let complaint = fails(&bench, args);
        for words in wanted {
            assert!(complaint.contains(words), "{args:?}: {complaint}");
        }
        assert!(!bench.path("out.wav").exists(), "{args:?}");
    }
    assert_eq!(fs::read_dir(bench.path("presets")).unwrap().count(), 3);
}

#[test]
fn broken_files_are_warned_of_and_left_alone() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 100));
    works(&bench, &["presets", "save", "Mine", "--mix", "50"]);
    let path = bench.path("presets/Mine.json");
    let text = fs::read_to_string(&path).unwrap().replace("50 %", "500 %");
    fs::write(&path, text).unwrap();
    fs::write(bench.path("presets/Bad.json"), "RIFF").unwrap();
    for args in [&["presets"][..], &["presets", "--json"]] {
        let (out, err) = works(&bench, args);
        assert!(out.contains("Mine") && out.contains("Soft sand"), "{out}");
        for words in ["warning: ", "Bad.json", "not valid JSON", "Mine.json: mix is \"500 %\""] {
            assert!(err.contains(words), "{err}");
        }
    }
    // A preset that is used says what is wrong with it, and with no other.
    let (_, err) = works(&bench, &["render", "in.wav", "out.wav", "--preset", "Mine"]);
    assert!(err.contains("100 % is taken") && !err.contains("Bad.json"), "{err}");
    let (_, err) = works(&bench, &["render", "in.wav", "out.wav", "--preset", "Rust"]);
    assert_eq!(err, "");
    assert_eq!(fs::read(bench.path("presets/Bad.json")).unwrap(), b"RIFF");
}

/// The disk is full, or as good as: no file may have more than 512 bytes.
#[cfg(unix)]
#[test]
fn a_preset_stays_whole_when_saving_fails() {
    let bench = Bench::new();
    works(&bench, &["presets", "save", "Mine", "--mix", "50"]);
    let before = fs::read(bench.path("presets/Mine.json")).unwrap();
    let save = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} presets save Mine --overwrite --description {}",
        env!("CARGO_BIN_EXE_extrema"),
        "x".repeat(5000)
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &save]).env("EXTREMA_PRESETS", bench.path("presets"));
    let output = shell.output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("cannot write") && complaint.contains("Mine.json"), "{complaint}");
    assert_eq!(fs::read(bench.path("presets/Mine.json")).unwrap(), before);
    assert_eq!(fs::read_dir(bench.path("presets")).unwrap().count(), 1);
}

#[test]
fn without_a_variable_presets_are_where_the_system_has_such_files() {
    let bench = Bench::new();
    let home = bench.path("home");
    let mut command = bench.command("presets folder");
    command.env_remove("EXTREMA_PRESETS").env_remove("XDG_DATA_HOME").env("HOME", &home);
    let folder = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let folder = std::path::Path::new(folder.trim_end());
    if cfg!(target_os = "linux") {
        assert_eq!(folder, home.join(".local/share/extrema/presets"));
    }
    assert!(folder.is_absolute() && folder.ends_with("presets"), "{}", folder.display());
    assert!(!folder.exists());
}

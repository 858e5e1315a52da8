//! The settings that came after V0.1: encoded with, kept in the file, printed.

use extrema::codec::{Flats, LevelScale, Levels, LossMode, Settings, Share};
use extrema::container::Reader;

use super::{Bench, through_codec, waves};

const OPTIONS: &str = "--follow 33.3 --flats draw --zoom 3 --edge 12.5% --levels 3.5 --level-scale \
    logarithmic --loss 20 --loss-run 5 --loss-mode repeat --loop --loop-length 100ms";

/// Settings by a file's own account.
fn settings(bench: &Bench, name: &str) -> Settings {
    let file = std::fs::read(bench.path(name)).unwrap();
    let mut reader = Reader::new(&file[..]).unwrap();
    while reader.read().unwrap().is_some() {}
    reader.header().settings
}

fn expected() -> Settings {
    Settings {
        follow: Share::from_percent(33.3),
        flats: Flats::Draw,
        zoom: 3,
        edge: Share::from_percent(12.5),
        levels: Levels { tenths_of_bits: 35, scale: LevelScale::Logarithmic },
        loss: Share::from_percent(20.0),
        loss_run: 5,
        loss_mode: LossMode::Repeat,
        looping: true,
        loop_length: 4410,
        ..Settings::default()
    }
}

#[test]
fn encode_takes_them_and_the_file_keeps_them() {
    let bench = Bench::new();
    let waves = waves(2, 20_000);
    bench.write("in.wav", 44_100, &waves);
    bench.works(&format!("encode in.wav a.extrema {OPTIONS}"));
    assert_eq!(settings(&bench, "a.extrema"), expected());
    bench.works("decode a.extrema out.wav");
    assert!(bench.read("out.wav") == through_codec(&waves, 44_100, expected()));

    bench.works("encode in.wav plain.extrema");
    assert_eq!(settings(&bench, "plain.extrema"), Settings::default());
}

#[test]
fn inspect_prints_those_that_are_not_v0_1s() {
    let bench = Bench::new();
    let all = "follow 33.3 %, flats draw, zoom 3, edge 12.5 %, levels 3.5 bits logarithmic, \
        loss 20 % in runs of 5, repeat, loop 100.0 ms";
    for (frames, rate) in [(0, 44_100), (1, 8000), (20_000, 48_000)] {
        bench.write("in.wav", rate, &waves(1, frames));
        for (options, wanted) in [
            (OPTIONS, all),
            ("--follow 100", "longest max, follow 100 %"),
            ("--flats draw --loop-length 7", "longest max, flats draw"),
            ("--zoom 15 --loss 0.1", "longest max, zoom 15, loss 0.1 % in runs of 1, hold"),
            ("--levels 16 --edge 100", "longest max, edge 100 %"),
            ("--levels 4", "longest max, levels 4.0 bits linear"),
            ("--level-scale logarithmic --loss-run 9 --loss-mode repeat", "longest max"),
            ("", "longest max"),
        ] {
            bench.works(&format!("encode in.wav a.extrema {options}"));
            let original = if frames > 0 { " --original in.wav" } else { "" };
            for command in ["inspect a.extrema", &format!("inspect a.extrema{original}")] {
                let text = bench.works(command);
                let line = text.lines().find(|line| line.starts_with("settings")).unwrap();
                assert!(line.ends_with(wanted), "{frames}, {options}: {line}");
            }
        }
    }
}

#[test]
fn a_file_cut_after_its_settings_says_them() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 20_000));
    bench.works(&format!("encode in.wav a.extrema {OPTIONS}"));
    let file = std::fs::read(bench.path("a.extrema")).unwrap();
    for (cut, is_there) in [(64, false), (103, false), (104, true), (file.len() - 1, true)] {
        std::fs::write(bench.path("cut.extrema"), &file[..cut]).unwrap();
        let text = bench.works("inspect cut.extrema");
        assert!(text.contains("cut short"), "{cut}: {text}");
        assert_eq!(text.contains("zoom 3"), is_there, "{cut}: {text}");
    }
}

#[test]
fn help_reads_like_the_plugin() {
    let bench = Bench::new();
    for (command, is_effect) in [("help encode", false), ("help render", true)] {
        let help = bench.works(command).split_whitespace().collect::<Vec<_>>().join(" ");
        for option in [
            "--follow <%>",
            "--flats <NAME>",
            "--zoom <",
            "--edge <%>",
            "--levels <bits>",
            "--level-scale <NAME>",
            "--loss <%>",
            "--loss-run <N>",
            "--loss-mode <NAME>",
            "--loop ",
            "--loop-length <ms>",
        ] {
            assert!(help.contains(option), "{command}: {option}: {help}");
        }
        assert_eq!(help.contains("--auto-gain"), is_effect, "{command}");
        let default = if is_effect { "default: 100 %]" } else { "default: 0 %]" };
        assert!(help.contains(&format!("[0 to 100 %; {default}")), "{command}: {help}");
    }
}

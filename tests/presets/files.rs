//! Files as people, other versions and accidents make them.

use std::fs;

use extrema::effect::Control;
use extrema::presets::{FORMAT_VERSION, Preset, UserPreset};
use proptest::prelude::*;

use super::{Folder, broken, preset, threshold};

fn load(text: &str) -> UserPreset {
    let folder = Folder::new();
    UserPreset::load(&folder.write("a.json", text)).unwrap()
}

/// Why a preset with these values cannot be read.
fn refused(values: &str) -> String {
    let folder = Folder::new();
    let text = format!("{{\"version\": 1, \"name\": \"A\", \"values\": {values}}}");
    broken(&folder.write("a.json", text))
}

#[test]
fn what_is_missing_is_completed() {
    for version in [0, FORMAT_VERSION] {
        let user =
            load(&format!("{{\"version\": {version}, \"values\": {{\"threshold\": \"-34 dB\"}}}}"));
        assert_eq!(user.preset.name(), "a");
        assert_eq!(user.preset.description(), "");
        assert_eq!(user.notices, [""; 0]);
        for (control, value) in user.preset.values() {
            let wanted = if control == Control::Threshold { -34.0 } else { control.spec().default };
            assert_eq!(value, wanted, "{control:?}");
        }
    }
}

#[test]
fn values_are_written_as_everywhere() {
    for (text, control, wanted) in [
        ("\"threshold\": \"-34 dB\"", Control::Threshold, -34.0),
        ("\"threshold\": \"\u{2212}34,5 dBFS\"", Control::Threshold, -34.5),
        ("\"threshold\": -34", Control::Threshold, -34.0),
        ("\"threshold\": -3.4e1", Control::Threshold, -34.0),
        ("\"threshold\": \"Off\"", Control::Threshold, f64::NEG_INFINITY),
        ("\"longest\": \"max\"", Control::Longest, f64::INFINITY),
        ("\"points\": 3", Control::Points, 3.0),
        ("\"points\": 3.0", Control::Points, 3.0),
        ("\"detector\": \"PEAK\"", Control::Detector, 1.0),
        ("\"stereo\": \"M/S\"", Control::Stereo, 1.0),
        ("\"delta\": true", Control::Delta, 1.0),
        ("\"delta\": \"on\"", Control::Delta, 1.0),
        ("\"delta\": 0", Control::Delta, 0.0),
    ] {
        let user = load(&format!("\u{feff}{{\"version\": 1, \"values\": {{{text}}}}}"));
        assert_eq!(user.preset.value(control), Some(wanted), "{text}");
        assert_eq!(user.notices, [""; 0], "{text}");
    }
}

#[test]
fn values_beyond_their_range_are_the_nearest() {
    for (text, control, wanted, words) in [
        ("\"mix\": 150", Control::Mix, 100.0, "mix is \"150\", beyond its range; 100 % is taken"),
        ("\"points\": \"900\"", Control::Points, 64.0, "points is \"900\""),
        ("\"input\": \"-99 dB\"", Control::Input, -24.0, "-24.0 dB is taken"),
        ("\"output\": 1e300", Control::Output, 24.0, "24.0 dB is taken"),
    ] {
        let user = load(&format!("{{\"version\": 1, \"values\": {{{text}}}}}"));
        assert_eq!(user.preset.value(control), Some(wanted), "{text}");
        let [notice] = &user.notices[..] else { panic!("{text}: {:?}", user.notices) };
        assert!(notice.contains(words), "{notice}");
    }
    // Where a number would mean a word, the nearest number.
    let user = load("{\"version\": 1, \"values\": {\"threshold\": -200, \"longest\": 1000}}");
    let values = [Control::Threshold, Control::Longest].map(|control| user.preset.value(control));
    let [Some(threshold), Some(longest)] = values else { panic!("{values:?}") };
    assert!((-90.0..-89.9).contains(&threshold) && (49.9..=50.0).contains(&longest), "{values:?}");
    assert_eq!(user.notices.len(), 2);
}

#[test]
fn what_is_unknown_is_named_and_kept() {
    let folder = Folder::new();
    folder.write(
        "a.json",
        "{\"version\": 1, \"name\": \"a\", \"author\": {\"me\": [1]}, \"values\": {\"wobble\": 3, \
         \"mix\": 50, \"latency\": \"low\", \"bypass\": true}}",
    );
    let user = folder.only();
    assert_eq!(user.preset.value(Control::Mix), Some(50.0));
    let notices = user.notices.join("\n");
    for words in ["no control \"wobble\"", "latency is not part", "bypass is not part"] {
        assert!(notices.contains(words), "{notices}");
    }
    // A later version may know more of it.
    folder.presets.rename(&user, "b").unwrap();
    let text = fs::read_to_string(folder.path("b.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["author"]["me"][0], 1);
    assert_eq!(json["values"]["wobble"], 3);
    assert_eq!(json["values"]["latency"], "low");
    assert_eq!(json["name"], "b");
}

#[test]
fn values_that_mean_nothing_are_refused() {
    for (values, words) in [
        ("{\"threshold\": \"loud\"}", "\"loud\" is not a valid Threshold: write -90"),
        ("{\"threshold\": \"NaN\"}", "\"NaN\" is not a valid Threshold"),
        ("{\"threshold\": \"inf\"}", "not a valid Threshold"),
        ("{\"threshold\": \"-1e999 dB\"}", "not a valid Threshold"),
        ("{\"threshold\": true}", "not a valid Threshold"),
        ("{\"threshold\": null}", "threshold has to be a text"),
        ("{\"threshold\": [-34]}", "threshold has to be a text"),
        ("{\"threshold\": {\"dB\": -34}}", "threshold has to be a text"),
        ("{\"threshold\": \"\"}", "not a valid Threshold"),
        ("{\"points\": 3.5}", "not a valid Points"),
        ("{\"detector\": \"ear\"}", "\"ear\" is not a valid Detector: write slope, peak, best"),
        ("{\"detector\": 1}", "not a valid Detector"),
        ("{\"delta\": 2}", "not a valid Delta: write on, off"),
        ("{\"longest\": 0}", "not a valid Longest"),
        ("[]", "its values have to be an object"),
        ("\"-34 dB\"", "its values have to be an object"),
    ] {
        let reason = refused(values);
        assert!(reason.contains(words), "{values}: {reason}");
        assert!(reason.contains("a.json"), "{reason}");
    }
}

#[test]
fn what_is_no_preset_is_refused() {
    let folder = Folder::new();
    let whole = preset("A", "User", -30.0).to_json();
    let cut = &whole[..whole.len() / 2];
    let deep = format!("{{\"version\": 1, \"values\": {}}}", "[".repeat(100_000));
    let huge = format!("{whole}{}", " ".repeat(1 << 20));
    for (text, words) in [
        ("", "it is empty"),
        ("  \n", "it is empty"),
        (cut, "it is cut short after line"),
        ("RIFF....WAVEfmt ", "not valid JSON at line 1, column 1"),
        ("{\"version\": 1,}", "not valid JSON at line 1"),
        ("{\"version\": 1, \"values\": {\"mix\": NaN}}", "not valid JSON"),
        ("{\"version\": 1, \"values\": {\"mix\": 1e999}}", "not valid JSON"),
        (&deep, "not valid JSON"),
        (&huge, "far larger than any preset"),
        ("[1, 2]", "not an object"),
        ("3", "not an object"),
        ("{}", "it has no version"),
        ("{\"name\": \"x\", \"values\": {}}", "add \"version\": 1"),
        ("{\"version\": \"1\", \"values\": {}}", "version has to be a whole number"),
        ("{\"version\": 1.5, \"values\": {}}", "version has to be a whole number"),
        ("{\"version\": -1, \"values\": {}}", "version has to be a whole number"),
        ("{\"version\": 2, \"values\": {}}", "newer Extrema (its version is 2"),
        ("{\"version\": 18446744073709551615}", "update Extrema"),
        ("{\"version\": 1}", "it has no values"),
        ("{\"version\": 1, \"name\": 3, \"values\": {}}", "its name has to be a text"),
        ("{\"version\": 1, \"name\": \"\", \"values\": {}}", "empty"),
        ("{\"version\": 1, \"name\": \"a\\u0007\", \"values\": {}}", "cannot be shown"),
        ("{\"version\": 1, \"description\": [], \"values\": {}}", "description has to be a text"),
    ] {
        let path = folder.write("x.json", text);
        let reason = broken(&path);
        assert!(reason.contains(words), "{words}: {reason}");
        assert_eq!(fs::read(&path).unwrap(), text.as_bytes());
    }
    let reason = broken(&folder.write("x.json", b"{\"version\": 1, \"name\": \"\xff\"}"));
    assert!(reason.contains("not text in UTF-8"), "{reason}");
}

#[test]
fn what_is_no_file_is_refused_at_once() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder.json")).unwrap();
    assert!(broken(&folder.path("folder.json")).contains("a folder and not a file"));
    assert!(broken(&folder.path("missing.json")).contains("cannot read"));
    #[cfg(unix)]
    {
        let pipe = folder.path("pipe.json");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(broken(&pipe).contains("a pipe or a device"));
        let link = folder.path("link.json");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        assert!(broken(&link).contains("cannot read"));
        let problems: Vec<_> =
            folder.presets.list().problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 3, "{problems:?}");
    }
}

/// A file cut anywhere, or with any byte changed, is read or refused, and never half read.
#[test]
fn damage_is_never_silent() {
    let folder = Folder::new();
    let whole = preset("A", "User", -30.0).to_json();
    for end in 0..whole.trim_end().len() {
        broken(&folder.write("a.json", &whole[..end]));
    }
}

proptest! {
    /// Whatever a host can set comes back from a file as the same bits.
    #[test]
    fn any_setting_survives_a_file(positions in prop::collection::vec(0.0f32..=1.0, Control::COUNT)) {
        let value = |control: Control| {
            let (low, high) = control.host_range();
            let host = positions[control as usize] * (high - low) + low;
            control.from_host(if control.is_stepped() { host.round() } else { host })
        };
        let preset = Preset::new("Any", "User", "", value).unwrap();
        let folder = Folder::new();
        let read = UserPreset::load(&folder.write("any.json", preset.to_json())).unwrap();
        prop_assert_eq!(read.notices, [""; 0]);
        for ((control, host), (_, wanted)) in read.preset.host_values().zip(preset.host_values()) {
            prop_assert_eq!(host.to_bits(), wanted.to_bits(), "{:?}", control);
        }
    }

    /// And whatever is typed.
    #[test]
    fn any_threshold_survives_a_file(typed in -90.0f64..=0.0) {
        let folder = Folder::new();
        let path = folder.write("any.json", preset("Any", "User", typed).to_json());
        let read = threshold(&UserPreset::load(&path).unwrap().preset);
        prop_assert_eq!((read as f32).to_bits(), (typed as f32).to_bits());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let folder = Folder::new();
        let _ = UserPreset::load(&folder.write("any.json", bytes));
    }
}

#[test]
fn values_are_as_short_as_they_can_be() {
    let typed = [(-34.0, "-34.0 dB"), (-33.3, "-33.3 dB"), (-12.345, "-12.345 dB")];
    // What a host has is an `f32`.
    let host = [(f64::from(-33.3f32), "-33.3 dB"), (f64::from(-0.1f32), "-0.1 dB")];
    for (value, wanted) in typed.into_iter().chain(host) {
        let preset = preset("A", "User", value);
        let text = preset.texts().find(|(id, _)| *id == "threshold").unwrap().1;
        assert_eq!(text, wanted);
    }
}

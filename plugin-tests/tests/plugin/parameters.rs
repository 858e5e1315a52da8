//! Every parameter: group, name, range, default, and its text there and back.

use clack_extensions::params::PluginParams;

use crate::host::Instance;
use crate::sound::threshold;

#[test]
fn all_parameters_are_there_with_their_groups_and_defaults() {
    let mut instance = Instance::new();
    let expected = [
        ("Codec", "Threshold", "-30.0 dB"),
        ("Codec", "Points", "16"),
        ("Codec", "Curves", "255"),
        ("Codec", "Detector", "Peak"),
        ("Codec", "Longest curve", "5.00 ms"),
        ("Codec", "Stereo", "L/R"),
        ("Codec", "Follow", "100 %"),
        ("Codec", "Flats", "Draw"),
        ("Texture", "Zoom", "1"),
        ("Texture", "Edge", "0 %"),
        ("Texture", "Levels", "Off"),
        ("Texture", "Level scale", "Linear"),
        ("Broken", "Loss", "0 %"),
        ("Broken", "Loss run", "8"),
        ("Broken", "Loss mode", "Hold"),
        ("Broken", "Loop", "Off"),
        ("Broken", "Loop length", "50.0 ms"),
        ("Level", "Input", "0.0 dB"),
        ("Level", "Mix", "100 %"),
        ("Level", "Output", "0.0 dB"),
        ("Level", "Auto gain", "Off"),
        ("Level", "Delta", "Off"),
        ("", "Latency", "Full, 46.4 ms"),
        ("", "Bypass", "Not Bypassed"),
    ];
    let parameters = instance.parameters();
    assert_eq!(parameters.len(), expected.len());
    for (parameter, (group, name, default)) in parameters.into_iter().zip(expected) {
        assert_eq!(parameter.name, name);
        assert_eq!(parameter.group, group, "{name}");
        assert_eq!(instance.text(parameter.id, parameter.default), default, "{name}");
        assert_eq!(instance.value(parameter.id), parameter.default, "{name}");
        assert_eq!(parameter.automatable, name != "Latency", "{name}");
        assert_eq!(parameter.bypass, name == "Bypass", "{name}");
    }
}

#[test]
fn every_text_is_read_back_as_itself() {
    let mut instance = Instance::new();
    for parameter in instance.parameters() {
        for step in 0..=200 {
            let value = parameter.min + (parameter.max - parameter.min) * f64::from(step) / 200.0;
            let text = instance.text(parameter.id, value);
            let parsed = instance.parse(parameter.id, &text);
            let parsed =
                parsed.unwrap_or_else(|| panic!("{} does not take {text}", parameter.name));
            assert!((parameter.min..=parameter.max).contains(&parsed));
            assert_eq!(instance.text(parameter.id, parsed), text, "{}", parameter.name);
        }
    }
}

#[test]
fn texts_of_every_length_fit_and_end() {
    let mut instance = Instance::new();
    let gain = instance.parameter("Output");
    let handle = instance.plugin.plugin_handle();
    let params: PluginParams = handle.get_extension().expect("params");
    for (size, text) in [(1, ""), (2, "0"), (5, "0.0 "), (7, "0.0 dB"), (64, "0.0 dB")] {
        let mut buffer = [b'x'; 64];
        let room = &mut buffer[..size];
        let written = params.value_to_text(&handle, gain.id, gain.default, room).expect("a text");
        let written = String::from_utf8_lossy(written);
        assert_eq!(written.trim_end_matches('\0'), text, "{size} bytes");
    }
}

#[test]
fn what_a_musician_types_is_understood() {
    let mut instance = Instance::new();
    for (name, typed, shown) in [
        ("Threshold", "-60", "-60.0 dB"),
        ("Threshold", "-60dB", "-60.0 dB"),
        ("Threshold", "\u{2212}60 dBFS", "-60.0 dB"),
        ("Threshold", "50 lsb", "-56.3 dB"),
        ("Threshold", "0 lsb", "Off"),
        ("Threshold", "off", "Off"),
        ("Threshold", "OFF", "Off"),
        ("Threshold", "-90", "-90.0 dB"),
        ("Threshold", "-200", "-90.0 dB"),
        ("Threshold", "12", "-12.0 dB"),
        ("Longest curve", "max", "Max"),
        ("Longest curve", "5", "5.00 ms"),
        ("Longest curve", "12,5 ms", "12.5 ms"),
        ("Longest curve", "0.01", "0.10 ms"),
        ("Input", "-12dB", "-12.0 dB"),
        ("Output", "+6", "6.0 dB"),
        ("Output", "-0.01", "0.0 dB"),
        ("Mix", "33.3 %", "33.3 %"),
        ("Mix", "50", "50 %"),
        ("Points", "64", "64"),
        ("Detector", "Peak", "Peak"),
        ("Detector", "Best", "Best"),
        ("Stereo", "M/S", "M/S"),
        ("Delta", "on", "On"),
        ("Follow", "50", "50 %"),
        ("Follow", "33,3 %", "33.3 %"),
        ("Follow", "120", "100 %"),
        ("Flats", "Hold", "Hold"),
        ("Zoom", "15", "15"),
        ("Edge", "0.04", "0 %"),
        ("Edge", "100%", "100 %"),
        ("Levels", "3", "3.0 bits"),
        ("Levels", "2,5 bits", "2.5 bits"),
        ("Levels", "1 bit", "1.5 bits"),
        ("Levels", "16", "16.0 bits"),
        ("Levels", "24", "16.0 bits"),
        ("Levels", "off", "Off"),
        ("Level scale", "Logarithmic", "Logarithmic"),
        ("Loss", "12.5", "12.5 %"),
        ("Loss", "95 %", "80 %"),
        ("Loss run", "1", "1"),
        ("Loss run", "63", "63"),
        ("Loss run", "1000", "64"),
        ("Loss mode", "Repeat", "Repeat"),
        ("Loop", "on", "On"),
        ("Loop", "0", "Off"),
        ("Loop length", "5", "5.00 ms"),
        ("Loop length", "500 ms", "500.0 ms"),
        ("Loop length", "1", "5.00 ms"),
        ("Auto gain", "yes", "On"),
        ("Latency", "low", "Low, 5.8 ms"),
        ("Latency", "20 ms", "Normal, 23.2 ms"),
    ] {
        let id = instance.parameter(name).id;
        let value = instance.parse(id, typed).unwrap_or_else(|| panic!("{name}: {typed}"));
        assert_eq!(instance.text(id, value), shown, "{name}: {typed}");
    }
    for (name, typed) in [
        ("Threshold", "loud"),
        ("Threshold", "nan"),
        ("Longest curve", "-3"),
        ("Mix", ""),
        ("Follow", "far"),
        ("Flats", "straight"),
        ("Zoom", "2"),
        ("Levels", "max"),
        ("Levels", "0"),
        ("Loss", "50 ms"),
        ("Loss run", "7.5"),
        ("Loop", "maybe"),
        ("Loop length", "-50"),
        ("Auto gain", "6 dB"),
    ] {
        let id = instance.parameter(name).id;
        assert_eq!(instance.parse(id, typed), None, "{name}: {typed}");
    }
}

#[test]
fn the_threshold_of_v0_1_is_exactly_50_steps() {
    let mut instance = Instance::new();
    let parameter = instance.parameter("Threshold");
    let typed = instance.parse(parameter.id, "50 lsb").expect("a value");
    assert_eq!((parameter.min, parameter.max), (0.0, 1.0));
    assert_eq!(threshold(typed).steps(), 50.0);
}

#[test]
fn every_whole_number_can_be_reached() {
    let mut instance = Instance::new();
    for (name, numbers) in [("Points", 2..=64), ("Curves", 1..=255), ("Loss run", 1..=64)] {
        let parameter = instance.parameter(name);
        for number in numbers.map(|number: u32| number.to_string()) {
            let value = instance.parse(parameter.id, &number).expect("a value");
            assert_eq!(instance.text(parameter.id, value), number, "{name}");
        }
    }
}

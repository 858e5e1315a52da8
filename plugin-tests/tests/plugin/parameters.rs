//! Every parameter: name, range, default, and its text there and back.

use clack_extensions::params::PluginParams;

use crate::host::Instance;

#[test]
fn all_parameters_are_there_with_their_defaults() {
    let mut instance = Instance::new();
    let expected = [
        ("Threshold", "-56.3 dB"),
        ("Points", "16"),
        ("Curves", "255"),
        ("Detector", "Slope"),
        ("Longest curve", "Max"),
        ("Stereo", "L/R"),
        ("Input", "0.0 dB"),
        ("Mix", "100 %"),
        ("Output", "0.0 dB"),
        ("Delta", "Off"),
        ("Latency", "Full, 46.4 ms"),
        ("Bypass", "Not Bypassed"),
    ];
    let parameters = instance.parameters();
    assert_eq!(parameters.len(), expected.len());
    for (parameter, (name, default)) in parameters.into_iter().zip(expected) {
        assert_eq!(parameter.name, name);
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
        ("Threshold", "12", "0.0 dB"),
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
        ("Stereo", "M/S", "M/S"),
        ("Delta", "on", "On"),
        ("Latency", "low", "Low, 5.8 ms"),
        ("Latency", "20 ms", "Normal, 23.2 ms"),
    ] {
        let id = instance.parameter(name).id;
        let value = instance.parse(id, typed).unwrap_or_else(|| panic!("{name}: {typed}"));
        assert_eq!(instance.text(id, value), shown, "{name}: {typed}");
    }
    for (name, typed) in
        [("Threshold", "loud"), ("Threshold", "nan"), ("Longest curve", "-3"), ("Mix", "")]
    {
        let id = instance.parameter(name).id;
        assert_eq!(instance.parse(id, typed), None, "{name}: {typed}");
    }
}

#[test]
fn the_default_threshold_is_exactly_50_steps() {
    let mut instance = Instance::new();
    let threshold = instance.parameter("Threshold");
    let typed = instance.parse(threshold.id, "50 lsb").expect("a value");
    let steps = |value: f64| {
        let decibels = -90.0 + 90.0 * value as f32;
        extrema::codec::Threshold::from_dbfs(decibels).steps()
    };
    assert_eq!((threshold.min, threshold.max), (0.0, 1.0));
    assert_eq!(steps(threshold.default), 50.0);
    assert_eq!(steps(typed), 50.0);
}

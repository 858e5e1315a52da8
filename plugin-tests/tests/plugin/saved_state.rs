//! Sessions: what is saved comes back.

use crate::host::Instance;

#[test]
fn state_is_saved_changed_and_restored() {
    let mut instance = Instance::new();
    let changes = [
        instance.change("Threshold", "-33.3 dB"),
        instance.change("Points", "7"),
        instance.change("Curves", "99"),
        instance.change("Detector", "Slope"),
        instance.change("Longest curve", "7.5 ms"),
        instance.change("Stereo", "Linked"),
        instance.change("Follow", "12.3 %"),
        instance.change("Flats", "Hold"),
        instance.change("Zoom", "9"),
        instance.change("Edge", "45.6 %"),
        instance.change("Levels", "3.5 bits"),
        instance.change("Level scale", "Logarithmic"),
        instance.change("Loss", "7.8 %"),
        instance.change("Loss run", "33"),
        instance.change("Loss mode", "Repeat"),
        instance.change("Loop", "on"),
        instance.change("Loop length", "123 ms"),
        instance.change("Input", "3 dB"),
        instance.change("Mix", "42 %"),
        instance.change("Output", "-4.5 dB"),
        instance.change("Auto gain", "on"),
        instance.change("Delta", "on"),
        instance.change("Latency", "low"),
        instance.change("Bypass", "bypassed"),
    ];
    instance.flush(&changes);
    let parameters = instance.parameters();
    let values: Vec<f64> = parameters.iter().map(|p| instance.value(p.id)).collect();
    assert!(parameters.iter().zip(&values).all(|(p, &value)| p.default != value));
    let saved = instance.save();

    let defaults: Vec<_> = parameters
        .iter()
        .map(|p| crate::host::Change { sample: 0, id: p.id, value: p.default })
        .collect();
    instance.flush(&defaults);
    assert!(parameters.iter().all(|p| instance.value(p.id) == p.default));

    assert!(instance.load(&saved));
    let restored: Vec<f64> = parameters.iter().map(|p| instance.value(p.id)).collect();
    assert_eq!(restored, values);

    let mut fresh = Instance::new();
    assert!(fresh.load(&saved));
    let restored: Vec<f64> = parameters.iter().map(|p| fresh.value(p.id)).collect();
    assert_eq!(restored, values);
    assert_eq!(fresh.save(), saved);
}

#[test]
fn state_names_the_codebook_and_the_ids_are_stable() {
    let saved = Instance::new().save();
    let text = String::from_utf8_lossy(&saved);
    assert!(text.contains("extrema-1"), "{text}");
    for id in [
        "threshold",
        "points",
        "curves",
        "detector",
        "longest",
        "stereo",
        "follow",
        "flats",
        "zoom",
        "edge",
        "levels",
        "level_scale",
        "loss",
        "loss_run",
        "loss_mode",
        "loop",
        "loop_length",
        "auto_gain",
        "input",
        "mix",
        "output",
        "delta",
        "latency",
        "bypass",
    ] {
        assert!(text.contains(&format!("\"{id}\"")), "{id}: {text}");
    }
}

#[test]
fn damaged_state_is_refused_and_changes_nothing() {
    let mut instance = Instance::new();
    let change = instance.change("Points", "9");
    instance.flush(&[change]);
    let saved = instance.save();
    for damaged in [&b""[..], b"nonsense", &saved[..saved.len() / 2]] {
        assert!(!instance.load(damaged));
        assert_eq!(instance.value(change.id), change.value);
    }
}

#[test]
fn zeros_behind_a_state_are_ignored() {
    let mut source = Instance::new();
    let change = source.change("Points", "9");
    source.flush(&[change]);
    let saved = source.save();
    let (_, text) = saved.split_at(8);
    for zeros in [1, 2, 7, 512, 100_000] {
        let mut padded = saved.clone();
        padded.resize(saved.len() + zeros, 0);
        let mut counted = ((text.len() + zeros) as u64).to_le_bytes().to_vec();
        counted.extend(&padded[8..]);
        // Fewer zeros than the length says.
        let cut = &counted[..counted.len() - zeros / 2];
        for state in [&padded[..], &counted, cut] {
            let mut instance = Instance::new();
            assert!(instance.load(state), "{zeros} zeros");
            assert_eq!(instance.value(change.id), change.value, "{zeros} zeros");
            assert_eq!(instance.save(), saved, "{zeros} zeros");
        }
    }
}

#[test]
fn what_is_no_state_is_refused_and_changes_nothing() {
    let mut instance = Instance::new();
    let change = instance.change("Points", "9");
    instance.flush(&[change]);
    let saved = instance.save();
    let with_length = |length: u64, text: &[u8]| [&length.to_le_bytes(), text].concat();
    let text = &saved[8..];
    let length = text.len() as u64;
    let cases = [
        vec![0; 4],
        vec![0; 8],
        vec![0; 1000],
        with_length(0, text),
        with_length(length - 1, text),
        with_length(u64::MAX, text),
        with_length(1 << 60, text),
        with_length(100 << 20, &vec![b' '; 100 << 20]),
        with_length(length, &[text, b"\0{}"].concat()[3..]),
        with_length(length + 3, &[text, b"\0{}"].concat()),
        with_length(10 << 20, &vec![b'['; 10 << 20]),
        with_length(4, b"\xff\xfe\x00\x00"),
        with_length(4, b"null"),
    ];
    let mut player = instance.activate(44_100.0, 64);
    for (case, state) in cases.iter().enumerate() {
        assert!(!instance.load(state), "case {case}");
        player.block(&[&[0.5; 64], &[0.5; 64]], &[]);
        assert_eq!(instance.save(), saved, "case {case}");
    }
    instance.deactivate(player);
}

#[test]
fn state_may_be_loaded_while_playing() {
    let mut source = Instance::new();
    let change = source.change("Mix", "0 %");
    let latency = source.change("Latency", "normal");
    source.flush(&[change, latency]);
    let saved = source.save();

    let mut instance = Instance::new();
    let mut player = instance.activate(48_000.0, 512);
    let wave = vec![0.25; 512];
    player.block(&[&wave, &wave], &[]);
    assert_eq!(instance.latency(), 2048);
    assert!(instance.load(&saved));
    let restarts = instance.restarts();
    // The mix acts on what comes in from now on, which is heard a latency later.
    for _ in 0..8 {
        player.block(&[&wave, &wave], &[]);
    }
    instance.idle();
    assert_eq!(instance.value(change.id), change.value);
    // The sound keeps the latency that is reported until the host restarts the plugin.
    assert_eq!((instance.latency(), instance.restarts()), (2048, restarts + 1));
    let out = player.block(&[&wave, &wave], &[]);
    assert!(out[0].iter().all(|&x| x == 0.25));
    instance.deactivate(player);

    let mut player = instance.activate(48_000.0, 2048);
    assert_eq!(instance.latency(), 1024);
    let wave = vec![0.25; 2048];
    let out = player.block(&[&wave, &wave], &[]);
    assert!(out[0][..1024].iter().all(|&x| x == 0.0));
    assert!(out[0][1024..].iter().all(|&x| x == 0.25));
    instance.deactivate(player);
}

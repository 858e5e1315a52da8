//! Scanning, activating and resetting, the latency, the tail, and what the plugin declares.

use clack_extensions::audio_ports::{AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer};
use clack_extensions::render::PluginRender;

use crate::host::{Instance, Parameter, entry};
use crate::sound::{bits, untouched, wave};

#[test]
fn the_scan_finds_one_effect() {
    let entry = entry();
    let factory = entry.get_plugin_factory().expect("a factory");
    let descriptors: Vec<_> = factory.plugin_descriptors().collect();
    assert_eq!(descriptors.len(), 1);
    let plugin = &descriptors[0];
    assert_eq!(plugin.id(), Some(c"audio.extrema.extrema"));
    assert_eq!(plugin.name(), Some(c"Extrema"));
    assert_eq!(plugin.vendor(), Some(c"Extrema"));
    let features: Vec<_> = plugin.features().collect();
    assert!(features.contains(&c"audio-effect") && features.contains(&c"distortion"));
}

#[test]
fn stereo_is_the_default_and_mono_can_be_chosen() {
    let mut instance = Instance::new();
    let handle = instance.plugin.inactive_plugin_handle().expect("an inactive plugin");
    let ports: PluginAudioPorts = handle.get_extension().expect("ports");
    let configs: PluginAudioPortsConfig = handle.get_extension().expect("configurations");
    let mut buffer = AudioPortInfoBuffer::new();
    for is_input in [true, false] {
        assert_eq!(ports.count(&handle, is_input), 1);
        let info = ports.get(&handle, 0, is_input, &mut buffer).expect("a port");
        assert_eq!(info.channel_count, 2);
    }
    assert_eq!(configs.count(&handle), 2);
    let mut config = AudioPortsConfigBuffer::new();
    let mono = configs.get(&handle, 1, &mut config).expect("mono").id;
    configs.select(&handle, mono).expect("mono is selected");
    let info = ports.get(&handle, 0, true, &mut buffer).expect("a port");
    assert_eq!(info.channel_count, 1);

    let mut player = instance.activate(44_100.0, 256);
    let out = player.track(&[&[0.5; 4096]], 256, &[]);
    assert!(out[0][2100..].iter().all(|x| (x - 0.5).abs() < 1e-4));
    instance.deactivate(player);
}

#[test]
fn every_rate_and_block_size_sounds_like_the_effect() {
    for (rate, latency) in [
        (8_000.0, 2048),
        (22_050.0, 2048),
        (44_100.0, 2048),
        (48_000.0, 2048),
        (88_200.0, 4096),
        (96_000.0, 4096),
        (192_000.0, 8192),
        (384_000.0, 16_384),
    ] {
        let frames = latency as usize + 3000;
        let (left, right) = (wave(frames, 441.0), wave(frames, 98.0));
        let want = untouched(rate, [&left, &right]);
        for block in [1, 2, 63, 64, 1000, 8192] {
            let mut instance = Instance::new();
            let mut player = instance.activate(rate, block);
            assert_eq!(instance.latency(), latency, "{rate} Hz");
            let out = player.track(&[&left, &right], block as usize, &[]);
            instance.deactivate(player);
            assert_eq!(bits(&out), bits(&want), "{rate} Hz, blocks of {block}");
        }
    }
}

#[test]
fn a_changed_latency_asks_for_a_restart_and_holds_from_then_on() {
    let mut instance = Instance::new();
    let change = instance.change("Latency", "low");
    let mut player = instance.activate(44_100.0, 512);
    assert_eq!(instance.latency(), 2048);
    // The framework asks for a restart whenever an activation changes the latency, as the first
    // does.
    let before = instance.restarts();
    let wave = vec![0.25; 512];
    player.block(&[&wave, &wave], &[change]);
    let out = player.block(&[&wave, &wave], &[]);
    instance.idle();
    // In CLAP the latency may only change in an activation, so the host is asked for one.
    assert_eq!((instance.latency(), instance.restarts()), (2048, before + 1));
    assert!(out[0].iter().all(|&x| x == 0.0));
    instance.deactivate(player);
    let mut player = instance.activate(44_100.0, 512);
    assert_eq!(instance.latency(), 256);
    let out = player.block(&[&wave, &wave], &[]);
    assert!(out[0][..256].iter().all(|&x| x == 0.0));
    assert!(out[0][256..].iter().all(|&x| (x - 0.25).abs() < 1e-4));
    instance.deactivate(player);
}

#[test]
fn a_reset_starts_over() {
    let wave: Vec<f32> = (0..6000).map(|i| 0.5 * libm::sinf(i as f32 * 0.03)).collect();
    let mut instance = Instance::new();
    let mut player = instance.activate(44_100.0, 6000);
    let first = player.block(&[&wave, &wave], &[]);
    player.processor.reset();
    let second = player.block(&[&wave, &wave], &[]);
    assert_eq!(first, second);
    instance.deactivate(player);
}

#[test]
fn the_tail_is_the_latency_and_the_longest_curve() {
    let mut instance = Instance::new();
    let longest = instance.change("Longest curve", "10 ms");
    let max = instance.change("Longest curve", "max");
    let mut player = instance.activate(44_100.0, 64);
    // The framework reports no tail before a block has been processed; 2048 + 221 would be right.
    assert_eq!(player.tail(), Some(0));
    player.block(&[&[0.0; 64], &[0.0; 64]], &[]);
    assert_eq!(player.tail(), Some(2048 + 221));
    player.block(&[&[0.0; 64], &[0.0; 64]], &[longest]);
    assert_eq!(player.tail(), Some(2048 + 441));
    player.block(&[&[0.0; 64], &[0.0; 64]], &[max]);
    assert_eq!(player.tail(), Some(2048 + 2048));
    instance.deactivate(player);
}

#[test]
fn a_loop_has_a_tail_without_an_end() {
    let wave = wave(8192, 110.0);
    let silence = [0.0; 8192];
    let mut instance = Instance::new();
    let (on, off) = (instance.change("Loop", "on"), instance.change("Loop", "off"));
    let mut player = instance.activate(44_100.0, 8192);
    player.block(&[&wave, &wave], &[]);
    player.block(&[&silence, &silence], &[on]);
    for _ in 0..20 {
        assert_eq!(player.tail(), None);
        let out = player.block(&[&silence, &silence], &[]);
        assert!(out[0].iter().any(|x| x.abs() > 0.1));
    }
    player.block(&[&silence, &silence], &[off]);
    assert_eq!(player.tail(), Some(2048 + 221));
    player.block(&[&silence, &silence], &[]);
    let out = player.block(&[&silence, &silence], &[]);
    assert!(out[0].iter().all(|&x| x == 0.0));
    instance.deactivate(player);
}

#[test]
fn it_does_not_require_real_time() {
    let mut instance = Instance::new();
    let handle = instance.plugin.plugin_handle();
    let render: PluginRender = handle.get_extension().expect("render");
    assert!(!render.has_realtime_requirement(&handle));
}

#[test]
fn the_remote_control_pages_have_every_parameter_of_the_sound() {
    let mut instance = Instance::new();
    let parameters = instance.parameters();
    let handle = instance.plugin.plugin_handle();
    let remote: PluginRemoteControls = handle.get_extension().expect("remote controls");
    let pages = [
        (
            "Main",
            &["Threshold", "Longest curve", "Zoom", "Edge", "Loss", "Loop", "Mix", "Output"][..],
        ),
        (
            "Codec",
            &[
                "Threshold",
                "Follow",
                "Longest curve",
                "Points",
                "Curves",
                "Detector",
                "Flats",
                "Stereo",
            ],
        ),
        ("Texture", &["Zoom", "Edge", "Levels", "Level scale"]),
        ("Broken", &["Loss", "Loss run", "Loss mode", "Loop", "Loop length"]),
        ("Level", &["Input", "Mix", "Output", "Auto gain", "Delta", "Bypass"]),
    ];
    assert_eq!(remote.count(&handle), 5);
    let listed = |parameter: &Parameter| {
        pages.iter().any(|(_, names)| names.contains(&parameter.name.as_str()))
    };
    assert!(parameters.iter().all(|parameter| listed(parameter) || parameter.name == "Latency"));
    for (index, (name, names)) in (0..).zip(pages) {
        let mut buffer = RemoteControlsPageBuffer::new();
        let page = remote.get(&handle, index, &mut buffer).expect("a page");
        assert_eq!(page.section_name, b"Extrema");
        assert_eq!(page.page_name, name.as_bytes());
        let found: Vec<&str> = page
            .param_ids
            .iter()
            .flatten()
            .map(|id| parameters.iter().find(|p| p.id == *id).expect("a parameter").name.as_str())
            .collect();
        assert_eq!(found, names, "{name}");
    }
}

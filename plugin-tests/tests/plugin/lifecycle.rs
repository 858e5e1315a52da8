//! Scanning, activating, resetting, changing the latency, several instances.

use clack_extensions::audio_ports::{AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::tail::{PluginTail, TailLength};

use crate::host::{Instance, entry};

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
fn it_runs_at_every_rate_and_block_size() {
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
        for frames in [1, 2, 63, 64, 1000, 8192] {
            let mut instance = Instance::new();
            let mut player = instance.activate(rate, frames);
            assert_eq!(instance.latency(), latency, "{rate} Hz");
            let wave: Vec<f32> = (0..frames).map(|i| libm::sinf(i as f32 * 0.1)).collect();
            for _ in 0..3 {
                let out = player.block(&[&wave, &wave], &[]);
                assert!(out.iter().flatten().all(|x| x.is_finite()));
            }
            instance.deactivate(player);
        }
    }
}

#[test]
fn a_changed_latency_asks_for_a_restart_and_holds_from_then_on() {
    let mut instance = Instance::new();
    let change = instance.change("Latency", "low");
    let mut player = instance.activate(44_100.0, 512);
    assert_eq!(instance.latency(), 2048);
    // The framework asks for a restart whenever an activation changes the latency, so once here.
    let before = instance.restarts();
    let wave = vec![0.25; 512];
    player.block(&[&wave, &wave], &[change]);
    let out = player.block(&[&wave, &wave], &[]);
    instance.idle();
    // CLAP lets it change only in an activation, so the host is asked for one, once.
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
fn reset_in_the_middle_starts_over() {
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
fn two_instances_run_in_two_threads() {
    let play = |pitch: f32| {
        let wave: Vec<f32> = (0..20_000).map(|i| 0.5 * libm::sinf(i as f32 * pitch)).collect();
        let mut instance = Instance::new();
        let mut player = instance.activate(48_000.0, 128);
        let out = player.track(&[&wave, &wave], 128, &[]);
        instance.deactivate(player);
        out
    };
    let (alone, other) = (play(0.02), play(0.05));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| play(0.02));
        let second = scope.spawn(|| play(0.05));
        assert_eq!(first.join().expect("the first"), alone);
        assert_eq!(second.join().expect("the second"), other);
    });
}

#[test]
fn tail_render_mode_and_remote_controls_are_declared() {
    let mut instance = Instance::new();
    let mut player = instance.activate(44_100.0, 64);
    player.block(&[&[0.0; 64], &[0.0; 64]], &[]);
    {
        let handle = player.processor.plugin_handle();
        let tail: PluginTail = handle.get_extension().expect("tail");
        assert_eq!(tail.get(&handle), TailLength::Finite(4096));
    }
    let handle = instance.plugin.plugin_handle();
    let render: PluginRender = handle.get_extension().expect("render");
    assert!(!render.has_realtime_requirement(&handle));
    render.set(&handle, RenderMode::Offline).expect("offline");
    let remote: PluginRemoteControls = handle.get_extension().expect("remote controls");
    assert_eq!(remote.count(&handle), 2);
    let mut buffer = RemoteControlsPageBuffer::new();
    let page = remote.get(&handle, 0, &mut buffer).expect("a page");
    assert_eq!(page.page_name, b"Codec");
    instance.deactivate(player);
}

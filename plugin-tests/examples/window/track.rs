//! An instance of the plugin on a track, played by its own audio thread.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiSize, PluginGui};
use extrema_plugin_tests::stage::chord;
use test_host::{Change, Instance, Player};

use crate::Args;

const SAMPLE_RATE: f64 = 44_100.0;
const BLOCK: usize = 512;

/// An instance and its audio thread.
pub struct Track {
    pub instance: Instance,
    audio: JoinHandle<Player>,
    stop: Arc<AtomicBool>,
    /// Whether silence is played.
    pub silent: Arc<AtomicBool>,
}

impl Track {
    /// Loads the plugin and starts to play.
    pub fn new(args: &Args) -> Self {
        let mut instance = Instance::new();
        set_window(&mut instance, args.size, args.zoom);
        let changes: Vec<Change> =
            args.set.iter().map(|(name, text)| instance.change(name, text)).collect();
        instance.flush(&changes);
        let offsets: Vec<Change> = args
            .modulate
            .iter()
            .map(|(name, value)| Change {
                sample: 0,
                id: instance.parameter(name).id,
                value: *value,
            })
            .collect();
        let mut player = instance.activate(SAMPLE_RATE, BLOCK as u32);
        let stop = Arc::<AtomicBool>::default();
        let silent = Arc::new(AtomicBool::new(args.silent));
        let (stopping, silencing, idle) = (stop.clone(), silent.clone(), args.idle);
        let audio = std::thread::Builder::new().name("audio".to_owned());
        let audio = audio.spawn(move || {
            let start = Instant::now();
            let mut played = 0;
            while !stopping.load(Ordering::SeqCst) {
                let is_silent = silencing.load(Ordering::SeqCst);
                let sample =
                    |i| if is_silent { [0.0; 2] } else { chord((played + i) as f64 / SAMPLE_RATE) };
                let [left, right] = [0, 1]
                    .map(|channel| (0..BLOCK).map(|i| sample(i)[channel]).collect::<Vec<_>>());
                if played == 0 {
                    player.modulated(&[&left, &right], &offsets);
                } else if !idle {
                    player.block(&[&left, &right], &[]);
                }
                played += BLOCK;
                let due = Duration::from_secs_f64(played as f64 / SAMPLE_RATE);
                std::thread::sleep(due.saturating_sub(start.elapsed()));
            }
            player
        });
        Self { instance, audio: audio.expect("a thread"), stop, silent }
    }

    /// Fails if a session saved now would open with a window of another size, at the scale that the host
    /// wants.
    pub fn check_saved_window(&mut self, scale: f64) -> Result<(), Box<dyn Error>> {
        let mut copy = Instance::new();
        if !copy.load(&self.instance.save()) {
            return Err("the plugin does not load what it has saved".into());
        }
        let (saved, unscaled) = (window_size(&mut self.instance)?, window_size(&mut copy)?);
        let scaled = |side: u32| (f64::from(side) * scale).round() as u32;
        let restored = GuiSize { width: scaled(unscaled.width), height: scaled(unscaled.height) };
        if saved != restored {
            return Err(format!("a window of {saved:?} is restored with {restored:?}").into());
        }
        println!("window restored: {}x{}", restored.width, restored.height);
        Ok(())
    }

    /// Stops playing, unloads the plugin, and returns the longest time that a block has taken.
    pub fn stop(mut self) -> Result<Duration, Box<dyn Error>> {
        self.stop.store(true, Ordering::SeqCst);
        let player = self.audio.join().map_err(|_| "the audio thread failed")?;
        let slowest = player.slowest;
        self.instance.deactivate(player);
        Ok(slowest)
    }
}

/// The size its window has, or would have.
fn window_size(instance: &mut Instance) -> Result<GuiSize, Box<dyn Error>> {
    let handle = instance.plugin.plugin_handle();
    let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
    Ok(gui.get_size(&handle).ok_or("no size")?)
}

/// Loads a session whose window has this size and zoom: the saved state is the length of its JSON,
/// and the JSON.
fn set_window(instance: &mut Instance, (width, height): (u32, u32), zoom: u32) {
    let editor = |width, height, zoom| {
        format!(r#"{{\"width\":{width},\"height\":{height},\"zoom_percent\":{zoom}}}"#)
    };
    let saved = instance.save();
    let json = String::from_utf8_lossy(&saved[8..]);
    let default = editor(960, 600, 100);
    assert!(json.contains(&default), "no window of the default size in {json}");
    let json = json.replace(&default, &editor(width, height, zoom));
    let state = [&(json.len() as u64).to_le_bytes(), json.as_bytes()].concat();
    assert!(instance.load(&state), "the plugin does not load {json}");
}

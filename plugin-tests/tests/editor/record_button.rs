//! The button that records: what it shows in each state, and what a click does.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::{env, fs, process};

use egui::{Context, Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Vec2, pos2, vec2};
use extrema::codec::Codebook;
use extrema::editor::{record_button, theme};
use extrema::effect::{Effect, Latency};
use extrema::params::ExtremaParams;
use extrema::recorder::{CAPACITY, Recorder, RecorderStatus, RecorderTap, recorder};
use extrema_plugin_tests::raster::Rasterizer;
use extrema_plugin_tests::stage::{RATE, chord};

use crate::snapshot::compare;

/// A window with the button alone, and a codec to record.
struct Desk {
    context: Context,
    rasterizer: Rasterizer,
    events: Vec<Event>,
    now: f64,
    folder: PathBuf,
    recorder: Arc<Recorder>,
    tap: RecorderTap,
    effect: Effect,
}

const BUTTON: Rect = Rect { min: Pos2::new(6.0, 6.0), max: Pos2::new(202.0, 34.0) };
const SMALL: Rect = Rect { min: Pos2::new(208.0, 6.0), max: Pos2::new(336.0, 34.0) };
const WINDOW: Vec2 = vec2(342.0, 130.0);

impl Desk {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("extrema-button-{name}-{}", process::id()));
        let params = Arc::new(ExtremaParams::default());
        let (recorder, mut tap) = recorder(params, Some(folder.clone()), CAPACITY);
        let codebook = Codebook::standard();
        tap.activate(RATE, 2, &codebook);
        let context = Context::default();
        theme::install(&context);
        let effect = Effect::new(&codebook, RATE, 2, Latency::Full);
        let (rasterizer, events) = (Rasterizer::default(), Vec::new());
        Self { context, rasterizer, events, now: 0.0, folder, recorder, tap, effect }
    }

    fn play(&mut self, seconds: f64) {
        let frame = |i: usize| chord(i as f64 / RATE);
        let wave = |channel: usize| -> Vec<f32> {
            (0..(seconds * RATE) as usize).map(|i| frame(i)[channel]).collect()
        };
        let (mut left, mut right) = (wave(0), wave(1));
        self.tap.begin_block(&self.effect);
        self.effect.process(&mut [&mut left, &mut right], &mut self.tap);
        // The thread that writes tells how long the recording is.
        thread::sleep(Duration::from_millis(100));
    }

    /// Draws the button in both sizes, `seconds` later.
    fn frame(&mut self, seconds: f64) -> image::RgbImage {
        self.now += seconds;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
            time: Some(self.now),
            events: std::mem::take(&mut self.events),
            ..RawInput::default()
        };
        let recorder = self.recorder.clone();
        let mut output = self.context.run_ui(input, |ui| {
            ui.painter().rect_filled(ui.max_rect(), 0.0, theme::PANEL);
            record_button::show(ui, BUTTON, &recorder, "Soft sand", false);
            ui.push_id("small", |ui| {
                record_button::show(ui, SMALL, &recorder, "Soft sand", true);
            });
        });
        self.rasterizer.update(&output.textures_delta);
        let meshes = self.context.tessellate(std::mem::take(&mut output.shapes), 1.0);
        output.drop_without_applying_deltas();
        self.rasterizer.paint(WINDOW, 1.0, &meshes)
    }

    fn click(&mut self, at: Pos2, button: PointerButton) {
        self.events.push(Event::PointerMoved(at));
        self.frame(0.02);
        for pressed in [true, false] {
            self.events.push(Event::PointerButton {
                pos: at,
                button,
                pressed,
                modifiers: Modifiers::NONE,
            });
            self.frame(0.02);
        }
    }

    fn leave(&mut self) {
        self.events.push(Event::PointerGone);
        self.frame(0.02);
    }

    fn wait(&self) -> RecorderStatus {
        loop {
            match self.recorder.status() {
                RecorderStatus::Recording { .. } | RecorderStatus::Saving { .. } => {
                    thread::sleep(Duration::from_millis(2));
                }
                status => return status,
            }
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_click_starts_and_another_stops_and_saves() {
    let mut desk = Desk::new("click");
    compare("record-idle", &desk.frame(0.0));
    desk.play(0.1);
    desk.click(BUTTON.center(), PointerButton::Primary);
    assert!(matches!(desk.recorder.status(), RecorderStatus::Recording { .. }));
    desk.play(12.45);
    desk.leave();
    compare("record-recording", &desk.frame(0.1));
    desk.click(SMALL.center(), PointerButton::Primary);
    desk.play(0.01);
    let RecorderStatus::Saved { path, files, .. } = desk.wait() else { panic!("nothing is saved") };
    assert_eq!(files, 1);
    assert!(
        path.starts_with(&desk.folder) && path.to_str().unwrap().ends_with("Soft sand.extrema")
    );
    desk.leave();
    compare("record-saved", &desk.frame(0.1));
    // Its size is shown for three seconds.
    desk.frame(2.7);
    compare("record-saved", &desk.frame(0.0));
    compare("record-idle", &desk.frame(0.5));
    desk.click(BUTTON.center(), PointerButton::Primary);
    assert!(
        matches!(desk.recorder.status(), RecorderStatus::Recording { .. }),
        "it cannot be used again"
    );
}

#[test]
fn a_failure_is_red_and_a_click_says_why() {
    let mut desk = Desk::new("failure");
    fs::write(&desk.folder, "").unwrap();
    desk.click(BUTTON.center(), PointerButton::Primary);
    desk.play(0.1);
    let RecorderStatus::Failed { reason } = desk.wait() else { panic!("a file is no folder") };
    assert!(reason.contains("cannot be made"), "{reason}");
    desk.leave();
    compare("record-failed", &desk.frame(0.1));
    desk.click(BUTTON.center(), PointerButton::Primary);
    assert!(
        matches!(desk.recorder.status(), RecorderStatus::Failed { .. }),
        "a click only asks why"
    );
    desk.frame(0.5);
    let before = desk.frame(0.1);
    // The reason, with the path of this process's folder, and two rows below.
    let again = pos2(40.0, 100.0);
    assert!(before.get_pixel(again.x as u32, again.y as u32).0 != [0x16, 0x1a, 0x20]);
    fs::remove_file(&desk.folder).unwrap();
    desk.recorder.start("Soft sand");
    assert!(matches!(desk.recorder.status(), RecorderStatus::Recording { .. }));
}

//! The button that records: what it shows in each state, and what a click does.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use egui::{Context, Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Vec2, pos2, vec2};
use extrema::codec::Codebook;
use extrema::editor::{context, record_button, theme};
use extrema::effect::{Effect, Latency};
use extrema::params::ExtremaParams;
use extrema::recorder::{CAPACITY, Recorder, RecorderStatus, RecorderTap, recorder};
use extrema_plugin_tests::raster::Rasterizer;
use extrema_plugin_tests::stage::chord;
use image::{RgbImage, imageops};

use crate::snapshot::compare;

/// Windows with the button alone, and a codec to record.
struct Desk {
    /// The normal size and the small one.
    windows: [(Context, Rasterizer); 2],
    events: Vec<Event>,
    now: f64,
    folder: PathBuf,
    recorder: Arc<Recorder>,
    tap: RecorderTap,
    effect: Effect,
}

/// The sample rate in Hz, so low that a long recording takes no time.
const RATE: f64 = 8_000.0;

const BUTTONS: [Rect; 2] = [
    Rect { min: Pos2::new(6.0, 6.0), max: Pos2::new(202.0, 34.0) },
    Rect { min: Pos2::new(6.0, 6.0), max: Pos2::new(134.0, 34.0) },
];
const WINDOW: Vec2 = vec2(360.0, 170.0);

impl Desk {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("extrema-button-{name}-{}", process::id()));
        let params = Arc::new(ExtremaParams::default());
        let (recorder, mut tap) = recorder(params, Some(folder.clone()), CAPACITY);
        let codebook = Codebook::standard();
        tap.activate(RATE, 2);
        let effect = Effect::new(&codebook, RATE, 2, Latency::Full);
        let windows = std::array::from_fn(|_| {
            let context = Context::default();
            context::install(&context);
            (context, Rasterizer::default())
        });
        Self { windows, events: Vec::new(), now: 0.0, folder, recorder, tap, effect }
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

    /// Draws the button, `seconds` later, in both sizes; events are for the first.
    fn frame(&mut self, seconds: f64) -> RgbImage {
        self.now += seconds;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
            time: Some(self.now),
            ..RawInput::default()
        };
        let mut image = RgbImage::new(208, 80);
        let mut events = std::mem::take(&mut self.events);
        for (((context, rasterizer), button), top) in
            self.windows.iter_mut().zip(BUTTONS).zip([0, 40])
        {
            let input = RawInput { events: std::mem::take(&mut events), ..input.clone() };
            let mut output = context.run_ui(input, |ui| {
                ui.painter().rect_filled(ui.max_rect(), 0.0, theme::PANEL);
                let small = button != BUTTONS[0];
                record_button::show(ui, button, &self.recorder, "Soft sand", small);
            });
            rasterizer.update(&output.textures_delta);
            let meshes = context.tessellate(std::mem::take(&mut output.shapes), 1.0);
            output.drop_without_applying_deltas();
            imageops::overlay(&mut image, &rasterizer.paint(WINDOW, 1.0, &meshes), 0, top);
        }
        image
    }

    fn click(&mut self, pos: Pos2, button: PointerButton) {
        self.events.push(Event::PointerMoved(pos));
        self.frame(0.02);
        for pressed in [true, false] {
            let modifiers = Modifiers::NONE;
            self.events.push(Event::PointerButton { pos, button, pressed, modifiers });
            self.frame(0.02);
        }
    }

    /// The middle of a row of the open menu, as it is announced to screen readers.
    fn row(&mut self, name: &str) -> Pos2 {
        let context = self.windows[0].0.clone();
        context.enable_accesskit();
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
            time: Some(self.now),
            ..RawInput::default()
        };
        let output = context.run_ui(input, |ui| {
            record_button::show(ui, BUTTONS[0], &self.recorder, "Soft sand", false);
        });
        let update =
            output.platform_output.accesskit_update.clone().expect("names for screen readers");
        output.drop_without_applying_deltas();
        let mut nodes = update.nodes.iter();
        let node = nodes.find(|(_, node)| node.label() == Some(name));
        let bounds =
            node.and_then(|(_, node)| node.bounds()).unwrap_or_else(|| panic!("no {name}"));
        pos2((bounds.x0 + bounds.x1) as f32 / 2.0, (bounds.y0 + bounds.y1) as f32 / 2.0)
    }

    fn leave(&mut self) {
        self.events.push(Event::PointerGone);
        self.frame(0.02);
    }

    fn wait(&self) -> RecorderStatus {
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < Duration::from_secs(20), "the recording does not end");
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
    let button = BUTTONS[0].center();
    compare("record-idle", &desk.frame(0.0));
    desk.play(0.1);
    desk.click(button, PointerButton::Primary);
    assert!(matches!(desk.recorder.status(), RecorderStatus::Recording { .. }));
    desk.play(12.45);
    desk.leave();
    compare("record-recording", &desk.frame(0.1));
    desk.click(button, PointerButton::Primary);
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
    desk.click(button, PointerButton::Primary);
    let status = desk.recorder.status();
    assert!(matches!(status, RecorderStatus::Recording { .. }), "it cannot be used again");
}

#[test]
fn a_failure_is_red_and_a_click_says_why_and_offers_another_try() {
    let mut desk = Desk::new("failure");
    let button = BUTTONS[0].center();
    fs::write(&desk.folder, "").unwrap();
    desk.click(button, PointerButton::Primary);
    desk.play(0.1);
    let RecorderStatus::Failed { reason } = desk.wait() else { panic!("a file is no folder") };
    assert!(reason.contains("cannot be made"), "{reason}");
    desk.leave();
    compare("record-failed", &desk.frame(0.1));
    desk.click(button, PointerButton::Primary);
    let is_failed = matches!(desk.recorder.status(), RecorderStatus::Failed { .. });
    assert!(is_failed, "a click only asks why");
    fs::remove_file(&desk.folder).unwrap();
    let again = desk.row("Record again");
    desk.click(again, PointerButton::Primary);
    assert!(matches!(desk.recorder.status(), RecorderStatus::Recording { .. }));
}

#[test]
fn the_folder_is_offered_by_the_other_mouse_button() {
    let mut desk = Desk::new("menu");
    desk.click(BUTTONS[0].center(), PointerButton::Secondary);
    desk.row("Show folder");
    assert_eq!(desk.recorder.status(), RecorderStatus::Idle, "only the first button records");
}

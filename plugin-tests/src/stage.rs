//! The editor on a stage, without a window or a host: parameters that record every call, audio
//! through the real effect, and egui's test harness.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use egui::{Context, Event, FullOutput, Pos2, RawInput, Rect, Vec2, ViewportId};
use egui_kittest::Harness;
use extrema::capture::{CaptureInput, CaptureOutput, capture};
use extrema::codec::Codebook;
use extrema::editor::parameters::{Control, Parameters};
use extrema::editor::{View, context, show};
use extrema::effect::{Effect, EffectSettings, Latency};
use extrema::params::ExtremaParams;
use extrema::presets::UserPresets;
use extrema::recorder::{CAPACITY, recorder};

/// The sample rate on stage, in Hz.
pub const RATE: f64 = 44_100.0;

/// A call that changes a parameter, with normalised values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Call {
    Begin(Control),
    Set(Control, f32),
    End(Control),
}

/// Parameters without a host.
pub struct Fake {
    definitions: ExtremaParams,
    pub values: [f32; Control::COUNT],
    /// Modulation by the host, added to the values.
    pub modulation: [f32; Control::COUNT],
    pub calls: Vec<Call>,
    /// Frames until a value that was set can be read, as in hosts that answer late.
    pub delay: usize,
    /// Values that cannot be read yet, and the frames until they can.
    in_flight: Vec<(Control, f32, usize)>,
}

impl Default for Fake {
    fn default() -> Self {
        let mut fake = Self {
            definitions: ExtremaParams::default(),
            values: [0.0; Control::COUNT],
            modulation: [0.0; Control::COUNT],
            calls: Vec::new(),
            delay: 0,
            in_flight: Vec::new(),
        };
        fake.values = Control::ALL.map(|control| fake.default_value(control));
        fake
    }
}

impl Fake {
    /// Begins a frame: values that were set long enough ago can be read from now on.
    fn begin_frame(&mut self) {
        let Self { values, in_flight, .. } = self;
        in_flight.retain_mut(|(control, value, frames)| {
            *frames -= 1;
            if *frames == 0 {
                values[*control as usize] = *value;
            }
            *frames > 0
        });
    }
}

impl Parameters for Fake {
    fn definitions(&self) -> &ExtremaParams {
        &self.definitions
    }

    fn value(&self, control: Control) -> f32 {
        self.values[control as usize]
    }

    fn modulated(&self, control: Control) -> f32 {
        (self.values[control as usize] + self.modulation[control as usize]).clamp(0.0, 1.0)
    }

    fn begin(&mut self, control: Control) {
        self.calls.push(Call::Begin(control));
    }

    fn set(&mut self, control: Control, value: f32) {
        if self.delay == 0 {
            self.values[control as usize] = value;
        } else {
            self.in_flight.push((control, value, self.delay));
        }
        self.calls.push(Call::Set(control, value));
    }

    fn end(&mut self, control: Control) {
        self.calls.push(Call::End(control));
    }
}

/// Settings, and a signal by time in seconds, left and right.
pub type Program = (EffectSettings, fn(f64) -> [f32; 2]);

/// The editor with everything it needs.
pub struct Stage {
    pub view: View,
    pub fake: Fake,
    effect: Effect,
    input: CaptureInput,
    output: CaptureOutput,
    channels: usize,
    /// The number of the codebook that the effect encodes with.
    codebook_number: u16,
    /// What plays while frames are drawn.
    pub program: Option<Program>,
    /// Input events for the next frame.
    pub events: Vec<Event>,
    /// Samples played so far.
    played: u64,
    /// The time in seconds.
    pub now: f64,
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

impl Stage {
    /// An open stereo editor that waits for audio.
    pub fn new() -> Self {
        Self::with_channels(2)
    }

    /// An open editor that waits for audio of one channel or two.
    pub fn with_channels(channels: usize) -> Self {
        let (input, mut output) = capture();
        let params = Arc::new(ExtremaParams::default());
        let (recorder, _) = recorder(params, Some("no such folder".into()), CAPACITY);
        let mut view = View::default();
        view.recorder = Some(recorder);
        // Whatever presets the person has who runs the tests.
        view.presets.set_folder(UserPresets::at("no such folder"));
        view.open();
        output.open();
        Self {
            view,
            fake: Fake::default(),
            effect: Effect::new(&Codebook::standard(), RATE, channels, Latency::Full),
            input,
            output,
            channels,
            codebook_number: 0,
            program: None,
            events: Vec::new(),
            played: 0,
            now: 0.0,
        }
    }

    /// Plays `seconds` of a signal given by time in seconds, left and right, in steps of 1/30 s.
    pub fn play(&mut self, seconds: f64, settings: EffectSettings, wave: impl Fn(f64) -> [f32; 2]) {
        let frames = (seconds * RATE) as u64;
        let mut done = 0;
        while done < frames {
            let count = 1470.min(frames - done);
            let [mut left, mut right]: [Vec<f32>; 2] = std::array::from_fn(|channel| {
                (0..count).map(|i| wave((self.played + i) as f64 / RATE)[channel]).collect()
            });
            let channels = &mut [&mut left[..], &mut right[..]][..self.channels];
            self.effect.set(settings);
            let (number, codebook) = self.fake.definitions.codebook.current();
            if number != self.codebook_number && self.effect.set_codebook(&codebook, number) {
                self.codebook_number = number;
            }
            self.input.begin_block(channels);
            self.effect.process(channels, &mut self.input);
            self.input.end_block(channels);
            self.input.set_matched_gain(self.effect.matched_gain());
            self.played += count;
            done += count;
            self.tick();
        }
    }

    /// Lets 1/30 s pass, and feeds the view what was played in it.
    pub fn tick(&mut self) {
        self.now += 1.0 / 30.0;
        self.view.feed(&mut self.output, &self.fake.definitions.codebook, RATE, self.now);
    }

    /// Plays 1/30 s of the program and draws a frame for a window of `size` points, with `scale`
    /// pixels each.
    pub fn frame(&mut self, context: &Context, size: Vec2, scale: f32) -> FullOutput {
        match self.program {
            Some((settings, wave)) => self.play(1.0 / 30.0, settings, wave),
            None => self.tick(),
        }
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(self.now),
            events: std::mem::take(&mut self.events),
            ..RawInput::default()
        };
        let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(scale);
        self.fake.begin_frame();
        context.run_ui(input, |ui| show(ui, &mut self.view, &mut self.fake))
    }
}

/// A stage that a test shares with egui's harness.
pub type SharedStage = Rc<RefCell<Stage>>;

/// Shows a stage in a window of `size` points.
pub fn harness<'a>(stage: Stage, size: Vec2) -> (Harness<'a>, SharedStage) {
    let stage = Rc::new(RefCell::new(stage));
    let shown = stage.clone();
    let mut installed = false;
    let mut harness =
        Harness::builder().with_size(size).with_step_dt(1.0 / 60.0).build_ui(move |ui| {
            if !installed {
                installed = true;
                context::install(ui.ctx());
                ui.ctx().request_discard("fonts");
                return;
            }
            let Stage { view, fake, .. } = &mut *shown.borrow_mut();
            fake.begin_frame();
            show(ui, view, fake);
        });
    harness.run_steps(2);
    (harness, stage)
}

/// A chord with overtones that decays and is struck again every 1.6 s; right is 0.4 ms behind left.
pub fn chord(t: f64) -> [f32; 2] {
    let voice = |t: f64, hertz: f64| {
        let turn = std::f64::consts::TAU * hertz * t;
        turn.sin()
            + 0.5 * (2.0 * turn + 0.4).sin()
            + 0.3 * (3.0 * turn + 1.1).sin()
            + 0.18 * (5.0 * turn).sin()
            + 0.1 * (9.0 * turn + 2.0).sin()
    };
    let since = t % 1.6;
    let fall = 0.2 * (-1.2 * since).exp() * (1.0 - (-200.0 * since).exp());
    let play = |t: f64| fall * (voice(t, 110.0) + 0.7 * voice(t, 164.8) + 0.6 * voice(t, 220.6));
    [play(t) as f32, play(t - 0.0004) as f32 * 0.9]
}

//! The editor: shows, live, which curves stand in for the wave.
//!
//! [`show`] draws everything into any [`egui::Ui`], with parameters behind the
//! [`Parameters`] trait, so that it runs without a window or a host;
//! [`window`] puts it into a host's window. A file per panel:
//!
//! * [`header`]: name, A and B, latency, zoom, bypass
//! * [`scope`], with [`scope::lane`], [`scope::wave`] and [`scope::trigger`]: the wave and its curves
//! * [`codebook`]: all curves, as bright as they are used
//! * [`meters`]: input and output
//! * [`rail`]: bit rate, ratio, segments, signal-to-noise ratio
//! * [`strip`], with [`knob`]: the controls
//! * [`window::corner`]: resizes the window
//! * [`pending`]: values on their way to the host
//! * [`window::pace`]: how often pictures are drawn
//! * [`window::keys`]: which keys are ours, and which the host's
//!
//! What is drawn comes from [`history`], which is fed with the records that were played. Nothing is
//! segmented or matched again.

pub mod codebook;
pub mod compare;
pub mod header;
pub mod history;
pub mod knob;
pub mod layout;
pub mod meters;
pub mod parameters;
pub mod pending;
pub mod rail;
pub mod scope;
pub mod strip;
pub mod stroke;
pub mod theme;
pub mod widgets;
pub mod window;

use egui::{Key, Ui};

use crate::capture::CaptureOutput;
use crate::codec::StereoMode;

use history::{Figures, History};
use layout::Layout;
use parameters::{Control, Parameters};
use pending::Prompt;

/// Without a packet for this many seconds there is no audio.
const STALLED: f64 = 0.5;

/// More bytes than the meshes of a picture take in the largest window.
const PICTURE_BYTES: usize = 4 << 20;

/// Everything the editor remembers between pictures, and from window to window.
#[derive(Debug, Default)]
pub struct View {
    /// What was played.
    pub history: History,
    /// The wave.
    pub scope: scope::Scope,
    /// The curves.
    pub codebook: codebook::Codebook,
    /// Input and output.
    pub meters: meters::MeterState,
    /// The setting that is not heard.
    pub compare: compare::Compare,
    /// Drags and typing.
    pub hands: knob::Hands,
    /// Values on their way to the host.
    pending: pending::Pending,
    /// When the figures were taken, in seconds, and what they were.
    figures: Option<(f64, Option<Figures>)>,
    /// When the last picture was drawn and the last packet came, in seconds.
    drawn: f64,
    fed: f64,
    /// No audio has come yet.
    waiting: bool,
    /// Seconds since the last picture.
    elapsed: f32,
    /// Whether eased values may ease, or jump to where they belong.
    settled: bool,
    /// Whether the next picture will differ from this one.
    moving: bool,
}

impl View {
    /// A window opens: what was played for an earlier one is of no use.
    pub fn open(&mut self) {
        keep_heap();
        let keep = std::mem::take(self);
        self.compare = keep.compare;
        self.scope = keep.scope;
        self.codebook = keep.codebook;
        self.scope.frozen = None;
        self.scope.pinned = None;
        self.waiting = true;
    }

    /// Takes what was played since the last picture, at a time and a sample rate in Hz.
    pub fn feed(&mut self, capture: &mut CaptureOutput, sample_rate: f64, now: f64) {
        self.elapsed = ((now - self.drawn) as f32).clamp(0.0, 0.25);
        self.drawn = now;
        self.moving = false;
        let mut arrived = false;
        while let Some(packet) = capture.receive() {
            self.history.push(&packet, sample_rate);
            arrived = true;
        }
        if arrived {
            self.fed = now;
            self.settled = self.settled && !self.waiting;
            self.waiting = false;
        }
        self.moving |= arrived && !self.history.is_silent();
        let (input, output) = (capture.meters.take_input(), capture.meters.take_output());
        // Gain lies between the host's input and what the codec cannot hold.
        let mut over = self.history.take_clipped();
        if self.history.stereo() == StereoMode::MidSide {
            over = [over[0] || over[1]; 2];
        }
        let bars = self.meters.input.iter_mut().zip(input).zip(over);
        for ((bar, peak), over) in bars {
            bar.update(peak, over, now, self.elapsed);
        }
        for (bar, peak) in self.meters.output.iter_mut().zip(output) {
            bar.update(peak, peak > 1.0, now, self.elapsed);
        }
        self.moving |= self.meters.input.iter().chain(&self.meters.output).any(meters::Bar::moves);
    }

    /// Whether the host has stopped playing, or has not begun.
    fn is_stalled(&self) -> bool {
        self.waiting || self.drawn - self.fed > STALLED
    }

    /// Whether the next picture will differ from this one, even if nobody touches anything.
    pub fn is_moving(&self) -> bool {
        self.moving || !self.is_stalled() && !self.history.is_silent()
    }

    /// Whether the host has changed a value lately, other than by what was set here.
    pub fn was_moved(&self, control: Control) -> bool {
        self.pending.since_moved(control) < knob::HOST_DOT
    }

    /// Whether a text field has the keyboard.
    pub fn is_typing(&self) -> bool {
        self.hands.is_typing()
    }
}

/// Lets the allocator see a block come and go that is as large as a picture. Until it has, glibc gives
/// a picture's memory back to the system and asks for it again for the next one, which takes several
/// times as long as drawing.
fn keep_heap() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(PICTURE_BYTES)));
}

/// Draws the whole editor.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters) {
    let window = ui.ctx().content_rect();
    let layout = Layout::of(window);
    if !view.is_typing() {
        // The space bar is the host's, and egui would take it for a click on what has the focus.
        ui.input_mut(|input| {
            input.events.retain(|event| !matches!(event, egui::Event::Key { key: Key::Space, .. }));
        });
    }
    let mut pending = std::mem::take(&mut view.pending);
    pending.settle(parameters, ui.input(|input| input.time));
    let parameters = &mut Prompt { parameters, pending: &mut pending };
    ui.painter().rect_filled(window, 0.0, theme::WINDOW);
    header::show(ui, view, parameters, &layout);
    scope::show(ui, view, parameters, &layout);
    codebook::show(ui, view, parameters, &layout);
    meters::show(ui, view, &layout);
    rail::show(ui, view, &layout);
    ui.scope(|ui| strip::show(ui, view, parameters, &layout));
    view.pending = pending;
    view.settled = true;
}

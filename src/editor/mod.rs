//! The editor: shows live which curves replace the signal.
//!
//! [`show`] draws one frame into any [`egui::Ui`] and reaches parameters only through the
//! [`Parameters`] trait, so it runs without a window or a host; [`window`] embeds it in a host's
//! window. Everything drawn comes from [`history`], which receives the records that were played:
//! the editor never segments or matches anything itself.
//!
//! Panels, one file each:
//!
//! * [`header`]: product name, [`undo`], [`presets`] ([`current_preset`]: the one on show), A/B comparison
//!   ([`compare`]), latency, [`help`], [`settings`], bypass
//! * [`scope`]: the original signal and the curves over time
//! * [`codebook_panel`]: all curves of the codebook, brightened by how often they are used
//! * [`meters`]: input and output peaks
//! * [`stats`]: bit rate, ratio, segments, signal-to-noise ratio, and [`hints`]
//! * [`record_button`]: records what is heard of the codec
//! * [`controls`], made of [`knob`]s: everything that shapes the sound
//!
//! Shared by the panels: [`layout`] places them, [`theme`] has fonts, colours and measures, [`palette`] the
//! colour of every curve, [`widgets`] small controls, [`icons`] their icons, [`ids`] their ids, [`line_mesh`]
//! draws many lines at once, [`pending`] bridges the time until the host has taken over a new value,
//! [`session`] is what a session keeps of the view, [`preferences`] what the user wants in all instances,
//! [`host_edits`] brings what is set to the host, and [`input`] shares the keyboard with it, by
//! [`keystroke`]. [`context`] prepares egui for all this.

pub mod codebook_panel;
pub mod compare;
pub mod context;
pub mod controls;
pub mod current_preset;
pub mod header;
pub mod help;
pub mod hints;
pub mod history;
pub mod host_edits;
pub mod icons;
pub mod ids;
pub mod input;
pub mod keystroke;
pub mod knob;
pub mod layout;
pub mod line_mesh;
pub mod meters;
pub mod palette;
pub mod parameters;
pub mod pending;
pub mod preferences;
pub mod presets;
pub mod record_button;
pub mod scope;
pub mod session;
pub mod settings;
pub mod stats;
mod tab_order;
pub mod theme;
pub mod undo;
mod watch;
pub mod widgets;
pub mod window;

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Key, Ui};

use crate::capture::CaptureOutput;
use crate::codec::{Codebook, StereoMode};
use crate::params::codebook::SessionCodebook;
use crate::recorder::Recorder;

use history::{History, Stats};
use layout::Layout;
use palette::{CurvePalette, Ramp};
use parameters::{Control, Parameters};
use pending::OptimisticParameters;

/// After this many seconds without audio the host counts as stopped: far longer than any block, and
/// short enough that stale figures do not linger.
const STALLED: f64 = 0.5;

/// An upper bound for the meshes of one frame: in the largest window, noise on both channels makes
/// about 100,000 vertices of 20 bytes with up to three 4-byte indices each, 3.2 MB.
const FRAME_BYTES: usize = 4 << 20;

/// Everything the editor remembers from frame to frame and from window to window.
#[derive(Debug, Default)]
pub struct View {
    /// What was played lately.
    pub history: History,
    /// State of the scope.
    pub scope: scope::Scope,
    /// State of the codebook panel.
    pub codebook_panel: codebook_panel::CodebookPanel,
    /// Levels and held peaks.
    pub meters: meters::MeterState,
    /// The A/B comparison.
    pub compare: compare::Compare,
    /// The preset on show, and the browser.
    pub presets: presets::Presets,
    /// What can be taken back.
    pub undo: undo::Undo,
    /// The page of controls on show.
    pub page: controls::Page,
    /// The hint on show.
    pub hints: hints::Hints,
    /// Whether the manual is open.
    pub help: bool,
    /// State of the settings' menu.
    pub settings: settings::Settings,
    /// What the user prefers in all instances.
    pub preferences: preferences::Preferences,
    preferences_file: Option<PathBuf>,
    /// Which of the session's loads the view has taken over.
    session: session::SessionLink,
    /// Records what is heard of the codec; an editor without a plugin has none.
    pub recorder: Option<Arc<Recorder>>,
    /// The drag or the text entry in progress.
    pub interaction: knob::Interaction,
    /// The codebook on show and the colours of its curves.
    palette: CurvePalette,
    /// Its number in the session.
    codebook_number: u16,
    /// Values on their way to the host.
    pending: pending::Pending,
    /// The figures on show, and when they were taken, in seconds.
    figures: Option<(f64, Option<Stats>)>,
    /// When the last frame was drawn and when audio last arrived, in seconds.
    drawn: f64,
    fed: f64,
    /// Whether no audio has arrived since the window opened.
    waiting: bool,
    /// Auto gain's gain in dB.
    matched_gain: Option<f32>,
    /// Seconds between the last two frames.
    elapsed: f32,
    /// Whether animated values move smoothly; otherwise they jump to their target.
    settled: bool,
    /// Whether the next frame will differ from this one.
    moving: bool,
}

impl View {
    /// Prepares for a new window: keeps the user's choices, forgets what an earlier window was fed.
    pub fn open(&mut self) {
        keep_heap();
        let keep = std::mem::take(self);
        self.compare = keep.compare;
        self.presets = keep.presets;
        self.undo = keep.undo;
        self.page = keep.page;
        self.preferences = keep.preferences;
        self.preferences_file = keep.preferences_file;
        self.session = keep.session;
        self.scope = keep.scope;
        self.codebook_panel = keep.codebook_panel;
        self.palette = keep.palette;
        self.codebook_number = keep.codebook_number;
        self.recorder = keep.recorder;
        self.history.set_codebook(self.palette.codebook());
        self.scope.frozen = None;
        self.scope.pinned = None;
        self.waiting = true;
    }

    /// Shows the curves of `codebook` from now on. Does nothing if it is on show already; otherwise
    /// drops everything that refers to curves of the old one.
    pub fn set_codebook(&mut self, codebook: &Arc<Codebook>) {
        if Arc::ptr_eq(codebook, self.palette.codebook()) {
            return;
        }
        self.history.set_codebook(codebook);
        self.palette = CurvePalette::new(codebook.clone(), self.palette.ramp());
        self.codebook_panel.forget_curves();
        self.scope.forget_curves();
    }

    /// Chooses colours that are told apart with any colour vision, or the standard ones.
    pub fn set_colour_blind(&mut self, on: bool) {
        let ramp = if on { Ramp::ColourBlind } else { Ramp::Standard };
        if ramp != self.palette.ramp() {
            self.palette = CurvePalette::new(self.palette.codebook().clone(), ramp);
        }
    }

    /// Whether the colours are those that are told apart with any colour vision.
    pub fn is_colour_blind(&self) -> bool {
        self.palette.ramp() == Ramp::ColourBlind
    }

    /// The codebook on show and the colours of its curves.
    pub fn palette(&self) -> &CurvePalette {
        &self.palette
    }

    /// Shows the codebook of a number, if another is on show.
    fn follow_codebook(&mut self, codebooks: &SessionCodebook, number: u16) {
        if number != self.codebook_number
            && let Some(codebook) = codebooks.numbered(number)
        {
            self.codebook_number = number;
            self.set_codebook(&codebook);
        }
    }

    /// Takes in what was played since the last frame, with the session's codebooks. `now` is in seconds,
    /// the sample rate in Hz.
    pub fn feed(
        &mut self,
        capture: &mut CaptureOutput,
        codebooks: &SessionCodebook,
        sample_rate: f64,
        now: f64,
    ) {
        self.elapsed = ((now - self.drawn) as f32).clamp(0.0, 0.25);
        self.drawn = now;
        self.moving = false;
        let mut arrived = false;
        while let Some(packet) = capture.receive() {
            self.follow_codebook(codebooks, packet.header.codebook);
            self.history.push(packet, sample_rate);
            arrived = true;
        }
        if arrived {
            self.fed = now;
            self.settled = self.settled && !self.waiting;
            self.waiting = false;
        }
        // While nothing plays, there is no codebook but that of the session.
        if self.is_stalled() {
            self.follow_codebook(codebooks, codebooks.number());
        }
        self.moving |= arrived && !self.history.is_silent();
        self.matched_gain = capture.meters.matched_gain();
        let (input, output) = (capture.meters.take_input(), capture.meters.take_output());
        // The codec clips behind the input gain and the mid/side matrix, so only it knows when.
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

    /// Whether the host has stopped playing or has not started yet.
    pub fn is_stalled(&self) -> bool {
        self.waiting || self.drawn - self.fed > STALLED
    }

    /// Whether the next frame will differ from this one even without user input.
    pub fn is_moving(&self) -> bool {
        self.moving || !self.is_stalled() && !self.history.is_silent()
    }

    /// Whether the host itself (automation, another controller) has just changed a value.
    pub fn was_moved(&self, control: Control) -> bool {
        self.pending.since_moved(control) < knob::HOST_DOT
    }

    /// Whether a text field has the keyboard.
    pub fn is_typing(&self) -> bool {
        self.interaction.is_typing() || self.presets.is_typing()
    }

    /// The gain in dB with which auto gain matches the loudness at the moment, if it is on.
    pub fn matched_gain(&self) -> Option<f32> {
        self.matched_gain
    }
}

/// Allocates and frees one block of a frame's size. glibc raises its mmap and trim thresholds to the
/// largest block freed so far; below them it returns each frame's memory to the system and fetches
/// it again for the next frame, which takes several times as long as drawing.
fn keep_heap() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(FRAME_BYTES)));
}

/// Draws one frame of the whole editor.
pub fn show(ui: &mut Ui, view: &mut View, parameters: &mut dyn Parameters) {
    let window = ui.ctx().content_rect();
    let layout = Layout::of(window);
    if !view.is_typing() {
        // The space bar is the host's play key; egui would click the focused control.
        ui.input_mut(|input| {
            input.events.retain(|event| !matches!(event, egui::Event::Key { key: Key::Space, .. }));
        });
    }
    let mut pending = std::mem::take(&mut view.pending);
    pending.settle(parameters, ui.input(|input| input.time));
    let mut undo = std::mem::take(&mut view.undo);
    let parameters =
        &mut OptimisticParameters { parameters, pending: &mut pending, undo: &mut undo };
    session::take_over(view, parameters);
    ui.painter().rect_filled(window, 0.0, theme::WINDOW);
    header::show(ui, view, parameters, &layout);
    scope::show(ui, view, parameters, &layout);
    codebook_panel::show(ui, view, parameters, &layout);
    meters::show(ui, view, &layout);
    stats::show(ui, view, &layout, parameters.is_on(Control::Bypass));
    // Bypass dims the `Ui` it gets, so this one has its own.
    ui.scope(|ui| controls::show(ui, view, parameters, &layout));
    help::show(ui, view, &layout);
    view.set_colour_blind(view.preferences.colour_blind);
    let mut hints = std::mem::take(&mut view.hints);
    hints.update(ui, view.preferences.hints);
    view.hints = hints;
    session::save(view, parameters.definitions());
    view.undo = undo;
    view.pending = pending;
    view.settled = true;
}

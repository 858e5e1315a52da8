//! The plugin: what a host sees of the effect. No signal processing happens here.

pub mod clap;

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::prelude::*;
use rtrb::{Consumer, RingBuffer};

use crate::capture::{self, CaptureInput, CaptureOutput};
use crate::codec::Codebook;
use crate::editor::host_edits::{HostEdit, HostEdits};
use crate::editor::window::ExtremaEditor;
use crate::effect::{Effect, Latency};
use crate::params::codebook::{NumberedCodebook, SessionCodebook};
use crate::params::{ExtremaParams, load};
use crate::recorder::{self, Recorder, RecorderTap};

/// Sample rates in Hz that the plugin can be activated with: from none that is in use to none that is.
/// Its memory grows with the rate.
const SAMPLE_RATES: RangeInclusive<f32> = 1.0..=10e6;

/// Extrema as VST3 and CLAP.
pub struct Extrema {
    params: Arc<ExtremaParams>,
    /// Made when the host activates the plugin.
    effect: Option<Effect>,
    capture: CaptureInput,
    /// Waits for the editor, which is made once and keeps it.
    captured: Option<CaptureOutput>,
    recorder_tap: RecorderTap,
    recorder: Arc<Recorder>,
    /// What the editor sets, on its way to the host.
    edits: Arc<HostEdits>,
    /// Codebooks that the session changes to.
    codebooks: Consumer<NumberedCodebook>,
    /// The number of the session's codebook that the effect encodes with.
    codebook_number: u16,
    /// Latency and number of the codebook that the host was last asked to restart the plugin for.
    restart_for: Option<(Latency, u16)>,
}

impl Default for Extrema {
    fn default() -> Self {
        Self::with_codebooks(Vec::new())
    }
}

impl Extrema {
    /// A plugin whose sessions may name a built-in codebook or one of `others`.
    pub fn with_codebooks(others: Vec<Arc<Codebook>>) -> Self {
        let (input, output) = capture::capture();
        let params = Arc::new(ExtremaParams::with_codebooks(others));
        let codebooks = params.codebook.receiver().unwrap_or_else(|| RingBuffer::new(0).1);
        let (recorder, recorder_tap) = recorder::recorder(params.clone(), None, recorder::CAPACITY);
        Self {
            edits: Arc::new(HostEdits::new(params.clone())),
            params,
            effect: None,
            capture: input,
            captured: Some(output),
            recorder_tap,
            recorder,
            codebooks,
            codebook_number: 0,
            restart_for: None,
        }
    }

    /// The codebook of the session.
    pub fn codebook(&self) -> &SessionCodebook {
        &self.params.codebook
    }

    /// Records what is heard of the codec.
    pub fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// Follows the session's codebook, and the latency as far as the format lets a plugin change it while
    /// playing.
    ///
    /// A VST3 host learns of a new latency at once. In CLAP it may change only when the plugin is
    /// activated, so the host is asked, once, to restart the plugin; until it does, everything stays as it
    /// was. So it is if codebooks came faster than the effect can take them, one in a latency.
    fn follow_latency_and_codebook(&mut self, context: &impl ProcessContext<Self>) {
        let Some(effect) = &mut self.effect else { return };
        // Looked at before the ring: what it tells of is then in there, unless that was full. Only the last
        // counts, and none is freed here; see `SessionCodebook`.
        let wanted = self.params.codebook.number();
        while self.codebooks.slots() > 1 {
            let _ = self.codebooks.pop();
        }
        if wanted != self.codebook_number
            && let Ok(&(number, ref codebook)) = self.codebooks.peek()
            && effect.set_codebook(codebook, number)
        {
            self.codebook_number = number;
            let _ = self.codebooks.pop();
        }
        let is_behind = wanted != self.codebook_number && self.codebooks.is_empty();
        let latency = self.params.latency();
        let samples = latency.samples(effect.sample_rate());
        if samples != effect.latency() && context.plugin_api() != PluginApi::Clap {
            effect.set_latency(latency);
            self.capture.reset();
            context.set_latency_samples(samples);
        }
        if samples == effect.latency() && !is_behind {
            self.restart_for = None;
        } else if self.restart_for != Some((latency, wanted)) {
            self.restart_for = Some((latency, wanted));
            context.request_restart();
        }
    }
}

/// Which way a stereo or a mono instance is wired.
const fn layout(channels: u32, name: &'static str) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(channels),
        main_output_channels: NonZeroU32::new(channels),
        names: PortNames { layout: Some(name), ..PortNames::const_default() },
        ..AudioIOLayout::const_default()
    }
}

impl Plugin for Extrema {
    const NAME: &'static str = "Extrema";
    const VENDOR: &'static str = "Extrema";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[layout(2, "Stereo"), layout(1, "Mono")];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = ExtremaEditor;
    type SysExMessage = ();
    type BackgroundTask = HostEdit;

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn filter_state(state: &mut PluginState) {
        load::complete(state);
    }

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let edits = self.edits.clone();
        Box::new(move |edit| edits.perform(edit))
    }

    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<ExtremaEditor> {
        self.edits.set_post(move |edit| executor.execute_gui(edit));
        let (params, edits) = (self.params.clone(), self.edits.clone());
        Some(ExtremaEditor::new(params, edits, self.captured.take()?, self.recorder.clone()))
    }

    fn activate(
        &mut self,
        audio_io_layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        if !SAMPLE_RATES.contains(&buffer_config.sample_rate) {
            return false;
        }
        let sample_rate = f64::from(buffer_config.sample_rate);
        let channels = audio_io_layout.main_input_channels.map_or(1, NonZeroU32::get);
        self.params.set_sample_rate(sample_rate);
        // What comes after this is for `process`.
        while self.codebooks.pop().is_ok() {}
        let (number, codebook) = self.params.codebook.current();
        self.codebook_number = number;
        let latency = self.params.latency();
        let mut effect = Effect::new(&codebook, sample_rate, channels as usize, latency);
        effect.set_codebook(&codebook, number);
        effect.set(self.params.effect_settings());
        context.set_latency_samples(effect.latency());
        self.recorder_tap.activate(sample_rate, effect.channels() as u8);
        self.effect = Some(effect);
        self.restart_for = None;
        true
    }

    fn reset(&mut self) {
        if let Some(effect) = &mut self.effect {
            effect.reset();
        }
        self.capture.reset();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        self.follow_latency_and_codebook(context);
        let Some(effect) = &mut self.effect else {
            return ProcessStatus::Error("process() before activate()");
        };
        let settings = self.params.effect_settings();
        effect.set(settings);

        let channels = buffer.as_slice();
        self.capture.begin_block(channels);
        self.recorder_tap.begin_block(effect);
        effect.process(channels, &mut (&mut self.capture, &mut self.recorder_tap));
        self.capture.end_block(channels);
        self.capture.set_matched_gain(effect.matched_gain());
        // Both formats take `u32::MAX`, the tail of a loop, as one that never ends.
        ProcessStatus::Tail(effect.tail())
    }
}

impl ClapPlugin for Extrema {
    const CLAP_ID: &'static str = "audio.extrema.extrema";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Replaces every half-wave by one of 255 curves, and shows which");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Distortion,
        ClapFeature::Custom("extrema:lo-fi"),
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let ExtremaParams { codec, texture, broken, level, instance, .. } = &*self.params;
        context.add_section("Extrema", |section| {
            // What is played most, from every group.
            section.add_page("Main", |page| {
                page.add_param(&codec.threshold);
                page.add_param(&codec.longest);
                page.add_param(&texture.zoom);
                page.add_param(&texture.edge);
                page.add_param(&broken.loss);
                page.add_param(&broken.looping);
                page.add_param(&level.mix);
                page.add_param(&level.output);
            });
            section.add_page("Codec", |page| {
                page.add_param(&codec.threshold);
                page.add_param(&codec.follow);
                page.add_param(&codec.longest);
                page.add_param(&codec.points);
                page.add_param(&codec.curves);
                page.add_param(&codec.detector);
                page.add_param(&codec.flats);
                page.add_param(&codec.stereo);
            });
            section.add_page("Texture", |page| {
                page.add_param(&texture.zoom);
                page.add_param(&texture.edge);
                page.add_param(&texture.levels);
                page.add_param(&texture.level_scale);
            });
            section.add_page("Broken", |page| {
                page.add_param(&broken.loss);
                page.add_param(&broken.loss_run);
                page.add_param(&broken.loss_mode);
                page.add_param(&broken.looping);
                page.add_param(&broken.loop_length);
            });
            section.add_page("Level", |page| {
                page.add_param(&level.input);
                page.add_param(&level.mix);
                page.add_param(&level.output);
                page.add_param(&level.auto_gain);
                page.add_param(&level.delta);
                page.add_param(&instance.bypass);
            });
        });
    }
}

impl Vst3Plugin for Extrema {
    const VST3_CLASS_ID: [u8; 16] = *b"ExtremaCodecFx01";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Distortion];
}

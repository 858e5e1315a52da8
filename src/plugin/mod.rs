//! The plugin: what a host sees of the effect. No signal processing happens here.

use std::sync::Arc;

use nice_plug::prelude::*;

use crate::capture::{self, CaptureInput, CaptureOutput};
use crate::codec::Codebook;
use crate::editor::window::ExtremaEditor;
use crate::effect::{Effect, Latency};
use crate::params::{ExtremaParams, load};

/// Extrema as VST3 and CLAP.
pub struct Extrema {
    params: Arc<ExtremaParams>,
    /// Made when the host activates the plugin.
    effect: Option<Effect>,
    capture: CaptureInput,
    /// Waits for the editor, which is made once and keeps it.
    captured: Option<CaptureOutput>,
    /// The latency that the host was last asked to restart the plugin for.
    restart_for: Option<Latency>,
}

impl Default for Extrema {
    fn default() -> Self {
        let (input, output) = capture::capture();
        Self {
            params: Arc::default(),
            effect: None,
            capture: input,
            captured: Some(output),
            restart_for: None,
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
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn filter_state(state: &mut PluginState) {
        load::complete(state);
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<ExtremaEditor> {
        Some(ExtremaEditor::new(self.params.clone(), self.captured.take()?))
    }

    fn activate(
        &mut self,
        audio_io_layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let sample_rate = f64::from(buffer_config.sample_rate);
        let channels = audio_io_layout.main_input_channels.map_or(1, NonZeroU32::get);
        self.params.set_sample_rate(sample_rate);
        let mut effect = Effect::new(
            &Codebook::standard(),
            sample_rate,
            channels as usize,
            self.params.latency(),
        );
        effect.set(self.params.effect_settings());
        context.set_latency_samples(effect.latency());
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
        let Some(effect) = &mut self.effect else {
            return ProcessStatus::Error("process() before activate()");
        };
        change_latency(
            effect,
            self.params.latency(),
            &mut self.restart_for,
            &mut self.capture,
            context,
        );
        let settings = self.params.effect_settings();
        effect.set(settings);

        let channels = buffer.as_slice();
        self.capture.begin_block(channels);
        effect.process(channels, &mut self.capture);
        self.capture.end_block(channels);
        ProcessStatus::Tail(effect.tail())
    }
}

/// Follows the *Latency* setting while playing, as far as the format lets a plugin do so.
///
/// A VST3 host learns of it at once. In CLAP a latency may change only when the plugin is activated,
/// so the host is asked, once, to do that, and until it does the old latency holds.
fn change_latency(
    effect: &mut Effect,
    wanted: Latency,
    restart_for: &mut Option<Latency>,
    capture: &mut CaptureInput,
    context: &impl ProcessContext<Extrema>,
) {
    let wanted_samples = wanted.samples(effect.sample_rate());
    if wanted_samples == effect.latency() {
        *restart_for = None;
    } else if context.plugin_api() != PluginApi::Clap {
        effect.set_latency(wanted);
        capture.reset();
        context.set_latency_samples(wanted_samples);
    } else if *restart_for != Some(wanted) {
        *restart_for = Some(wanted);
        context.request_restart();
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
        let params = &self.params;
        context.add_section("Extrema", |section| {
            section.add_page("Codec", |page| {
                page.add_param(&params.threshold);
                page.add_param(&params.longest);
                page.add_param(&params.points);
                page.add_param(&params.curves);
                page.add_param(&params.detector);
                page.add_param(&params.stereo);
                page.add_param(&params.mix);
                page.add_param(&params.output);
            });
            section.add_page("Level", |page| {
                page.add_param(&params.input);
                page.add_param(&params.mix);
                page.add_param(&params.output);
                page.add_param(&params.delta);
            });
        });
    }
}

impl Vst3Plugin for Extrema {
    const VST3_CLASS_ID: [u8; 16] = *b"ExtremaCodecFx01";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Distortion];
}

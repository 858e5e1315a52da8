//! The host's parameters, one for each control of [`crate::effect::controls`], and what else a
//! session saves.

pub mod codebook;
mod host_param;
pub mod load;
pub mod state;
pub mod view;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use nice_plug::prelude::*;

use crate::codec::Codebook;
use crate::effect::{Control, EffectSettings, Latency};
use codebook::SessionCodebook;
pub use host_param::{Choice, HostParam};
use host_param::{SampleRate, choice, float, integer, switch};
use state::EditorState;
use view::SessionView;

/// Declares [`ExtremaParams`] and a struct for each group of parameters. nice-plug's derive wants a
/// field and an id for each parameter, and groups only what is nested; here a parameter is one line,
/// and the rest comes from the table of controls.
macro_rules! parameters {
    ($(
        $(#[doc = $doc:literal])+
        #[$($nested:tt)+]
        $group:ident: $Group:ident {
            $($id:tt $field:ident: $param:ty = $make:ident($control:ident),)*
        }
    )*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Params)]
            pub struct $Group {
                $(
                    #[doc = concat!("[`Control::", stringify!($control), "`]")]
                    #[id = $id]
                    pub $field: $param,
                )*
            }
        )*

        /// What a host can set, automate and save.
        #[derive(Params)]
        pub struct ExtremaParams {
            /// Window size and zoom.
            #[persist = "editor"]
            pub editor: EditorState,
            /// Preset, A/B comparison, and what the editor shows.
            #[persist = "view"]
            pub view: SessionView,
            /// The codebook the session was made with.
            #[persist = "codebook"]
            pub codebook: SessionCodebook,
            $(
                $(#[doc = $doc])+
                #[$($nested)+]
                pub $group: $Group,
            )*
            sample_rate: SampleRate,
        }

        impl ExtremaParams {
            /// Parameters at their defaults. Sessions may name a built-in codebook or one of `others`.
            pub fn with_codebooks(others: Vec<Arc<Codebook>>) -> Self {
                // What texts in milliseconds refer to before a host has named its own rate.
                let sample_rate = Arc::new(AtomicU32::new(44_100));
                Self {
                    editor: EditorState::default(),
                    view: SessionView::default(),
                    codebook: SessionCodebook::new(others),
                    $($group: $Group {
                        $($field: $make(Control::$control, &sample_rate),)*
                    },)*
                    sample_rate,
                }
            }

            /// The parameter of a control.
            pub fn param(&self, control: Control) -> &dyn HostParam {
                match control {
                    $($(Control::$control => &self.$group.$field,)*)*
                }
            }
        }
    };
}

parameters! {
    /// Where the wave is cut, and how closely the pieces are drawn.
    #[nested(group = "Codec")]
    codec: CodecParams {
        "threshold" threshold: FloatParam = float(Threshold),
        "points" points: FloatParam = float(Points),
        "curves" curves: FloatParam = float(Curves),
        "detector" detector: EnumParam<Choice<{ Control::Detector as usize }>> = choice(Detector),
        "longest" longest: FloatParam = float(Longest),
        "stereo" stereo: EnumParam<Choice<{ Control::Stereo as usize }>> = choice(Stereo),
        "follow" follow: FloatParam = float(Follow),
        "flats" flats: EnumParam<Choice<{ Control::Flats as usize }>> = choice(Flats),
    }

    /// What is made of the pieces.
    #[nested(group = "Texture")]
    texture: TextureParams {
        "zoom" zoom: EnumParam<Choice<{ Control::Zoom as usize }>> = choice(Zoom),
        "edge" edge: FloatParam = float(Edge),
        "levels" levels: FloatParam = float(Levels),
        "level_scale" level_scale: EnumParam<Choice<{ Control::LevelScale as usize }>> =
            choice(LevelScale),
    }

    /// Pieces that are lost or go round.
    #[nested(group = "Broken")]
    broken: BrokenParams {
        "loss" loss: FloatParam = float(Loss),
        "loss_run" loss_run: FloatParam = float(LossRun),
        "loss_mode" loss_mode: EnumParam<Choice<{ Control::LossMode as usize }>> =
            choice(LossMode),
        "loop" looping: BoolParam = switch(Loop),
        "loop_length" loop_length: FloatParam = float(LoopLength),
    }

    /// Gains, and what of the sound is heard.
    #[nested(group = "Level")]
    level: LevelParams {
        "input" input: FloatParam = float(Input),
        "mix" mix: FloatParam = float(Mix),
        "output" output: FloatParam = float(Output),
        "auto_gain" auto_gain: BoolParam = switch(AutoGain),
        "delta" delta: BoolParam = switch(Delta),
    }

    /// What is the plugin's and not the sound's; in no group.
    #[nested]
    instance: InstanceParams {
        // An integer rather than a choice, because its text depends on the sample rate.
        "latency" latency: IntParam = integer(Latency),
        "bypass" bypass: BoolParam = switch(Bypass),
    }
}

impl Default for ExtremaParams {
    fn default() -> Self {
        Self::with_codebooks(Vec::new())
    }
}

impl ExtremaParams {
    /// Sets the sample rate in Hz that texts in milliseconds refer to.
    pub fn set_sample_rate(&self, sample_rate: f64) {
        self.sample_rate.store(sample_rate.round() as u32, Ordering::Relaxed);
    }

    /// The sample rate in Hz, 44100 before the host has named one.
    pub fn sample_rate(&self) -> f64 {
        f64::from(self.sample_rate.load(Ordering::Relaxed))
    }

    /// The latency setting.
    pub fn latency(&self) -> Latency {
        Latency::from_choice(self.value(Control::Latency) as usize)
    }

    /// All other parameters as the effect takes them.
    pub fn effect_settings(&self) -> EffectSettings {
        EffectSettings::from_values(|control| self.value(control))
    }

    /// A control's plain value, including host modulation.
    fn value(&self, control: Control) -> f64 {
        control.from_host(self.param(control).host_value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_has_a_parameter_with_its_id() {
        let params = ExtremaParams::default();
        let ids: Vec<String> = params.param_map().into_iter().map(|(id, ..)| id).collect();
        assert_eq!(ids, Control::ALL.map(|control| control.spec().id));
        for control in Control::ALL {
            let host_value = params.param(control).host_value();
            assert_eq!(host_value, control.to_host(control.spec().default), "{control:?}");
        }
    }
}

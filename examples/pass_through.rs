//! A plugin that changes nothing: what the framework and the host cost by themselves, to compare
//! Extrema with. `cargo xtask bench` builds it and plays through both.

use std::sync::Arc;

use nice_plug::prelude::*;

/// No state and no parameters.
#[derive(Default)]
struct PassThrough {
    params: Arc<NoParams>,
}

#[derive(Params, Default)]
struct NoParams {}

impl Plugin for PassThrough {
    const NAME: &'static str = "Extrema Pass-through";
    const VENDOR: &'static str = "Extrema";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: NonZeroU32::new(2),
        main_output_channels: NonZeroU32::new(2),
        ..AudioIOLayout::const_default()
    }];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn process(
        &mut self,
        _buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        _context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        ProcessStatus::Normal
    }
}

impl Vst3Plugin for PassThrough {
    const VST3_CLASS_ID: [u8; 16] = *b"ExtremaPassThru1";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = &[Vst3SubCategory::Fx];
}

nice_export_vst3!(PassThrough);

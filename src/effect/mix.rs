//! What is heard: the wet signal with its gains, what is lost, and the dry signal, mixed.

use std::ops::Range;

use fearless_simd::Simd;

use super::scratch::Scratch;
use super::{Effect, RUN_FRAMES, Ramps};
use crate::codec::to_f32;

impl Effect {
    /// Mixes a run of the block that starts at frame `block` of `channels`, and writes it there.
    #[inline(always)]
    pub(super) fn mix_output(
        &mut self,
        simd: impl Simd,
        channels: &mut [&mut [f32]],
        block: usize,
        run: Range<usize>,
    ) {
        let Scratch { dry, original, wet, ramps, .. } = &mut *self.scratch;
        let Ramps { mix, output, auto_gain, delta, bypass } = &mut self.ramps;
        let has_auto_gain = !auto_gain.is_settled_at(0.0);
        // The usual cases skip most of the work; the result is the same to the bit.
        let plain = mix.is_settled_at(1.0) && delta.is_settled_at(0.0) && bypass.is_settled_at(0.0);
        let as_decoded = plain && output.is_settled_at(1.0) && !has_auto_gain;
        let mut ramps = ramps.each_mut().map(|values| &mut values[..run.len()]);
        if !as_decoded {
            for (ramp, values) in [mix, output, delta, bypass].into_iter().zip(&mut ramps) {
                ramp.fill(values);
            }
        }
        let [mix, output, delta, bypass, wet_gain] = ramps;
        if has_auto_gain {
            let (dry, channels) = (dry.each_ref().map(|dry| &dry[run.clone()]), self.channels);
            self.auto_gain.process(simd, dry, wet, channels, wet_gain);
            let mut amounts = [0.0; RUN_FRAMES];
            auto_gain.fill(&mut amounts[..run.len()]);
            for ((gain, amount), output) in wet_gain.iter_mut().zip(amounts).zip(&*output) {
                *gain = output * blend(1.0, *gain, amount);
            }
        } else if !as_decoded {
            wet_gain.copy_from_slice(output);
        }
        let streams = dry.iter().zip(original).zip(wet).take(self.channels);
        for (channel, ((dry, original), wet)) in channels.iter_mut().zip(streams) {
            let out = &mut channel[block + run.start..block + run.end];
            let dry = &dry[run.clone()];
            if as_decoded {
                out.iter_mut().zip(wet).for_each(|(out, wet)| *out = to_f32(*wet));
                continue;
            }
            if plain {
                for ((out, wet), gain) in out.iter_mut().zip(wet).zip(&*wet_gain) {
                    *out = to_f32(*gain * *wet);
                }
                continue;
            }
            for (i, out) in out.iter_mut().enumerate() {
                let dry = f64::from(dry[i]);
                let heard = blend(dry, wet_gain[i] * wet[i], mix[i]);
                let lost = output[i] * (original[i] - wet[i]);
                *out = to_f32(blend(blend(heard, lost, delta[i]), dry, bypass[i]));
            }
        }
    }
}

/// Interpolates from `a` at 0 to `b` at 1; the ends are exact.
#[inline(always)]
fn blend(a: f64, b: f64, amount: f64) -> f64 {
    // All three are computed in any case, so that the compiler needs no branch.
    let between = a + amount * (b - a);
    let near = if amount == 0.0 { a } else { between };
    if amount == 1.0 { b } else { near }
}

//! The coarse grid that *Levels* moves end levels to.

use fearless_simd::f64x4;
use fearless_simd::prelude::*;

use super::sample::{self, round_to_i32};
use super::settings::{LevelScale, Levels};

/// More than a logarithmic grid has on one side: 2^((15.9 + 3) / 2) = 699.
const CAPACITY: usize = 700;

/// The levels that records may end on.
#[derive(Debug)]
pub struct LevelGrid {
    levels: Levels,
    /// Distance of linear levels.
    step: f64,
    /// Positive levels of a logarithmic grid, in descending order.
    magnitudes: Vec<i16>,
    /// By [`octave_part`], the first of those that are not above all of it.
    starts: [u16; OCTAVE_PARTS],
}

/// Parts of the octaves of all magnitudes, eight of each. A search from the start of one takes at most eight steps,
/// as the finest grid has 44 levels to an octave and the widest part is a sixth of one.
const OCTAVE_PARTS: usize = 16 * 8;

/// Which part of which octave a magnitude lies in, 1 to 32768: its exponent and three bits of its mantissa.
fn octave_part(magnitude: i32) -> usize {
    const ONE: u32 = 1.0_f32.to_bits() >> 20;
    ((magnitude as f32).to_bits() >> 20).saturating_sub(ONE) as usize % OCTAVE_PARTS
}

impl LevelGrid {
    /// A grid that never allocates again.
    pub fn new(levels: Levels) -> Self {
        let mut grid =
            Self { levels, step: 1.0, magnitudes: Vec::with_capacity(CAPACITY), starts: [0; _] };
        grid.fill();
        grid
    }

    /// Changes the grid. At worst, just below 16 logarithmic bits, that is 700 multiplications.
    pub fn set(&mut self, levels: Levels) {
        if levels != self.levels {
            self.levels = levels;
            self.fill();
        }
    }

    /// Whether [`Self::nearest`] returns what it is given.
    #[inline]
    pub fn is_off(&self) -> bool {
        self.levels.is_off()
    }

    fn fill(&mut self) {
        let bits = f64::from(self.levels.tenths_of_bits) / 10.0;
        self.step = libm::exp2(16.0 - bits);
        self.magnitudes.clear();
        if self.is_off() || self.levels.scale == LevelScale::Linear {
            return;
        }
        let steps = libm::exp2((bits + 3.0) / 2.0);
        // Far from a rounding edge, repeated multiplication finds the same levels as powers would.
        let ratio = libm::exp2(-16.0 / steps);
        let mut magnitude = f64::from(i16::MAX);
        while self.magnitudes.len() < CAPACITY {
            let rounded = round_to_i32(magnitude);
            if rounded < 1 {
                break;
            }
            self.magnitudes.push(rounded as i16);
            magnitude *= ratio;
        }
        let mut start = 0;
        for (part, slot) in self.starts.iter_mut().enumerate().rev() {
            let is_above = |&level: &i16| octave_part(level.into()) > part;
            start += self.magnitudes[start..].iter().take_while(|level| is_above(level)).count();
            *slot = start as u16;
        }
    }

    /// [`Self::nearest`] for levels with [`sample::BIAS`] added.
    #[inline(always)]
    pub(super) fn move_biased<S: Simd>(&self, simd: S, levels: &mut [[f64; sample::LANES]]) {
        if self.levels.scale == LevelScale::Linear && !self.is_off() {
            for levels in levels {
                self.nearest_x4(simd, f64x4::load_array_ref(simd, levels)).store_array(levels);
            }
        } else {
            for level in levels.as_flattened_mut() {
                *level = sample::to_biased(self.nearest(sample::level_of_biased(*level)));
            }
        }
    }

    /// [`Self::nearest`] for four biased levels on a linear grid.
    #[inline(always)]
    fn nearest_x4<S: Simd>(&self, simd: S, biased: f64x4<S>) -> f64x4<S> {
        let level = biased - sample::BIAS;
        let (half, step) = (f64x4::splat(simd, sample::HALF), f64x4::splat(simd, self.step));
        let count = (level.abs() / step + half).trunc();
        let nearest = (count * step + half).trunc().copysign(level);
        nearest.max(f64::from(i16::MIN)).min(f64::from(i16::MAX)) + sample::BIAS
    }

    /// The nearest level of the grid; of two equally near ones, the one further from zero.
    pub fn nearest(&self, level: i16) -> i16 {
        let magnitude = i32::from(level).abs();
        let nearest = match self.levels.scale {
            _ if self.is_off() => return level,
            LevelScale::Linear => {
                let count = round_to_i32(f64::from(magnitude) / self.step);
                round_to_i32(f64::from(count) * self.step)
            }
            LevelScale::Logarithmic => self.nearest_magnitude(magnitude),
        };
        let signed = if level < 0 { -nearest } else { nearest };
        signed.clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }

    fn nearest_magnitude(&self, magnitude: i32) -> i32 {
        let level = |index: usize| self.magnitudes.get(index).map_or(0, |&level| i32::from(level));
        let mut below = usize::from(self.starts[octave_part(magnitude)]);
        while level(below) > magnitude {
            below += 1;
        }
        let Some(above) = below.checked_sub(1).map(level) else { return level(0) };
        let below = level(below);
        if above - magnitude <= magnitude - below { above } else { below }
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;

    fn grid(tenths_of_bits: u16, scale: LevelScale) -> LevelGrid {
        LevelGrid::new(Levels { tenths_of_bits, scale })
    }

    /// The formulas of the definition, tried on every level.
    #[test]
    fn nearest_is_the_nearest_of_all() {
        for tenths in [15, 20, 33, 50, 80, 121, 159, 160] {
            let bits = f64::from(tenths) / 10.0;
            let step = 2.0_f64.powf(16.0 - bits);
            let steps = 2.0_f64.powf((bits + 3.0) / 2.0);
            let linear: Vec<i32> = (0..=65_536)
                .map(|k| (f64::from(k) * step).round() as i32)
                .take_while(|&q| q < 70_000)
                .collect();
            let ratios = (0..)
                .map(|j| (32_767.0 * 2.0_f64.powf(-16.0 * f64::from(j) / steps)).round() as i32);
            let mut logarithmic: Vec<i32> = ratios.take_while(|&q| q >= 1).collect();
            logarithmic.push(0);
            for (scale, levels) in
                [(LevelScale::Linear, linear), (LevelScale::Logarithmic, logarithmic)]
            {
                let grid = grid(tenths, scale);
                for level in (-32_768..=32_767).step_by(37).chain([32_767, -1, 1]) {
                    let found = i32::from(grid.nearest(level as i16));
                    if tenths == 160 {
                        assert_eq!(found, level);
                        continue;
                    }
                    let distance = |q: i32| (q - level.abs()).abs();
                    let best = levels.iter().map(|&q| distance(q)).min();
                    let allowed = best.map(|best| best + i32::from(scale == LevelScale::Linear));
                    // Linear levels are rounded to whole ones after the choice; the ends are clamped.
                    let clamped = found.abs() >= 32_767;
                    assert!(
                        clamped || Some(distance(found.abs())) <= allowed,
                        "{tenths} {scale:?}: {level} became {found}"
                    );
                    assert!(found == 0 || (found < 0) == (level < 0));
                }
            }
        }
    }

    #[test]
    fn many_levels_are_moved_as_each_of_them() {
        let levels: Vec<i16> =
            (i16::MIN..=i16::MAX).step_by(3).chain([i16::MAX, -1, 0, 1]).collect();
        for tenths in [15, 33, 60, 121, 159, 160] {
            for scale in [LevelScale::Linear, LevelScale::Logarithmic] {
                let grid = grid(tenths, scale);
                let biased: Vec<f64> =
                    levels.iter().map(|&level| sample::to_biased(level)).collect();
                let mut moved = biased.as_chunks().0.to_vec();
                dispatch!(Level::new(), simd => grid.move_biased(simd, &mut moved));
                for (moved, &level) in moved.as_flattened().iter().zip(&levels) {
                    assert_eq!(
                        sample::level_of_biased(*moved),
                        grid.nearest(level),
                        "{tenths} {scale:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn coarse_levels_are_few() {
        let count = |tenths, scale| {
            let grid = grid(tenths, scale);
            let mut found: Vec<i16> = (0..=i16::MAX).map(|level| grid.nearest(level)).collect();
            found.dedup();
            found.len()
        };
        assert_eq!(count(15, LevelScale::Linear), 2);
        assert_eq!(count(30, LevelScale::Linear), 5);
        // 0, and 8 or 16 steps; the last of 16 octaves would be half a level.
        assert_eq!(count(30, LevelScale::Logarithmic), 1 + 8);
        assert_eq!(count(50, LevelScale::Logarithmic), 1 + 16);
    }
}

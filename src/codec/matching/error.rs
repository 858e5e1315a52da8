//! How closely the best curve fits a segment: what *Best* compares when it chooses between cuts.

use fearless_simd::Simd;

use super::points::{Chord, UNALIASED_POINTS};
use super::projection::Target;
use super::{Matcher, SamplePoints};
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE, LINE, SINES};

/// What decides how closely a segment can be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Closeness {
    /// How many curves compete.
    pub curves: u8,
    /// A segment whose ends are no further apart than this is drawn as a line.
    pub least_height: f64,
}

impl Matcher {
    /// The least squared error of the curves that compete, from `start` to `end`. The end, which all
    /// curves reach, does not count.
    #[inline(always)]
    pub fn least_error<S: Simd>(
        &self,
        simd: S,
        samples: SamplePoints<'_>,
        [start, end]: [f64; 2],
        Closeness { curves, least_height }: Closeness,
    ) -> f64 {
        let (n, chord) = (samples.n(), Chord { start, delta: end - start });
        if n == 1 {
            return 0.0;
        }
        let line = self.projections[n].line_error(simd, samples, chord);
        if chord.delta.abs() <= least_height || curves <= LINE {
            return line;
        }
        if let [x] = *samples.values()
            && let Some(ordinal) = self.two.nearest::<false>([x], chord, curves)
        {
            let [at_half, ..] = self.points[2][usize::from(ordinal - LINE)].coordinates;
            let drawn = start + chord.delta * (0.5 + f64::from(at_half) / 256.0);
            return (x - drawn) * (x - drawn);
        }
        let mut target = Target::EMPTY;
        self.project(simd, samples, chord, &mut target);
        target.round(simd);
        let ordinal = if curves == CURVE_COUNT {
            self.nearest::<true>(simd, &target, curves)
        } else {
            self.nearest::<false>(simd, &target, curves)
        };
        let score = if ordinal == HALF_COSINE {
            target.half_cosine
        } else {
            let point = &self.points[n.min(UNALIASED_POINTS)][usize::from(ordinal - LINE)];
            point.score(&target.projection[..SINES])
        };
        // The score counts (n/2) (d/256)².
        let scale = n as f64 * (1.0 / 131_072.0) * (chord.delta * chord.delta);
        (line + scale * score).max(0.0)
    }
}

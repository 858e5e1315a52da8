//! The detector that searches: cuts where curves and records together cost least.
//!
//! What it reads are the samples at multiples of a power of two, all of them up to 50 kHz. At each it
//! finds the cheapest way to a cut there (`cuts.rs`), and may make the oldest segment on that way final.

use fearless_simd::Simd;

use super::cuts::{Cuts, Way};
use super::{Segment, SegmentKind, Segmenter, SegmenterParams, State};

/// How many segments behind the oldest one make it final: by then another end of the wave hardly ever
/// changes it.
const LOOK_AHEAD: usize = 6;

impl Segmenter {
    /// Appends the segments that become final in a block of samples, at most one at each.
    ///
    /// Kept out of line, so that the other detectors keep their registers.
    #[inline(never)]
    pub(super) fn process_best(
        &mut self,
        simd: impl Simd,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        simd.vectorize(
            #[inline(always)]
            || self.search(simd, samples, params, segments),
        );
    }

    #[inline(always)]
    fn search<S: Simd>(
        &mut self,
        simd: S,
        samples: &[f64],
        params: &SegmenterParams,
        segments: &mut Vec<Segment>,
    ) {
        let Some(&last) = samples.last() else { return };
        let Some(mut cuts) = self.cuts.take() else {
            return debug_assert!(false, "nothing to search with");
        };
        let codebook = self.codebook.clone();
        let (matcher, pricing) = (codebook.matcher(), params.pricing());
        let longest = params.longest_searched();
        cuts.set_price(&pricing);
        for &x in samples {
            self.next += 1;
            let open = self.next - self.start;
            let mut way = None;
            if self.next & (params.stride - 1) == 0 {
                let is_cut = self.next >= self.earliest_end;
                cuts.push(simd, x, (is_cut, open > longest), &pricing, matcher);
                way = cuts.way().filter(|way| way.segments > LOOK_AHEAD);
            }
            if way.is_none() && open >= longest {
                way = cuts.way();
                if way.is_none() {
                    // No cut could be before, so everything ends here.
                    segments.push(self.cut(self.next, SegmentKind::Moving));
                    cuts.restart(x);
                }
            }
            if let Some(Way { first, .. }) = way {
                segments.push(self.cut_first(&mut cuts, first, params.stride));
            }
        }
        self.state = State::Best { previous: last, stride: params.stride };
        self.cuts = Some(cuts);
    }

    /// Makes the oldest segment final.
    #[inline(always)]
    fn cut_first(&mut self, cuts: &mut Cuts, first: usize, stride: u64) -> Segment {
        let newest = self.next & !(stride - 1);
        let kind = if cuts.is_flat(first) { SegmentKind::Flat } else { SegmentKind::Moving };
        let end = newest - cuts.after(first) as u64 * stride;
        cuts.cut(first);
        self.cut(end, kind)
    }

    /// Makes the oldest segment on the cheapest way final, where *Best* gives way to something else; `least`
    /// are the segments that stay open.
    pub(super) fn close_first(&mut self, least: usize) -> Option<Segment> {
        let State::Best { stride, .. } = self.state else { return None };
        let mut cuts = self.cuts.take()?;
        let way = cuts.way().filter(|way| way.segments > least);
        let segment = way.map(|way| {
            let mut segment = self.cut_first(&mut cuts, way.first, stride);
            self.mark_restart(std::slice::from_mut(&mut segment));
            segment
        });
        self.cuts = Some(cuts);
        segment
    }
}

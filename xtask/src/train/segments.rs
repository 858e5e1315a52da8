//! The segments that the real encoders find, as weighted points.

use std::f64::consts::PI;
use std::sync::Arc;

use extrema::codec::curves::SINES;
use extrema::codec::{
    Codebook, Detector, Effort, Encoder, Price, Record, SearchEncoder, SearchSettings, Settings,
    Threshold, Weight, level_to_sample,
};

use super::material::Track;
use super::space::{Point, class_of};
use crate::parallel;

/// Points that are drawn from all groups of a way to cut.
const DRAWN: usize = 24_000;

/// What is added to a point's squared distance from the line when its share of the draw is worked out:
/// how far the curve may still be that is chosen for it.
const SPREAD: f64 = 256.0;

/// How tracks are cut.
#[derive(Debug, Clone, Copy)]
pub struct Cuts {
    pub settings: Settings,
    /// The weight of these segments among all.
    pub share: f64,
}

impl Cuts {
    /// The detectors, at thresholds from hardly to clearly audible. [`Self::searches`] stand for *Best*, which cuts
    /// as they do.
    pub fn detectors() -> Vec<Self> {
        let cuts = |detector, steps, share| Self {
            settings: Settings {
                detector,
                threshold: Threshold::from_steps(steps),
                ..Settings::default()
            },
            share,
        };
        let slope = [10.0, 50.0, 200.0].map(|steps| cuts(Detector::Slope, steps, 0.33 / 3.0));
        let peak = [50.0, 200.0, 800.0].map(|steps| cuts(Detector::Peak, steps, 0.55 / 3.0));
        [slope, peak].concat()
    }

    /// The search, at a low and a high price, with all curves and with few, for which it cuts otherwise.
    pub fn searches() -> Vec<Self> {
        let cuts = |steps, curves| {
            let search = SearchSettings {
                effort: Effort::Fast,
                price: Price::from_squared_steps(steps),
                weight: Weight::None,
            };
            Self {
                settings: Settings { search: Some(search), curves, ..Settings::default() },
                share: 0.12 / 4.0,
            }
        };
        vec![cuts(2e3, 255), cuts(5e4, 255), cuts(2e3, 16), cuts(5e4, 16)]
    }
}

/// A segment.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    pub point: Point,
    /// A squared distance times this is a squared error.
    pub weight: f64,
    pub class: usize,
}

/// Segments of one track, cut in one way.
#[derive(Debug, Clone)]
pub struct Group {
    /// Drawn from all of them, with weights that stand for those that were not.
    pub segments: Vec<Segment>,
    /// The squared error that no curve changes.
    pub lost: f64,
    /// The weight of the group among all.
    pub share: f64,
}

/// Cuts every track in every way.
pub fn collect(tracks: &[&Track], codebook: &Arc<Codebook>, cuts: &[Cuts]) -> Vec<Group> {
    let pairs: Vec<(&Track, &Cuts)> =
        tracks.iter().flat_map(|&track| cuts.iter().map(move |cuts| (track, cuts))).collect();
    let groups = parallel::map(&pairs, |(track, cuts)| {
        let records = encode(&track.samples, track.sample_rate, codebook, cuts.settings);
        let mut group = Group { segments: Vec::new(), lost: 0.0, share: cuts.share };
        group.add(&track.samples, &records);
        group.draw(DRAWN / tracks.len());
        group
    });
    groups.into_iter().filter(|group| !group.segments.is_empty()).collect()
}

/// The records that a track becomes.
pub fn encode(
    samples: &[f64],
    sample_rate: f64,
    codebook: &Arc<Codebook>,
    settings: Settings,
) -> Vec<Record> {
    let mut records = Vec::new();
    let mut emit = |_, found: &[Record]| records.extend_from_slice(found);
    if settings.search.is_some() {
        let mut encoder = SearchEncoder::new(codebook, settings, sample_rate, 1);
        encoder.process(&[samples], &mut emit);
        encoder.finish(&mut emit);
    } else {
        let mut encoder = Encoder::offline(codebook, settings, sample_rate, 1);
        encoder.process(&[samples], &mut emit);
        encoder.finish(&mut emit);
    }
    records
}

impl Group {
    /// Adds the segments that records stand for.
    fn add(&mut self, samples: &[f64], records: &[Record]) {
        let (mut at, mut level) = (0, 0);
        for record in records {
            let end = record.end(level);
            let (from, to) = (level_to_sample(level), level_to_sample(end));
            let next = at + record.length() as usize;
            self.add_segment(&samples[at..next], from, to);
            (at, level) = (next, end);
        }
    }

    fn add_segment(&mut self, samples: &[f64], start: f64, end: f64) {
        let (n, delta) = (samples.len(), end - start);
        let Some((last, inner)) = samples.split_last() else { return };
        self.lost += (last - end) * (last - end);
        if n == 1 || delta == 0.0 {
            self.lost += inner.iter().map(|x| (x - start) * (x - start)).sum::<f64>();
            return;
        }
        let sines = SINES.min(n - 1);
        let (mut point, mut energy) = ([0.0; SINES], 0.0);
        for (x, j) in inner.iter().zip(1..) {
            let t = f64::from(j) / n as f64;
            let residual = x - start - delta * t;
            energy += residual * residual;
            // sin((m + 1) θ) = 2 cos θ sin(m θ) − sin((m − 1) θ)
            let (sin, cos) = libm::sincos(PI * t);
            let (mut before, mut sine) = (0.0, sin);
            for sum in &mut point[..sines] {
                *sum += residual * sine;
                (before, sine) = (sine, 2.0 * cos * sine - before);
            }
        }
        for sum in &mut point {
            *sum *= 512.0 / n as f64 / delta;
        }
        let weight = 0.5 * n as f64 * (delta / 256.0) * (delta / 256.0);
        self.lost += (energy - weight * squared(&point)).max(0.0);
        self.segments.push(Segment { point, weight, class: class_of(n) });
    }

    /// Keeps so many segments, at even distances along the sum of what they may lose. So those that
    /// matter most are kept, some stand for many others, and the sums stay right.
    fn draw(&mut self, count: usize) {
        let share = |segment: &Segment| segment.weight * (squared(&segment.point) + SPREAD);
        let all: f64 = self.segments.iter().map(share).sum();
        let step = all / count as f64;
        let (mut passed, mut next) = (0.0, 0.5 * step);
        let mut drawn = Vec::new();
        for segment in &self.segments {
            passed += share(segment);
            let mut times = 0.0;
            while next < passed {
                next += step;
                times += 1.0;
            }
            if times > 0.0 {
                let weight = segment.weight * times * step / share(segment);
                drawn.push(Segment { weight, ..*segment });
            }
        }
        drawn.sort_by_key(|segment| segment.class);
        self.segments = drawn;
    }
}

fn squared(point: &Point) -> f64 {
    point.iter().map(|a| a * a).sum()
}

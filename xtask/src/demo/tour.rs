//! The tour: factory presets, one after another, each on its part of the track.

use std::ops::Range;

use anyhow::{Context, Result};
use extrema::presets::{Preset, factory};

use super::change::Change;

/// From six groups, so that each is heard apart from the one before. *Stuck record* repeats what the
/// preset before it has left, so it comes after the gentlest.
const PRESETS: [&str; 6] =
    ["Soft sand", "Stuck record", "Staircase", "Robot 1k", "Every fifth", "Mosaic"];

/// A part of the track.
pub struct Part {
    pub preset: &'static Preset,
    /// The frames at which the preset is set.
    pub frames: Range<usize>,
}

/// The parts of a track of `frames` frames: of the same length but for a frame, without gaps.
pub fn over(frames: usize) -> Result<Vec<Part>> {
    let start = |part: usize| part * frames / PRESETS.len();
    let part = |(number, &name): (usize, &&str)| {
        let preset = factory().iter().find(|preset| preset.name() == name);
        let preset = preset.with_context(|| format!("there is no preset {name}"))?;
        Ok(Part { preset, frames: start(number)..start(number + 1) })
    };
    PRESETS.iter().enumerate().map(part).collect()
}

/// All values of each part's preset, at the part's first frame.
pub fn changes(parts: &[Part]) -> Vec<Change> {
    let of_part = |part: &Part| {
        let start = part.frames.start;
        part.preset.values().map(move |(control, plain)| Change::new(start, control, plain))
    };
    parts.iter().flat_map(of_part).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use extrema::codec::StereoMode;
    use extrema::effect::{Control, EffectSettings};

    use super::super::change::settings;
    use super::*;

    #[test]
    fn parts_cover_the_track_in_order() -> Result<()> {
        for frames in [0, 1, 5, 6, 1000, 639_450] {
            let parts = over(frames)?;
            assert_eq!(parts.len(), 6);
            let mut next = 0;
            for part in &parts {
                assert_eq!(part.frames.start, next);
                assert!(part.frames.len().abs_diff(frames / 6) <= 1, "{frames}: {:?}", part.frames);
                next = part.frames.end;
            }
            assert_eq!(next, frames);
        }
        Ok(())
    }

    #[test]
    fn presets_are_of_six_groups_and_heard_alone() -> Result<()> {
        let parts = over(6000)?;
        let groups: BTreeSet<_> = parts.iter().map(|part| part.preset.group()).collect();
        assert_eq!(groups.len(), 6);
        // The picture shows the left channel of what the codec plays.
        for (_, settings) in settings(&changes(&parts)) {
            assert_eq!((settings.input_db, settings.mix, settings.delta), (0.0, 1.0, false));
            assert_eq!(settings.stereo, StereoMode::LeftRight);
        }
        Ok(())
    }

    #[test]
    fn each_part_starts_with_all_values_of_its_preset() -> Result<()> {
        let parts = over(100_001)?;
        let changes = changes(&parts);
        assert!(changes.is_sorted_by_key(|change| change.position));
        let settings = settings(&changes);
        assert_eq!(settings.len(), parts.len());
        for (part, (position, settings)) in parts.iter().zip(settings) {
            assert_eq!(position, part.frames.start);
            let host: Vec<_> = part.preset.host_values().collect();
            let sent = changes.iter().filter(|change| change.position == position);
            assert_eq!(sent.count(), host.len());
            let expected = EffectSettings::from_values(|control: Control| {
                let set = host.iter().find(|(other, _)| *other == control);
                set.map_or(control.spec().default, |&(_, value)| control.from_host(value))
            });
            assert_eq!(settings, expected, "{}", part.preset.name());
        }
        Ok(())
    }
}

//! All presets, found by name.

use super::name::{clean, from_file_name, same_name};
use super::{Listing, Preset, PresetError, UserPreset, factory};

/// The factory presets and those of the user.
#[derive(Debug)]
pub struct Library {
    /// The user's.
    pub user: Listing,
}

/// A preset and where it comes from.
#[derive(Debug, Clone, Copy)]
pub enum Found<'a> {
    /// It comes with Extrema.
    Factory(&'a Preset),
    /// It is a file of the user.
    User(&'a UserPreset),
}

impl<'a> Found<'a> {
    /// The preset itself.
    pub fn preset(self) -> &'a Preset {
        match self {
            Self::Factory(preset) => preset,
            Self::User(user) => &user.preset,
        }
    }

    /// Its group and name, as [`Library::find`] takes them.
    pub fn full_name(self) -> String {
        format!("{}/{}", self.preset().group(), self.preset().name())
    }
}

impl Library {
    /// All presets: those of the factory by group, then the user's by group and name.
    pub fn all(&self) -> impl Iterator<Item = Found<'_>> {
        let factory = factory().iter().map(Found::Factory);
        factory.chain(self.user.presets.iter().map(Found::User))
    }

    /// The preset with a name, or a group and a name as in `Warm/Soft sand`. Capitals make no
    /// difference. A name alone means the user's preset if the factory has one of that name too, so
    /// that a new factory preset takes the place of no one's own.
    ///
    /// # Errors
    /// [`PresetError::NotFound`] with the most similar name, [`PresetError::Ambiguous`] if several
    /// groups of the user have a preset of that name, and what is wrong with the user's file if it is
    /// one that cannot be read.
    pub fn find(&self, text: &str) -> Result<Found<'_>, PresetError> {
        let wanted = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let named = |found: &Found<'_>| same_name(found.preset().name(), &wanted);
        let users: Vec<_> = self.user.presets.iter().map(Found::User).filter(named).collect();
        if users.len() > 1 {
            let choices = users.iter().map(|found| format!("{:?}", found.full_name())).collect();
            return Err(PresetError::Ambiguous { name: wanted, choices });
        }
        let by_full_name = || {
            // The user's come last and win.
            self.all().filter(|found| same_name(&found.full_name(), &wanted)).last()
        };
        let found = users.first().copied().or_else(|| self.all().find(named)).or_else(by_full_name);
        found.ok_or_else(|| self.not_found(wanted))
    }

    fn not_found(&self, wanted: String) -> PresetError {
        // The reason is of more use than the news that there is no such preset.
        let name = wanted.rsplit('/').next().unwrap_or(&wanted);
        let broken = self.user.problems.iter().find_map(|problem| match problem {
            PresetError::Broken { path, reason } => {
                let stem = from_file_name(&path.file_stem()?.to_string_lossy());
                let is_wanted = same_name(&stem, &wanted) || same_name(&stem, name);
                is_wanted
                    .then(|| PresetError::Broken { path: path.clone(), reason: reason.clone() })
            }
            _ => None,
        });
        broken.unwrap_or_else(|| {
            let suggestion = self.most_similar(&wanted);
            PresetError::NotFound { name: wanted, suggestion }
        })
    }

    /// The name that has the wanted one in it, or else the most similar one.
    fn most_similar(&self, wanted: &str) -> Option<String> {
        let wanted = clean(wanted).ok()?.to_lowercase();
        let similarity = |name: &str| {
            let name = name.to_lowercase();
            if name.contains(&wanted) { 1.0 } else { strsim::jaro(&name, &wanted) }
        };
        let names = self.all().map(|found| found.preset().name());
        let similar = names.map(|name| (similarity(name), name));
        // Below this, the command line's own suggestions for misspelt options end as well.
        let nearest = similar.filter(|(similarity, _)| *similarity > 0.7);
        nearest.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name.to_owned())
    }
}

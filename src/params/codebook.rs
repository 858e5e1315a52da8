//! The codebook that a session plays with: its state, and the way to the audio thread.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nice_plug::nice_warn;
use nice_plug::params::persist::PersistentField;
use rtrb::{Consumer, Producer, RingBuffer};
use serde::{Deserialize, Serialize};

use crate::codec::Codebook;
use crate::codec::curves::{CURVE_COUNT, SINES};

/// The key that the codebook is saved under.
pub const CODEBOOK_FIELD: &str = "codebook";

/// The most characters of a title; longer ones are cut.
const MAX_TITLE: usize = 40;

/// How many codebooks may wait for the audio thread. If it does not run, or there are more, the next
/// activation brings the latest.
const MAX_WAITING: usize = 8;

/// How many codebooks are kept although nobody plays them: those that events on their way to a recording
/// may still name. With their tables each has 1.7 MB.
const KEPT: usize = 8;

/// A codebook as a session keeps it: by name if this or another version has it built in, otherwise with
/// its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SavedCodebook {
    /// The name of a built-in one.
    Named(String),
    /// One of the user's own.
    Own {
        /// What the user knows it by: the name of its file.
        title: String,
        /// The coefficients of the 255 curves.
        rows: Vec<[i8; SINES]>,
    },
}

impl Default for SavedCodebook {
    fn default() -> Self {
        Self::Named(Codebook::STANDARD.to_owned())
    }
}

/// A codebook on its way to the audio thread, with the number that tells it from those before.
pub type NumberedCodebook = (u16, Arc<Codebook>);

/// What a session plays with, and what it saves of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenCodebook {
    saved: SavedCodebook,
    codebook: Arc<Codebook>,
}

impl ChosenCodebook {
    /// The standard codebook.
    pub fn standard() -> Self {
        Self { saved: SavedCodebook::default(), codebook: Codebook::standard() }
    }

    /// A codebook that the user has loaded from a file of this name.
    pub fn own(codebook: Arc<Codebook>, title: &str) -> Self {
        if Codebook::named(codebook.name()).is_some() {
            let saved = SavedCodebook::Named(codebook.name().to_owned());
            return Self { saved, codebook };
        }
        let title = title.chars().filter(|character| !character.is_control()).take(MAX_TITLE);
        let rows = codebook.curves().rows().to_vec();
        Self { saved: SavedCodebook::Own { title: title.collect(), rows }, codebook }
    }

    /// The curves.
    pub fn codebook(&self) -> &Arc<Codebook> {
        &self.codebook
    }

    /// The title of one of the user's own.
    pub fn title(&self) -> Option<&str> {
        match &self.saved {
            SavedCodebook::Named(_) => None,
            SavedCodebook::Own { title, .. } => Some(title),
        }
    }
}

/// The codebook a session was made with, without which it would sound different.
///
/// A session that names a codebook this version lacks plays the standard one, and keeps the name so
/// that it sounds right again in a version that has it. A name or a table that no codebook can have counts
/// as the standard one's.
#[derive(Debug)]
pub struct SessionCodebook {
    /// Codebooks that sessions may name besides those that are built in.
    others: Vec<Arc<Codebook>>,
    session: Mutex<Session>,
    number: AtomicU16,
    receiver: Mutex<Option<Consumer<NumberedCodebook>>>,
}

#[derive(Debug)]
struct Session {
    chosen: ChosenCodebook,
    /// The latest codebooks by number. The audio thread never holds the last reference to one: what it
    /// drops is freed here.
    kept: VecDeque<NumberedCodebook>,
    /// To the audio thread.
    sender: Producer<NumberedCodebook>,
}

impl SessionCodebook {
    /// The standard codebook, in a session that may name a built-in one or one of `others`.
    pub fn new(others: Vec<Arc<Codebook>>) -> Self {
        let (sender, receiver) = RingBuffer::new(MAX_WAITING);
        let chosen = ChosenCodebook::standard();
        let kept = [(0, chosen.codebook.clone())].into();
        Self {
            others,
            session: Mutex::new(Session { chosen, kept, sender }),
            number: AtomicU16::new(0),
            receiver: Mutex::new(Some(receiver)),
        }
    }

    /// The audio thread's end of the way there; only the first call returns it.
    pub fn receiver(&self) -> Option<Consumer<NumberedCodebook>> {
        self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The codebook of the session, and its number. Locks, so do not call it from the audio thread.
    pub fn current(&self) -> NumberedCodebook {
        let session = self.lock();
        (self.number(), session.chosen.codebook.clone())
    }

    /// What the session plays with and saves. Locks.
    pub fn chosen(&self) -> ChosenCodebook {
        self.lock().chosen.clone()
    }

    /// Plays with another codebook: from the next block on if the plugin plays, otherwise from the next
    /// activation on. Builds its tables, so do not call it from the audio thread.
    pub fn choose(&self, chosen: ChosenCodebook) {
        chosen.codebook.build_tables();
        let mut session = self.lock();
        let is_new = chosen.codebook != session.chosen.codebook;
        if is_new {
            let number = self.number().wrapping_add(1);
            session.kept.push_back((number, chosen.codebook.clone()));
            while session.kept.len() > KEPT
                && let Some((_, oldest)) = session.kept.front()
                && Arc::strong_count(oldest) == 1
            {
                session.kept.pop_front();
            }
            // If the ring is full, the audio thread sees by the number that it has missed one.
            let _ = session.sender.push((number, chosen.codebook.clone()));
            self.number.store(number, Ordering::Release);
            session.chosen = chosen;
        } else {
            // The title may be new. What is played stays the same object.
            session.chosen.saved = chosen.saved;
        }
    }

    /// One of the latest codebooks by its number. Locks.
    pub fn numbered(&self, number: u16) -> Option<Arc<Codebook>> {
        let session = self.lock();
        let found = session.kept.iter().rev().find(|(other, _)| *other == number);
        found.map(|(_, codebook)| codebook.clone())
    }

    /// The number of the codebook of the session, which changes whenever that does; does not lock.
    pub fn number(&self) -> u16 {
        self.number.load(Ordering::Acquire)
    }

    /// The name the session gives, if no codebook here has it.
    pub fn missing(&self) -> Option<String> {
        let session = self.lock();
        match &session.chosen.saved {
            SavedCodebook::Named(name) if name != session.chosen.codebook.name() => {
                Some(name.clone())
            }
            _ => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The codebook that a session names.
    fn named(&self, name: String) -> ChosenCodebook {
        if !Codebook::is_name(&name) {
            nice_warn!(
                "This session names the codebook \"{}\", which no version of Extrema can have; it \
                 plays the standard one.",
                escaped_start(&name)
            );
            return ChosenCodebook::standard();
        }
        let other = self.others.iter().find(|codebook| codebook.name() == name).cloned();
        let codebook = other.or_else(|| Codebook::named(&name)).unwrap_or_else(|| {
            nice_warn!(
                "This session was made with the codebook \"{name}\", which this version of Extrema \
                 does not have; it will sound different. Update Extrema."
            );
            Codebook::standard()
        });
        ChosenCodebook { saved: SavedCodebook::Named(name), codebook }
    }
}

impl PersistentField<'_, SavedCodebook> for SessionCodebook {
    fn set(&self, saved: SavedCodebook) {
        self.choose(match saved {
            SavedCodebook::Named(name) => self.named(name),
            SavedCodebook::Own { title, rows } => {
                match <&[_; CURVE_COUNT as usize]>::try_from(&rows[..]) {
                    Ok(rows) => ChosenCodebook::own(Codebook::own(rows), &title),
                    Err(_) => {
                        nice_warn!(
                            "This session has a codebook of {} curves instead of 255; it plays the \
                             standard one.",
                            rows.len()
                        );
                        ChosenCodebook::standard()
                    }
                }
            }
        });
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&SavedCodebook) -> R,
    {
        f(&self.lock().chosen.saved)
    }
}

/// The first characters of a text from outside, with everything escaped that is not printable ASCII.
fn escaped_start(text: &str) -> String {
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(16).flat_map(char::escape_default).collect();
    let rest = if characters.next().is_some() { " ..." } else { "" };
    start + rest
}

//! The files of an Ardour session.
//!
//! Ardour 7 cannot import audio without a window, so the audio is written into the session file.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::track::Track;

/// The sample rate of every session.
pub const SAMPLE_RATE: u32 = 48_000;

/// Ardour's unit of time, superclock ticks.
const TICKS_PER_SECOND: u64 = 508_032_000;

const AUDIO: &str = "recording.wav";

/// A saved session.
pub struct Session {
    folder: PathBuf,
    name: String,
}

impl Session {
    pub fn new(parent: &Path, name: &str) -> Self {
        Self { folder: parent.join(name), name: name.to_owned() }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts audio at the start of every track.
    pub fn add_audio(&self, audio: &Track) -> Result<()> {
        let files = self.folder.join("interchange").join(&self.name).join("audiofiles");
        fs::create_dir_all(&files)?;
        audio.write(&files.join(AUDIO))?;

        let text = self.read()?;
        let mut next = attribute(&text, "<Session ", "id-counter")?
            .parse::<u64>()
            .context("the session's id-counter is not a number")?;
        let first_source = next;
        let mut id = || {
            next += 1;
            next - 1
        };
        let length = audio.frames() as u64 * (TICKS_PER_SECOND / u64::from(SAMPLE_RATE));
        let mut sources = String::new();
        for channel in 0..audio.channels.len() {
            write!(
                sources,
                r#"<Source name="{AUDIO}" type="audio" flags="" id="{}" channel="{channel}" origin="{AUDIO}" gain="1"/>"#,
                id()
            )?;
        }
        let whole = region(id(), first_source, true, length);
        let range = format!(
            r#"<Location id="{}" name="session" start="a0" end="a{length}" flags="IsSessionRange" locked="0" timestamp="0" cue="0"/>"#,
            id()
        );
        let mut text = fill(&text, "Sources", &sources)?;
        text = fill(&text, "Regions", &whole)?;
        text = fill(&text, "Locations", &range)?;
        for track in ["Wet", "Dry"] {
            if let Some(from) = text.find(&format!(r#" name="{track}" type="audio" orig-track-id"#))
            {
                let end = from
                    + text[from..]
                        .find("/>")
                        .context("the playlist of a new track is not empty")?;
                let playlist = format!(">{}</Playlist>", region(id(), first_source, false, length));
                text.replace_range(end..end + 2, &playlist);
            }
        }
        let old = format!(r#"id-counter="{first_source}""#);
        ensure!(text.contains(&old), "the session's id-counter was not found again");
        self.write(&text.replacen(&old, &format!(r#"id-counter="{next}""#), 1))
    }

    /// The plugin's saved state: the JSON inside VST3's wrapping.
    pub fn state(&self) -> Result<String> {
        let chunk = self.chunk()?;
        let text = String::from_utf8_lossy(&chunk);
        let (from, to) = (text.find('{'), text.rfind('}'));
        let (from, to) = from.zip(to).context("no JSON in the plugin's state")?;
        Ok(text[from..=to].to_owned())
    }

    /// Replaces a part of the plugin's saved state by one of the same length.
    pub fn edit_state(&self, old: &str, new: &str) -> Result<()> {
        ensure!(old.len() == new.len(), "the lengths around the state would be wrong");
        let chunk = self.chunk()?;
        let at = chunk.windows(old.len()).position(|window| window == old.as_bytes());
        let at = at.with_context(|| format!("no {old} in the plugin's state"))?;
        let mut edited = chunk.clone();
        edited[at..at + old.len()].copy_from_slice(new.as_bytes());
        let text = self.read()?;
        self.write(&text.replace(&STANDARD.encode(&chunk), &STANDARD.encode(&edited)))
    }

    /// The saved points of the plugin's automation.
    pub fn automation(&self) -> Result<Vec<String>> {
        let text = self.read()?;
        // Fades and gains have lists under other names.
        let lists = text.split("<AutomationList ");
        let own = lists.filter(|list| list.starts_with(r#"automation-id="parameter-"#));
        let points = own.filter_map(|list| list.split_once("<events>")?.1.split_once("</events>"));
        Ok(points.map(|(points, _)| points.to_owned()).collect())
    }

    fn chunk(&self) -> Result<Vec<u8>> {
        let text = self.read()?;
        let (_, rest) = text.split_once("<chunk>").context("the plugin has saved nothing")?;
        let (encoded, _) = rest.split_once("</chunk>").context("the plugin's state has no end")?;
        STANDARD.decode(encoded).context("the plugin's state is not base64")
    }

    fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.ardour", self.name))
    }

    fn read(&self) -> Result<String> {
        let file = self.file();
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    }

    fn write(&self, text: &str) -> Result<()> {
        let file = self.file();
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

/// A region over both channels: the file itself, or its use in a playlist.
fn region(id: u64, source: u64, whole: bool, length: u64) -> String {
    let (other, whole) = (source + 1, u8::from(whole));
    format!(
        r#"<Region name="recording" muted="0" opaque="1" locked="0" video-locked="0" automatic="0" whole-file="{whole}" import="0" external="0" sync-marked="0" left-of-split="0" right-of-split="0" hidden="0" position-locked="0" valid-transients="0" start="a0" length="a{length}@a0" sync-position="a0" ancestral-start="a0" ancestral-length="a{length}@a0" stretch="1" shift="1" layering-index="0" envelope-active="0" default-fade-in="0" default-fade-out="0" fade-in-active="0" fade-out-active="0" scale-amplitude="1" id="{id}" type="audio" first-edit="nothing" channels="2" source-0="{source}" master-source-0="{source}" source-1="{other}" master-source-1="{other}"/>"#
    )
}

/// Puts content into an empty element.
fn fill(text: &str, element: &str, content: &str) -> Result<String> {
    let empty = format!("<{element}/>");
    ensure!(text.matches(&empty).count() == 1, "a new session has no {empty}");
    Ok(text.replace(&empty, &format!("<{element}>{content}</{element}>")))
}

/// An attribute of the first element that begins like this.
fn attribute<'a>(text: &'a str, element: &str, name: &str) -> Result<&'a str> {
    let rest = text.split_once(element).with_context(|| format!("no {element}"))?.1;
    let rest = rest.split_once(&format!("{name}=\"")).with_context(|| format!("no {name}"))?.1;
    Ok(rest.split_once('"').context("an attribute of the session has no end")?.0)
}

//! Reads the tags of an audio file.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};

use lofty::config::ParseOptions;
use lofty::error::FileParseError;
use lofty::file::{AudioFile, FileType};
use lofty::flac::FlacFile;
use lofty::id3::v2::{Frame, Id3v2Tag};
use lofty::iff::aiff::AiffFile;
use lofty::iff::wav::WavFile;
use lofty::mpeg::MpegFile;
use lofty::ogg::VorbisFile;
use lofty::ogg::tag::VorbisComments;
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag, TagType};

use crate::audio_file::bytes::Bytes;
use crate::audio_file::ogg;
use crate::audio_file::symphonia_audio::guard;

/// A file has tags that cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// The tags of a WAV, AIFF, FLAC, MP3 or Ogg file, as Vorbis comments name them, in the order of the
/// file; empty if there are none or it is of another kind. Pictures are left out. Where a file has several
/// kinds of tags, the richer kind counts, and others only add keys that it does not have. The position in
/// the file afterwards is unspecified.
///
/// # Errors
/// [`Unreadable`] if the tags are damaged.
pub fn read_tags(file: &File) -> Result<Vec<(String, String)>, Unreadable> {
    // Lofty does not know FLAC in Ogg, whose metadata is that of a FLAC file.
    let bytes = file.try_clone().and_then(Bytes::new);
    let flac = ogg::flac_metadata(&mut bytes.map_err(|_| Unreadable)?);
    let flac = flac.map_err(|_| Unreadable)?;
    // It should not panic; but a tag is not worth a crash.
    let found = guard(|| {
        Ok(match flac {
            Some(metadata) => read(Cursor::new(metadata)),
            None => read(BufReader::new(file)),
        })
    });
    match found {
        Ok(Ok(pairs)) => Ok(pairs.0),
        _ => Err(Unreadable),
    }
}

fn read(mut input: impl Read + Seek) -> Result<Pairs, FileParseError> {
    input.rewind()?;
    let kind = Probe::new(&mut input).guess_file_type()?.file_type();
    input.rewind()?;
    let mut options = ParseOptions::new();
    options.read_properties(false);
    options.read_cover_art(false);
    let mut pairs = Pairs::default();
    match kind {
        Some(FileType::Flac) => {
            let file = FlacFile::read_from(&mut input, options)?;
            pairs.add_comments(file.vorbis_comments());
            pairs.add_id3v2(file.id3v2());
        }
        Some(FileType::Vorbis) => {
            let file = VorbisFile::read_from(&mut input, options)?;
            pairs.add_comments(Some(file.vorbis_comments()));
        }
        Some(FileType::Mpeg) => {
            let file = MpegFile::read_from(&mut input, options)?;
            pairs.add_id3v2(file.id3v2());
            pairs.add(file.ape().cloned().map(Tag::from));
            pairs.add(file.id3v1().cloned().map(Tag::from));
        }
        Some(FileType::Wav) => {
            let file = WavFile::read_from(&mut input, options)?;
            pairs.add_id3v2(file.id3v2());
            pairs.add(file.riff_info().cloned().map(Tag::from));
        }
        Some(FileType::Aiff) => {
            let file = AiffFile::read_from(&mut input, options)?;
            pairs.add_id3v2(file.id3v2());
            pairs.add(file.text_chunks().cloned().map(Tag::from));
        }
        _ => (),
    }
    Ok(pairs)
}

/// Keys and values.
#[derive(Default)]
struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Adds Vorbis comments as they are.
    fn add_comments(&mut self, comments: Option<&VorbisComments>) {
        let items = comments.into_iter().flat_map(VorbisComments::items);
        self.add_new(items.map(|(key, value)| (key.to_owned(), value.to_owned())).collect());
    }

    /// Adds what an ID3v2 tag has under keys that Vorbis comments know, and the texts that have a name of
    /// their own.
    fn add_id3v2(&mut self, tag: Option<&Id3v2Tag>) {
        let Some(tag) = tag else { return };
        let own = tag.into_iter().filter_map(|frame| match frame {
            Frame::UserText(text) => {
                let is_known = ItemKey::from_key(TagType::Id3v2, &text.description).is_some();
                (!is_known).then(|| (text.description.to_string(), text.content.to_string()))
            }
            _ => None,
        });
        let own = own.collect();
        self.add(Some(tag.clone().into()));
        self.add_new(own);
    }

    /// Adds what a tag has under keys that Vorbis comments know.
    fn add(&mut self, tag: Option<Tag>) {
        let Some(tag) = tag else { return };
        let items = tag.items().filter_map(|item| {
            let key = item.key().map_key(TagType::VorbisComments)?;
            let value = item.value().text().or_else(|| item.value().locator())?;
            Some((key.to_owned(), value.trim_end_matches('\0').to_owned()))
        });
        self.add_new(items.collect());
    }

    /// Adds pairs whose keys are new.
    fn add_new(&mut self, mut pairs: Vec<(String, String)>) {
        pairs.retain(|(key, value)| {
            let is_there = self.0.iter().any(|(other, _)| other.eq_ignore_ascii_case(key));
            !is_there && !value.is_empty()
        });
        self.0.append(&mut pairs);
    }
}

//! Tags and the layout of channels are kept on the way into a file and out of it.

use std::fs::{self, File};
use std::path::Path;

use extrema::audio_file::{AudioReader, read_tags};
use lofty::config::WriteOptions;
use lofty::tag::{ItemKey, Tag, TagExt, TagType};
use serde_json::Value;

use super::outputs::chunks;
use super::{Bench, through_codec, waves};

/// What is written into the sources: text beyond ASCII, numbers, and what `LIST INFO` has no name for.
const TAGS: [(ItemKey, &str, &str); 9] = [
    (ItemKey::TrackTitle, "TITLE", "Élégie №3"),
    (ItemKey::TrackArtist, "ARTIST", "Anna Ōe"),
    (ItemKey::AlbumTitle, "ALBUM", "Night"),
    (ItemKey::RecordingDate, "DATE", "2024-05-17"),
    (ItemKey::Comment, "COMMENT", "a = b; c"),
    (ItemKey::TrackNumber, "TRACKNUMBER", "3"),
    (ItemKey::Genre, "GENRE", "Folk"),
    (ItemKey::Isrc, "ISRC", "DEXXX2400001"),
    (ItemKey::ReplayGainTrackGain, "REPLAYGAIN_TRACK_GAIN", "-6.50 dB"),
];

/// What plain AIFF can say.
const AIFF_TEXTS: [&str; 3] = ["TITLE", "ARTIST", "COMMENT"];

/// The names and values of tags, sorted.
fn sorted(tags: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut tags: Vec<_> = tags.into_iter().collect();
    tags.sort();
    tags
}

fn owned(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn tags_of_json(bench: &Bench, file: &str) -> Vec<(String, String)> {
    let report: Value =
        serde_json::from_str(&bench.works(&format!("inspect {file} --json"))).unwrap();
    let tags = report["files"][0]["tags"].as_array().unwrap().iter();
    sorted(tags.map(|tag| owned(tag["name"].as_str().unwrap(), tag["value"].as_str().unwrap())))
}

#[test]
fn tags_of_every_kind_of_file_reach_the_wav_file() {
    let bench = Bench::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (source, kind) in [
        ("tests/fixtures/mono16.wav", TagType::RiffInfo),
        ("tests/fixtures/mono16.wav", TagType::Id3v2),
        ("fuzz/cases/audio_reader/mono16.aiff", TagType::AiffText),
        ("fuzz/cases/audio_reader/mono16.aiff", TagType::Id3v2),
        ("tests/fixtures/integers16.flac", TagType::VorbisComments),
        ("tests/fixtures/tone.ogg", TagType::VorbisComments),
        ("tests/fixtures/tone.mp3", TagType::Id3v2),
        ("tests/fixtures/tone.mp3", TagType::Ape),
    ] {
        let source = root.join(source);
        let name = source.file_name().unwrap().to_str().unwrap();
        let path = bench.path(name);
        fs::copy(&source, &path).unwrap();
        let mut tag = Tag::new(kind);
        let mut expected = Vec::new();
        for (key, name, value) in TAGS {
            let is_known = match kind {
                TagType::RiffInfo => !["ISRC", "REPLAYGAIN_TRACK_GAIN"].contains(&name),
                TagType::AiffText => AIFF_TEXTS.contains(&name),
                _ => true,
            };
            if is_known {
                assert!(tag.insert_text(key, value.to_owned()), "{kind:?}: {name}");
                expected.push(owned(name, value));
            }
        }
        tag.save_to_path(&path, WriteOptions::default()).unwrap();
        let expected = sorted(expected);

        bench.works(&format!("encode {name} a.extrema"));
        let found = tags_of_json(&bench, "a.extrema");
        assert!(expected.iter().all(|tag| found.contains(tag)), "{name}, {kind:?}: {found:?}");
        assert!(bench.works("inspect a.extrema").contains("TITLE=Élégie №3"));
        bench.works("decode a.extrema out.wav --bits 16");
        let decoded = read_tags(&File::open(bench.path("out.wav")).unwrap()).unwrap();
        assert_eq!(sorted(decoded), found, "{name}, {kind:?}");

        // The header has the right sizes, every program finds the title, and the audio is what it was.
        let chunks = chunks(&fs::read(bench.path("out.wav")).unwrap());
        let (_, info) = chunks.iter().find(|(name, _)| name == "LIST").unwrap();
        assert!(info.starts_with(b"INFO"));
        let title = b"INAM\x0e\0\0\0\xc3\x89l\xc3\xa9gie \xe2\x84\x963\0".as_slice();
        assert!(info.windows(title.len()).any(|bytes| bytes == title), "{info:?}");
        let has_id3 = chunks.iter().any(|(name, _)| name == "id3 ");
        assert_eq!(has_id3, expected.len() == TAGS.len() || found.len() > expected.len(), "{name}");
        bench.works(&format!("encode {name} again.extrema"));
        assert_eq!(tags_of_json(&bench, "again.extrema"), found);
        bench.works("encode out.wav third.extrema");
        assert_eq!(tags_of_json(&bench, "third.extrema"), found, "{name}, {kind:?}");
    }
}

/// Lofty, which writes the tags of the test above, does not know this kind of file.
#[test]
fn tags_of_flac_in_ogg_reach_the_wav_file() {
    let bench = Bench::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(root.join("tests/fixtures/tagged.oga"), bench.path("in.oga")).unwrap();
    let known = TAGS.map(|(_, name, value)| owned(name, value));
    let more = [owned("ARTIST", "B"), owned("Mood of the day", "grey")];
    let expected = sorted(known.into_iter().chain(more));
    bench.works("encode in.oga a.extrema");
    assert_eq!(tags_of_json(&bench, "a.extrema"), expected);
    assert!(bench.works("inspect a.extrema").contains("TITLE=Élégie №3"));
    bench.works("decode a.extrema out.wav");
    let decoded = read_tags(&File::open(bench.path("out.wav")).unwrap()).unwrap();
    assert_eq!(sorted(decoded), expected);
}

#[test]
fn several_artists_and_names_of_ones_own_are_kept() {
    let bench = Bench::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(root.join("tests/fixtures/integers16.flac"), bench.path("in.flac")).unwrap();
    let mut comments = lofty::ogg::tag::VorbisComments::new();
    for (key, value) in
        [("ARTIST", "A"), ("ARTIST", "B"), ("Mood of the day", "grey"), ("empty", "")]
    {
        comments.push(key.to_owned(), value.to_owned());
    }
    comments.save_to_path(bench.path("in.flac"), WriteOptions::default()).unwrap();
    bench.works("encode in.flac a.extrema");
    let found = tags_of_json(&bench, "a.extrema");
    for tag in [("ARTIST", "A"), ("ARTIST", "B"), ("Mood of the day", "grey")] {
        assert!(found.contains(&owned(tag.0, tag.1)), "{found:?}");
    }
    bench.works("decode a.extrema out.wav");
    let decoded = read_tags(&File::open(bench.path("out.wav")).unwrap()).unwrap();
    assert!(decoded.contains(&owned("Mood of the day", "grey")), "{decoded:?}");
    // A packed file has them too; a raw stream has none, and without tags nothing is written.
    bench.works("pack a.extrema packed.extrema");
    assert_eq!(tags_of_json(&bench, "packed.extrema"), found);
    bench.write("plain.wav", 44_100, &waves(1, 100));
    bench.works("encode plain.wav a.extrema");
    assert!(tags_of_json(&bench, "a.extrema").is_empty());
}

#[test]
fn damaged_tags_do_not_keep_audio_from_being_encoded() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 1000));
    let mut bytes = fs::read(bench.path("in.wav")).unwrap();
    bytes.extend(b"id3 \x40\0\0\0ID3\x04\0\0\0\0\0\x36TIT2\xff\xff\xff\xff\0\0");
    bytes.extend([0xff; 38]);
    let size = bytes.len() as u32 - 8;
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    fs::write(bench.path("in.wav"), bytes).unwrap();
    bench.works("encode in.wav a.extrema");
    bench.works("decode a.extrema out.wav");
    assert_eq!(bench.read("out.wav")[0].len(), 1000);
}

#[test]
fn up_to_255_channels_and_768_khz_go_through() {
    let bench = Bench::new();
    for (channels, rate, frames) in [(255, 48_000, 300), (2, 768_000, 40_000), (255, 768_000, 50)] {
        let waves = waves(channels, frames);
        bench.write("in.wav", rate, &waves);
        bench.works("encode in.wav a.extrema --threads 3");
        bench.works("decode a.extrema out.wav --threads 3");
        let reader = AudioReader::open(bench.path("out.wav")).unwrap();
        assert_eq!((reader.channels(), reader.sample_rate()), (channels, rate));
        let settings = bench.settings("a.extrema");
        assert!(bench.read("out.wav") == through_codec(&waves, rate, settings), "{channels}");
    }
    bench.write("in.wav", 44_100, &waves(256, 10));
    assert!(bench.fails("encode in.wav a.extrema").contains("255 channels"));
}

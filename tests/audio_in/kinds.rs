//! Files of another kind are called by their name.

use extrema::audio_file::AudioReader;
use tempfile::TempDir;

use crate::expect::refused;

#[test]
fn other_kinds_are_named() {
    let rest = [0x5a; 600];
    for (start, name) in [
        (&b"EXTREMA\x1a\x01\0"[..], "this is an .extrema file: decode it first"),
        (b"MThd\0\0\0\x06", "MIDI"),
        (b"RIFF\xff\0\0\0RMID", "MIDI"),
        (b"RIFF\xff\0\0\0AVI ", "AVI"),
        (b"RIFF\xff\0\0\0WEBP", "WebP"),
        (b"\0\0\0\x20ftypM4A ", "MP4 or M4A"),
        (b"\0\0\0\x20ftypisom", "MP4 or M4A"),
        (b"\x1a\x45\xdf\xa3\x01", "Matroska or WebM"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media"),
        (b"caff\0\x01\0\0", "CAF"),
        (b".snd\0\0\0\x18", "AU"),
        (b"wvpk", "WavPack"),
        (b"MAC \x96\x0f", "Monkey's Audio"),
        (b"FORM\0\0\0\x888SVX", "8SVX"),
        (b"\x89PNG\r\n\x1a\n", "PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG picture"),
        (b"GIF89a", "GIF picture"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP archive: unpack it first"),
        (b"\x1f\x8b\x08", "gzip archive: unpack it first"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive: unpack it first"),
        (b"\xff\xf1\x50\x80", "AAC"),
        (b"#!AMR\n", "AMR"),
        (b"\x7fELF", "program"),
        (b"#EXTM3U\n", "playlist"),
    ] {
        refused(name, &[start, &rest].concat(), name);
    }
    let opus = b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01\0\0\0\0\0\0\0\0\0";
    refused("Opus", opus, "this is an Opus file");
    refused("text", b"Dear diary, today I cut a wave into pieces.", "this is text");
    refused("short text", b"hello\n", "bytes, too few for an audio file");
    refused("text that is cut within a letter", &"é".repeat(300).as_bytes()[..511], "this is text");
    refused("nothing", b"", "the file is empty");
    refused("zeros", &[0; 999], "nothing but zeros");
    refused("noise", &[[1, 2, 0xff, 0xfb], [9, 0x80, 0xee, 3]].concat().repeat(100), "known kind");
    refused("only a tag", b"ID3\x03\0\0\0\0\0\x05hello", "before any audio");
}

#[test]
fn what_can_be_done_is_said() {
    refused("PNG", b"\x89PNG\r\n\x1a\n    ", "Supported are WAV, AIFF, FLAC, MP3 and Ogg Vorbis");
    let folder = TempDir::new().unwrap();
    let error = AudioReader::open(folder.path()).err().unwrap();
    assert!(error.to_string().contains("cannot open"), "{error}");
}

//! MP3: joined files, delay and padding, tags, damage.

use crate::expect::{Audio, fixture, fixture_bytes, holds, like_ffmpeg, read, read_bytes, refused};

/// Twice the same audio.
fn twice(audio: &Audio) -> Audio {
    audio.iter().map(|channel| channel.repeat(2)).collect()
}

#[test]
fn joined_files_are_read_whole_and_without_a_gap() {
    let bytes = fixture_bytes("tone.mp3");
    let once = read(&fixture("tone.mp3")).unwrap();
    holds("joined", &bytes.repeat(2), &twice(&once));
    for (what, tag) in crate::flac::tags() {
        holds(what, &[&bytes[..], &tag].concat(), &once);
        let front = b"ID3\x03\0\0\0\0\0\x05hello";
        holds(what, &[&front[..], &bytes, &tag].concat(), &once);
    }
    let id3v1 = [&b"TAG"[..], &[b' '; 125]].concat();
    let id3v2 = b"ID3\x04\0\0\0\0\0\x05hello";
    for (what, between) in [
        ("ID3v1", id3v1.clone()),
        ("ID3v2", id3v2.to_vec()),
        ("both", [&id3v1[..], id3v2].concat()),
        ("APE", crate::flac::ape(true)),
        ("zeros", vec![0; 5000]),
    ] {
        holds(what, &[&bytes[..], &between, &bytes].concat(), &twice(&once));
    }
    holds("zeros behind", &[&bytes[..], &[0; 5000]].concat(), &once);
    let too_large = b"ID3\x04\0\0\x7f\x7f\x7f\x7f";
    refused("a huge tag", &[&bytes[..], too_large, &bytes].concat(), "larger than what is left");
    let other = fixture_bytes("mpeg2.mp3");
    refused("another rate", &[&bytes[..], &other].concat(), "different sample rates");
    let other = fixture_bytes("loud.mp3");
    refused("other channels", &[&bytes[..], &other].concat(), "different numbers of channels");
}

#[test]
fn the_end_of_a_tag_alone_takes_no_audio_away() {
    let bytes = fixture_bytes("tone.mp3");
    let offsets = |bytes: &[u8]| {
        let headers = bytes.windows(3).enumerate();
        let frames = headers.filter(|(_, three)| three.starts_with(b"\xff\xfb\x52"));
        frames.map(|(at, _)| at).collect::<Vec<_>>()
    };
    // Without the first, which says how many follow.
    let frames = &bytes[offsets(&bytes)[0]..];
    let audio = read_bytes(frames).unwrap();
    let last = *offsets(frames).last().unwrap();
    assert_eq!(read_bytes(&frames[..last]).unwrap()[0].len(), audio[0].len() - 1152);
    for (what, end) in crate::flac::ends_of_tags((frames.len() - last) as u32) {
        refused(what, &[frames, &end].concat(), "at byte");
    }
}

#[test]
fn all_kinds_of_mp3_are_read_like_ffmpeg_does() {
    for name in ["tone.mp3", "mpeg2.mp3", "mpeg25.mp3", "loud.mp3", "mp3_crc.mp3"] {
        like_ffmpeg(name, &fixture_bytes(name), 1e-4);
    }
}

#[test]
fn peaks_above_full_scale_are_kept() {
    let audio = read(&fixture("loud.mp3")).unwrap();
    let peak = audio[0].iter().fold(0.0_f64, |peak, x| peak.max(x.abs()));
    assert!(peak > 1.01, "{peak}");
}

/// Offset of the delay and padding in the header of an MP3 by LAME.
fn delay_offset(bytes: &[u8]) -> usize {
    let info = bytes.windows(4).position(|tag| tag == b"Info" || tag == b"Xing").unwrap();
    info + 8 + 4 + 4 + 100 + 4 + 21
}

#[test]
fn delay_and_padding_are_taken_off_if_they_can_be() {
    let mut bytes = fixture_bytes("tone.mp3");
    let whole = read(&fixture("tone.mp3")).unwrap();
    let at = delay_offset(&bytes);
    let set = |bytes: &mut [u8], delay: u16, padding: u16| {
        bytes[at] = (delay >> 4) as u8;
        bytes[at + 1] = (delay << 4) as u8 | (padding >> 8) as u8;
        bytes[at + 2] = padding as u8;
    };
    let delay = u16::from(bytes[at]) << 4 | u16::from(bytes[at + 1] >> 4);
    let padding = u16::from(bytes[at + 1] & 15) << 8 | u16::from(bytes[at + 2]);
    let total = usize::from(delay + padding) + whole[0].len();
    set(&mut bytes, delay, padding + 100);
    let shorter: Audio = whole.iter().map(|x| x[..x.len() - 100].to_vec()).collect();
    holds("more padding", &bytes, &shorter);
    set(&mut bytes, delay + 100, padding);
    let later: Audio = whole.iter().map(|x| x[100..].to_vec()).collect();
    holds("more delay", &bytes, &later);
    set(&mut bytes, delay, 0);
    let audio = read_bytes(&bytes).unwrap();
    // A decoder is late by 529 frames, which no padding makes up for here.
    assert_eq!(audio[0].len(), total - usize::from(delay) - 529);
    set(&mut bytes, 4095, 4095);
    refused("padding beyond the frames", &bytes, "a padding of 4095 frames, but it has");
}

#[test]
fn missing_frames_are_errors() {
    let bytes = fixture_bytes("tone.mp3");
    for cut in 1..bytes.len() - 400 {
        let result = read_bytes(&bytes[..bytes.len() - cut]);
        assert!(result.is_err(), "{cut} bytes are missing");
    }
    refused("a part of a frame", &bytes[..bytes.len() - 5], "last MP3 frame is incomplete");
    // Noise where the last frame's header was.
    let mut damaged = bytes.clone();
    let last =
        (0..bytes.len() - 1).rfind(|&at| bytes[at] == 0xff && bytes[at + 1] == 0xfb).unwrap();
    damaged[last] = 0x7f;
    refused("a damaged header", &damaged, "no MP3 frame at byte");
    refused("noise behind", &[&bytes[..], &[0x55; 30]].concat(), "no MP3 frame at byte");
}

#[test]
fn other_layers_free_format_and_mixed_blocks_are_named() {
    refused("mixed blocks", &fixture_bytes("mixed.mp3"), "mixed blocks");
    refused("layer 2", &fixture_bytes("layer2.mp2"), "MP2");
    refused("free format", &fixture_bytes("free.mp3"), "free format");
}

#[test]
fn the_rest_of_a_frame_may_be_in_front() {
    let bytes = fixture_bytes("tone.mp3");
    let once = read(&fixture("tone.mp3")).unwrap();
    holds("bytes in front", &[&[0x55; 300][..], &bytes].concat(), &once);
    refused("more than a frame in front", &[&[0x99; 3000][..], &bytes].concat(), "no audio file");
}

#[test]
fn a_damaged_first_frame_is_not_passed_over() {
    let mut bytes = fixture_bytes("tone.mp3");
    let first = bytes.windows(2).position(|two| two[0] == 0xff && two[1] >= 0xe0).unwrap();
    bytes[first] = 0x7f;
    refused("the length's frame", &bytes, "first frame");
}

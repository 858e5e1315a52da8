//! The odd files in `tests/fixtures`; its README says where they come from.

use extrema::audio_file::AudioReader;

use crate::build::eight_read;
use crate::expect::{fixture, fixture_bytes, holds, read, refused};
use crate::ogg;

#[test]
fn wav_files_of_eight_frames_are_read_whole() {
    for name in [
        "mono16.wav",
        "data0_mpg123.wav",
        "data_7ffff000_sox_espeak.wav",
        "fact8.wav",
        "list_unpadded.wav",
        "rf64.wav",
    ] {
        holds(name, &fixture_bytes(name), &eight_read());
    }
}

#[test]
fn thirty_six_channels_stay_thirty_six() {
    let mut reader = AudioReader::open(fixture("ambisonics36.wav")).unwrap();
    assert_eq!((reader.channels(), reader.frames()), (36, Some(8)));
    assert_eq!(reader.channel_mask(), 0);
    let audio = reader.read_all().unwrap();
    assert!(audio.iter().all(|channel| channel.len() == 8));
    // Its first sample is the only one of the first frame that is not zero.
    let first: Vec<f64> = audio.iter().map(|channel| channel[0]).collect();
    assert!((first[0] - 1000.0 / 32_767.0).abs() < 1e-12);
    assert!(first[1..].iter().all(|&x| x == 0.0));
}

#[test]
fn damaged_wav_files_are_refused() {
    let cut = fixture_bytes("alaw_cut.wav");
    refused("alaw_cut.wav", &cut, "claims 256 frames but has 156");
    let unaligned = fixture_bytes("panic-4bit-align0.wav");
    refused("panic-4bit-align0.wav", &unaligned, "0 bytes per frame for 1 channels of 4 bits");
}

#[test]
fn a_tag_behind_flac_is_no_audio() {
    let audio = read(&fixture("flac_id3v1.flac")).unwrap();
    assert_eq!((audio.len(), audio[0].len()), (1, 16));
    let bytes = fixture_bytes("flac_id3v1.flac");
    holds("without the tag", &bytes[..bytes.len() - 128], &audio);
}

#[test]
fn a_checksum_in_mp3_frames_changes_nothing() {
    let with = read(&fixture("mp3_crc.mp3")).unwrap();
    let without = read(&fixture("mp3_same_without_crc.mp3")).unwrap();
    assert_eq!(with[0].len(), 4410);
    assert!(with == without);
}

#[test]
fn all_of_a_chain_is_read_and_nothing_behind_it() {
    // Twice as many as were encoded, which is also what oggdec makes of each part. ffmpeg loses the
    // first 128 of a stream whose audio is all on one page.
    let chain = read(&fixture("ogg_chained.ogg")).unwrap();
    assert_eq!(chain[0].len(), 2 * 4410);
    let zeros = fixture_bytes("ogg_zeros_behind.ogg");
    let audio = read(&fixture("ogg_zeros_behind.ogg")).unwrap();
    assert_eq!(audio[0].len(), 4410);
    holds("without the zeros", &ogg::write(&ogg::parse(&zeros)), &audio);
}

//! The chunk of settings: those of V0.1 write none, and all others come back.

use extrema::codec::{
    Effort, Flats, LevelScale, Levels, LossMode, MaxLength, Price, SearchSettings, Settings, Share,
    Weight,
};
use extrema::container::{ContainerError, Header, Reader, Writer};

use super::{CHUNK, RECORDS, header, length, read, read_again, seal, write};

/// Size of a chunk's header, and of the payload of settings.
const HEAD: usize = 20;
const PAYLOAD: usize = 20;

/// None as in V0.1.
fn all() -> Settings {
    Settings {
        follow: Share::from_thousandths(258),
        flats: Flats::Draw,
        zoom: 9,
        edge: Share::from_thousandths(515),
        levels: Levels { tenths_of_bits: 35, scale: LevelScale::Logarithmic },
        loss: Share::from_thousandths(772),
        loss_run: 33,
        loss_mode: LossMode::Repeat,
        looping: true,
        loop_length: 0x0102_0304,
        ..Settings::default()
    }
}

fn with(settings: Settings) -> Header {
    Header { settings, ..header(1) }
}

/// A file with these settings and three records.
fn file(settings: Settings) -> Vec<u8> {
    write(with(settings), &[RECORDS.to_vec()])
}

/// What a file says of its settings.
fn settings(bytes: &[u8]) -> Settings {
    let mut reader = Reader::new(bytes).unwrap();
    while reader.read().unwrap().is_some() {}
    assert!(reader.is_complete());
    reader.header().settings
}

fn damage(bytes: &[u8]) -> (u64, String) {
    match read(bytes) {
        Err(ContainerError::Damaged { position, reason }) => (position, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_chunk_has_the_documented_bytes() {
    let bytes = file(all());
    assert_eq!(bytes[CHUNK..CHUNK + 12], [0x81, 0, 0, 0, 0, 0, 0, 0, PAYLOAD as u8, 0, 0, 0]);
    let payload = [2, 1, 1, 9, 3, 2, 35, 0, 1, 33, 4, 3, 1, 1, 0, 0, 4, 3, 2, 1];
    assert_eq!(bytes[CHUNK + HEAD..CHUNK + HEAD + PAYLOAD], payload);
    // Records follow.
    assert_eq!(bytes[CHUNK + HEAD + PAYLOAD], 1);
}

#[test]
fn settings_come_back_together_and_one_by_one() {
    let (v0_1, all) = (Settings::default(), all());
    let one = [
        Settings { follow: all.follow, ..v0_1 },
        Settings { flats: all.flats, ..v0_1 },
        Settings { zoom: all.zoom, ..v0_1 },
        Settings { edge: all.edge, ..v0_1 },
        Settings { levels: Levels { tenths_of_bits: 15, ..v0_1.levels }, ..v0_1 },
        Settings { levels: Levels { scale: LevelScale::Logarithmic, ..v0_1.levels }, ..v0_1 },
        Settings { loss: Settings::MAX_LOSS, ..v0_1 },
        Settings { loss_run: 64, ..v0_1 },
        Settings { loss_mode: all.loss_mode, ..v0_1 },
        Settings { looping: true, ..v0_1 },
        Settings { looping: true, loop_length: 1, ..v0_1 },
        Settings { looping: true, loop_length: u32::MAX, ..v0_1 },
        // Beside some of the header's.
        Settings { points: 3, max_length: MaxLength::samples(7), ..all },
    ];
    let zooms = Settings::ZOOMS.map(|zoom| Settings { zoom, ..all });
    for expected in one.into_iter().chain(zooms) {
        let bytes = file(expected);
        assert_eq!(settings(&bytes), expected);
        let (streams, totals) = read(&bytes).unwrap();
        assert_eq!(streams, [RECORDS.to_vec()]);
        assert_eq!(totals.unwrap().frames, length(&RECORDS));
        // A file without a single record says it too.
        assert_eq!(settings(&write(with(expected), &[vec![]])), expected);
    }
}

#[test]
fn records_behind_settings_can_be_read_again() {
    read_again(Header { settings: all(), ..header(3) });
}

#[test]
fn settings_of_v0_1_write_no_chunk() {
    let bytes = file(Settings::default());
    assert_eq!(bytes[CHUNK], 1);
    // The length of a loop that there is not is no setting.
    assert!(file(Settings { loop_length: 7, ..Settings::default() }) == bytes);
    let expected = Settings { loop_length: 2205, looping: false, ..all() };
    assert_eq!(settings(&file(Settings { loop_length: 7, ..expected })), expected);
}

#[test]
fn any_flipped_bit_is_an_error() {
    let bytes = file(all());
    for bit in CHUNK * 8..(CHUNK + HEAD + PAYLOAD) * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&bytes).is_err(), "bit {bit}");
    }
}

#[test]
fn a_file_cut_within_its_settings_is_cut_short() {
    let bytes = file(all());
    for cut in CHUNK..bytes.len() {
        let mut reader = Reader::new(&bytes[..cut]).unwrap();
        while reader.read().unwrap().is_some() {}
        assert!(!reader.is_complete(), "{cut}");
        let expected = if cut < CHUNK + HEAD + PAYLOAD { Settings::default() } else { all() };
        assert_eq!(reader.header().settings, expected, "{cut}");
    }
}

#[test]
fn settings_come_first_or_not_at_all() {
    let bytes = file(all());
    let (start, rest) = bytes.split_at(CHUNK);
    let (chunk, rest) = rest.split_at(HEAD + PAYLOAD);
    let (records, end) = rest.split_at(HEAD + 5 * RECORDS.len());
    let after_records = [start, records, chunk, end].concat();
    let twice = [start, chunk, chunk, records, end].concat();
    let both = [start, chunk, records, chunk, end].concat();
    for (bytes, at) in [
        (after_records, CHUNK + records.len()),
        (twice, CHUNK + chunk.len()),
        (both, CHUNK + chunk.len() + records.len()),
    ] {
        let (position, reason) = damage(&bytes);
        assert_eq!(position, at as u64);
        assert!(reason.contains("settings chunk is out of place"), "{reason}");
    }
    // Behind the end chunk nothing belongs to the file.
    read(&[start, records, end, chunk].concat()).unwrap();
}

#[test]
fn values_out_of_range_are_named_with_their_position() {
    for (at, value, words) in [
        (0, &[0xe9, 3][..], "share"),
        (0, &[0xff, 0xff], "share"),
        (2, &[2], "0 or 1"),
        (3, &[0], "zoom"),
        (3, &[2], "zoom"),
        (3, &[16], "zoom"),
        (4, &[0xe9, 3], "share"),
        (6, &[14, 0], "levels"),
        (6, &[161, 0], "levels"),
        (6, &[0, 1], "levels"),
        (8, &[2], "0 or 1"),
        (9, &[0], "run"),
        (9, &[65], "run"),
        (10, &[0x21, 3], "share"),
        (12, &[0xff], "0 or 1"),
        (13, &[2], "0 or 1"),
        (14, &[1], "reserved"),
        (14, &[0, 0x80], "reserved"),
        (16, &[0; 4], "loop"),
    ] {
        let mut bytes = file(all());
        let field = CHUNK + HEAD + at;
        bytes[field..field + value.len()].copy_from_slice(value);
        seal(&mut bytes, CHUNK);
        let (position, reason) = damage(&bytes);
        assert_eq!(position, field as u64, "{value:?}: {reason}");
        assert!(reason.contains(words), "{at}, {value:?}: {reason}");
    }
}

fn searched(effort: Effort, weight: Weight, price: f64) -> Settings {
    let price = Price::from_squared_steps(price);
    Settings { search: Some(SearchSettings { effort, price, weight }), ..Settings::default() }
}

#[test]
fn those_of_a_search_follow_in_the_documented_bytes() {
    // 259.25 squared steps are 0x40d00 of 1/1024.
    let bytes = file(searched(Effort::Best, Weight::Hearing, 259.25));
    assert_eq!(bytes[CHUNK..CHUNK + 12], [0x81, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0]);
    let of_v0_1 = [0, 0, 0, 1, 0, 0, 160, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x9d, 8, 0, 0];
    assert_eq!(bytes[CHUNK + HEAD..][..PAYLOAD], of_v0_1);
    let search = [2, 1, 0, 0, 0, 0x0d, 4, 0, 0, 0, 0, 0];
    assert_eq!(bytes[CHUNK + HEAD + PAYLOAD..][..12], search);
    assert_eq!(bytes[CHUNK + HEAD + PAYLOAD + 12], 1, "records follow");
    for settings in [
        searched(Effort::Best, Weight::Hearing, 259.25),
        searched(Effort::Fast, Weight::None, *Price::RANGE.start()),
        searched(Effort::Fast, Weight::Hearing, *Price::RANGE.end()),
        Settings { search: searched(Effort::Best, Weight::None, 1.0).search, ..all() },
    ] {
        assert_eq!(super::settings::settings(&file(settings)), settings);
    }
}

#[test]
fn a_search_that_cannot_be_is_named_with_its_position() {
    let good = file(searched(Effort::Best, Weight::None, 50_000.0));
    for bit in CHUNK * 8..(CHUNK + HEAD + PAYLOAD + 12) * 8 {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&bytes).is_err(), "bit {bit}");
    }
    for (at, value, words) in [
        (20, &[0][..], "effort"),
        (20, &[3], "effort"),
        (21, &[2], "weight"),
        (22, &[1], "reserved"),
        (23, &[0x80], "reserved"),
        (24, &[0; 8], "price"),
        (24, &[1, 0, 0, 0, 0, 0, 4, 0], "price"),
        (31, &[0xff], "price"),
    ] {
        let mut bytes = good.clone();
        let field = CHUNK + HEAD + at;
        bytes[field..field + value.len()].copy_from_slice(value);
        seal(&mut bytes, CHUNK);
        let (position, reason) = damage(&bytes);
        let start = if at == 31 { field - 7 } else { field };
        let start = if at == 23 { field - 1 } else { start };
        assert_eq!(position, start as u64, "{at}, {value:?}: {reason}");
        assert!(reason.contains(words), "{at}, {value:?}: {reason}");
    }
    for size in [21, 31, 33] {
        let (front, behind) = good.split_at(CHUNK + HEAD + PAYLOAD + 12);
        let mut front = front.to_vec();
        front.resize(CHUNK + HEAD + size, 0);
        front[CHUNK + 8] = size as u8;
        seal(&mut front, CHUNK);
        assert!(damage(&[&front, behind].concat()).1.contains("32"), "{size}");
    }
}

#[test]
fn a_chunk_of_another_size_count_or_stream_is_damaged() {
    let file = file(all());
    for size in [0, 1, PAYLOAD - 1, PAYLOAD + 1, 200] {
        let mut payload = file[CHUNK + HEAD..CHUNK + HEAD + PAYLOAD].to_vec();
        payload.resize(size, 0);
        let (head, rest) = (&file[..CHUNK + HEAD], &file[CHUNK + HEAD + PAYLOAD..]);
        let mut bytes = [head, &payload, rest].concat();
        bytes[CHUNK + 8] = size as u8;
        seal(&mut bytes, CHUNK);
        let (_, reason) = damage(&bytes);
        assert!(reason.contains("20 bytes"), "{size}: {reason}");
    }
    for (at, words) in [(1, "reserved"), (2, "reserved"), (3, "reserved"), (4, "no records")] {
        let mut bytes = file.clone();
        bytes[CHUNK + at] = 1;
        seal(&mut bytes, CHUNK);
        let (position, reason) = damage(&bytes);
        assert_eq!(position, CHUNK as u64);
        assert!(reason.contains(words), "{at}: {reason}");
    }
}

#[test]
fn settings_out_of_range_are_not_written() {
    let levels = |tenths_of_bits| Levels { tenths_of_bits, ..Settings::default().levels };
    for settings in [
        Settings { zoom: 0, ..all() },
        Settings { zoom: 4, ..all() },
        Settings { levels: levels(14), ..all() },
        Settings { levels: levels(161), ..all() },
        Settings { loss: Share::ALL, ..all() },
        Settings { loss_run: 0, ..all() },
        Settings { loss_run: 65, ..all() },
        Settings { loop_length: 0, ..all() },
    ] {
        let mut output = Vec::new();
        let error = Writer::new(&mut output, with(settings)).unwrap_err();
        assert!(matches!(error, ContainerError::Unwritable(_)), "{settings:?}: {error}");
        assert!(output.is_empty(), "{settings:?}");
    }
}

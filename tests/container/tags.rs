//! Tags: kept in order, bounded, refused if damaged.

use extrema::container::{ContainerError, Header, Reader, TagError, Tags};

use super::{CHUNK, RECORDS, header, read, seal, write};

/// Size of a chunk's header.
const HEAD: usize = 20;

const TAGS: [(&str, &str); 5] = [
    ("TITLE", "Élégie für 6 Stimmen"),
    ("ARTIST", "One"),
    ("artist", "Two = Deux"),
    ("COMMENT", "two\nlines"),
    ("a key", ""),
];

fn tags() -> Tags {
    let mut tags = Tags::default();
    for (key, value) in TAGS {
        tags.add(key, value).unwrap();
    }
    tags
}

fn file(tags: Tags) -> Vec<u8> {
    write(Header { tags, ..header(1) }, &[RECORDS.to_vec()])
}

#[test]
fn they_come_back_in_order() {
    let bytes = file(tags());
    let reader = Reader::new(&bytes[..]).unwrap();
    let read_back = &reader.header().tags;
    assert_eq!(read_back.iter().collect::<Vec<_>>(), TAGS);
    assert_eq!((read_back.len(), read_back.is_empty()), (5, false));
    assert_eq!(read_back.get("Artist"), Some("One"));
    assert_eq!(read_back.get("album"), None);
    assert_eq!(*reader.header(), Header { tags: tags(), ..header(1) });
    assert_eq!(read(&bytes).unwrap().0, [RECORDS.to_vec()]);
    // Without any there is no chunk.
    assert_eq!(file(Tags::default())[CHUNK], 1);
}

#[test]
fn the_chunk_has_the_documented_bytes() {
    let mut tags = Tags::default();
    tags.add("TITLE", "Ré").unwrap();
    let bytes = file(tags);
    assert_eq!(bytes[CHUNK..CHUNK + 12], [0x82, 0, 0, 0, 1, 0, 0, 0, 13, 0, 0, 0]);
    assert_eq!(bytes[CHUNK + HEAD..CHUNK + HEAD + 13], *b"\x09\0\0\0TITLE=R\xc3\xa9");
}

#[test]
fn what_cannot_be_kept_is_told_and_changes_nothing() {
    let mut tags = tags();
    for key in ["", "naïve", "a=b", "tilde~", "line\n", "nul\0"] {
        assert_eq!(tags.add(key, "x"), Err(TagError::Key), "{key:?}");
    }
    let room = Tags::MAX_SIZE - tags.iter().map(|(k, v)| 5 + k.len() + v.len()).sum::<usize>();
    assert_eq!(tags.add("K", &"x".repeat(room - 5)), Err(TagError::Full));
    assert_eq!(tags, super::tags::tags());
    tags.add("K", &"x".repeat(room - 6)).unwrap();
    assert_eq!(tags.add("K", ""), Err(TagError::Full));
    let bytes = file(tags.clone());
    assert_eq!(Reader::new(&bytes[..]).unwrap().header().tags, tags);

    let mut many = Tags::default();
    for _ in 0..Tags::MAX_COUNT {
        many.add("k", "").unwrap();
    }
    assert_eq!(many.add("k", ""), Err(TagError::Full));
}

#[test]
fn any_flipped_bit_is_an_error() {
    let bytes = file(tags());
    let size = usize::from(bytes[CHUNK + 8]);
    for bit in CHUNK * 8..(CHUNK + HEAD + size) * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&bytes).is_err(), "bit {bit}");
    }
}

#[test]
fn damage_under_a_right_checksum_is_named_with_its_position() {
    // TITLE comes first, in 4 + 6 + 23 bytes.
    for (at, value, position, words) in [
        (0, &[0xff][..], 0, "longer than its chunk"),
        (3, &[1], 0, "longer than its chunk"),
        (4, &[0xff], 0, "UTF-8"),
        (4, b"=", 0, "key"),
        (4, b"~", 0, "key"),
        (9, b"-", 0, "KEY=VALUE"),
        (33, &[0, 0, 0, 0], 33, "KEY=VALUE"),
    ] {
        let mut bytes = file(tags());
        bytes[CHUNK + HEAD + at..][..value.len()].copy_from_slice(value);
        seal(&mut bytes, CHUNK);
        match read(&bytes) {
            Err(ContainerError::Damaged { position: found, reason }) => {
                assert_eq!(found as usize, CHUNK + HEAD + position, "{at}: {reason}");
                assert!(reason.contains(words), "{at}: {reason}");
            }
            other => panic!("{at}: {other:?}"),
        }
    }
    for count in [0, 4, 6] {
        let mut bytes = file(tags());
        bytes[CHUNK + 4] = count;
        seal(&mut bytes, CHUNK);
        assert!(read(&bytes).unwrap_err().to_string().contains("number of tags"));
    }
}

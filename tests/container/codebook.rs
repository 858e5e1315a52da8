//! A codebook of one's own: carried by the file, and never taken for another.

use std::sync::Arc;

use extrema::codec::Codebook;
use extrema::codec::curves::Rows;
use extrema::container::{ContainerError, Header, Reader, Writer};

use super::{CHUNK, RECORDS, header, read, seal, write};

/// Size of a chunk's header and of the payload of a codebook.
const HEAD: usize = 20;
const PAYLOAD: usize = 1530;

/// The standard curves under other ordinals.
fn rows() -> Rows {
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    rows
}

fn with(codebook: Arc<Codebook>) -> Header {
    Header { codebook, ..header(1) }
}

fn file(codebook: Arc<Codebook>) -> Vec<u8> {
    write(with(codebook), &[RECORDS.to_vec()])
}

/// The chunk of curves under another name, which the header gets too.
fn renamed(name: &str) -> Vec<u8> {
    let mut bytes = file(Codebook::own(&rows()));
    bytes[24..40].fill(0);
    bytes[24..24 + name.len()].copy_from_slice(name.as_bytes());
    super::seal_header(&mut bytes);
    bytes
}

fn refusal(bytes: &[u8]) -> ContainerError {
    Reader::new(bytes).expect_err("the file is refused")
}

#[test]
fn the_chunk_has_the_documented_bytes() {
    let own = Codebook::own(&rows());
    let bytes = file(own.clone());
    assert_eq!(bytes[CHUNK..CHUNK + 12], [3, 0, 0, 0, 0, 0, 0, 0, 0xfa, 5, 0, 0]);
    let payload = &bytes[CHUNK + HEAD..CHUNK + HEAD + PAYLOAD];
    let numbers: Vec<u8> = rows().as_flattened().iter().map(|&number| number as u8).collect();
    assert_eq!(payload, numbers);
    assert_eq!(payload[..12], [0; 12]);
    // The name, which the header has too, is the checksum of that.
    let name = format!("own-{:08x}", crc32fast::hash(&numbers));
    assert_eq!(own.name(), name);
    assert_eq!(bytes[24..36], *name.as_bytes());
    // Records follow.
    assert_eq!(bytes[CHUNK + HEAD + PAYLOAD], 1);
}

#[test]
fn it_comes_back_with_everything_else() {
    let own = Codebook::own(&rows());
    let bytes = file(own.clone());
    let reader = Reader::new(&bytes[..]).unwrap();
    assert_eq!(*reader.header(), with(own));
    assert_eq!(read(&bytes).unwrap().0, [RECORDS.to_vec()]);
}

#[test]
fn a_table_has_one_name_and_the_built_in_one_is_not_carried() {
    let standard = Codebook::standard();
    let mut same = *standard.curves().rows();
    // The line and the half cosine have no numbers.
    same[0] = [1; 6];
    same[1] = [2; 6];
    assert!(Arc::ptr_eq(&Codebook::own(&same), &standard));
    assert_eq!(file(standard)[CHUNK], 1);
    let mut other = rows();
    other[254][5] ^= 1;
    assert_ne!(Codebook::own_name(&other), Codebook::own_name(&rows()));
    other[254][5] ^= 1;
    (other[0], other[1]) = ([3; 6], [-3; 6]);
    assert_eq!(Codebook::own(&other), Codebook::own(&rows()));
}

#[test]
fn a_name_of_other_curves_is_neither_written_nor_read() {
    for name in ["extrema-1", "own-00000000", "own-", "own-12345678"] {
        let error = Writer::new(Vec::new(), with(Codebook::new(name, &rows()))).unwrap_err();
        assert!(matches!(error, ContainerError::Unwritable(_)), "{name}: {error}");
        assert!(error.to_string().contains("name of other curves"), "{name}: {error}");
        let error = refusal(&renamed(name));
        assert!(matches!(error, ContainerError::Damaged { position: 64, .. }), "{name}: {error}");
        assert!(error.to_string().contains("name of other curves"), "{name}: {error}");
    }
    // One that a later version may have built in. Without its curves it is unknown.
    let bytes = renamed("extrema-9");
    let reader = Reader::new(&bytes[..]).unwrap();
    assert_eq!(*reader.header().codebook, *Codebook::new("extrema-9", &rows()));
    let bare = [&bytes[..CHUNK], &bytes[CHUNK + HEAD + PAYLOAD..]].concat();
    let error = refusal(&bare);
    assert!(matches!(&error, ContainerError::UnknownCodebook { found } if found == "extrema-9"));
    assert!(error.to_string().contains("update Extrema"), "{error}");
    // The built-in one may be carried, for programs that do not have it.
    let mut bytes = file(Codebook::own(&rows()));
    let standard = Codebook::standard();
    let numbers = standard.curves().rows().as_flattened();
    for (byte, &number) in bytes[CHUNK + HEAD..].iter_mut().zip(numbers) {
        *byte = number as u8;
    }
    seal(&mut bytes, CHUNK);
    bytes[24..40].fill(0);
    bytes[24..33].copy_from_slice(b"extrema-1");
    super::seal_header(&mut bytes);
    assert!(Arc::ptr_eq(&Reader::new(&bytes[..]).unwrap().header().codebook, &standard));
}

#[test]
fn any_flipped_bit_is_an_error() {
    let bytes = file(Codebook::own(&rows()));
    for bit in CHUNK * 8..(CHUNK + HEAD + PAYLOAD) * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Reader::new(&bytes[..]).is_err(), "bit {bit}");
    }
}

#[test]
fn a_damaged_chunk_is_named_even_under_a_right_checksum() {
    let whole = file(Codebook::own(&rows()));
    for (at, words) in [(0, "first two"), (11, "first two"), (12, "other curves"), (1529, "other")]
    {
        let mut bytes = whole.clone();
        bytes[CHUNK + HEAD + at] ^= 1;
        seal(&mut bytes, CHUNK);
        let error = refusal(&bytes);
        assert!(matches!(error, ContainerError::Damaged { position: 64, .. }), "{at}: {error}");
        assert!(error.to_string().contains(words), "{at}: {error}");
    }
    for size in [0, 1529, 1531] {
        let (front, behind) = whole.split_at(CHUNK + HEAD + PAYLOAD);
        let mut front = front.to_vec();
        front.resize(CHUNK + HEAD + size, 0);
        front[CHUNK + 8..CHUNK + 12].copy_from_slice(&(size as u32).to_le_bytes());
        seal(&mut front, CHUNK);
        let error = refusal(&[&front, behind].concat());
        assert!(error.to_string().contains("1530 bytes"), "{size}: {error}");
    }
    let mut counted = whole.clone();
    counted[CHUNK + 4] = 1;
    seal(&mut counted, CHUNK);
    assert!(refusal(&counted).to_string().contains("no records"));
}

#[test]
fn it_comes_directly_after_the_header() {
    let bytes = file(Codebook::own(&rows()));
    let (front, records) = bytes.split_at(CHUNK + HEAD + PAYLOAD);
    let (head, chunk) = front.split_at(CHUNK);
    for wrong in [
        [head, chunk, chunk, records].concat(),
        [front, &records[..HEAD + 15], chunk, &records[HEAD + 15..]].concat(),
    ] {
        let error = read(&wrong).unwrap_err();
        assert!(error.to_string().contains("codebook chunk is out of place"), "{error}");
    }
    // Cut within it, nothing can be decoded.
    for cut in [CHUNK, CHUNK + 5, CHUNK + HEAD, CHUNK + HEAD + PAYLOAD - 1] {
        let error = refusal(&bytes[..cut]);
        assert!(matches!(error, ContainerError::HeaderCutShort), "{cut}: {error}");
    }
    assert!(Reader::new(&bytes[..CHUNK + HEAD + PAYLOAD]).is_ok());
}

//! Tags behind the audio of MP3 and FLAC files.

use super::bytes::Bytes;
use super::fault::Fault;

/// The most tags in a row that are looked for.
const MAX_TAGS: usize = 100;

const ID3V1_SIZE: u64 = 128;

/// Where the audio between `start` and `end` ends, without the tags behind it.
pub fn without_tags(bytes: &mut Bytes, start: u64, mut end: u64) -> Result<u64, Fault> {
    for _ in 0..MAX_TAGS {
        let Some(size) = tag_size(bytes, end)? else { break };
        match end.checked_sub(size) {
            Some(before) if before >= start => end = before,
            _ => break,
        }
    }
    Ok(end)
}

/// Size of the tag that ends at `end`. What looks like a tag's end only counts if its beginning is
/// there too, since what is taken for a tag is lost as audio.
fn tag_size(bytes: &mut Bytes, end: u64) -> Result<Option<u64>, Fault> {
    for size in [id3v1_size, ape_size, lyrics_size, id3v2_size] {
        if let Some(size) = size(bytes, end)? {
            return Ok(Some(size));
        }
    }
    Ok(None)
}

fn id3v1_size(bytes: &mut Bytes, end: u64) -> Result<Option<u64>, Fault> {
    let Some(start) = end.checked_sub(ID3V1_SIZE) else { return Ok(None) };
    Ok((bytes.array_at(start)? == Some(*b"TAG")).then_some(ID3V1_SIZE))
}

fn ape_size(bytes: &mut Bytes, end: u64) -> Result<Option<u64>, Fault> {
    const FOOTER_SIZE: u64 = 32;
    let Some(footer) = end.checked_sub(FOOTER_SIZE) else { return Ok(None) };
    let Some(fields) = bytes.array_at::<{ FOOTER_SIZE as usize }>(footer)? else { return Ok(None) };
    let [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', _, _, _, _, a, b, c, d, ..] = fields
    else {
        return Ok(None);
    };
    // The size includes the footer, and not the header.
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    let Some(items) = end.checked_sub(size.max(FOOTER_SIZE)) else { return Ok(None) };
    let has_header = fields[23] & 0x80 != 0;
    if !has_header {
        return Ok(are_ape_items(bytes, items, footer)?.then_some(end - items));
    }
    let Some(start) = items.checked_sub(FOOTER_SIZE) else { return Ok(None) };
    Ok((bytes.array_at(start)? == Some(*b"APETAGEX")).then_some(end - start))
}

/// Whether items fill the bytes from `offset` to `end`: each a size, flags, a key that ends with a zero,
/// and a value.
fn are_ape_items(bytes: &mut Bytes, mut offset: u64, end: u64) -> Result<bool, Fault> {
    const FIELDS_SIZE: u64 = 8;
    const MAX_ITEMS: usize = 1 << 16;
    const MAX_KEY_SIZE: usize = 255;
    for _ in 0..MAX_ITEMS {
        if offset >= end {
            break;
        }
        let size = bytes.array_at(offset)?.map_or(0, u32::from_le_bytes);
        let mut key = [0xff; MAX_KEY_SIZE + 1];
        bytes.read_at(offset + FIELDS_SIZE, &mut key)?;
        match key.iter().position(|byte| !(b' '..=b'~').contains(byte)) {
            Some(key_size @ 2..) if key[key_size] == 0 => {
                offset += FIELDS_SIZE + key_size as u64 + 1 + u64::from(size);
            }
            _ => return Ok(false),
        }
    }
    Ok(offset == end)
}

/// Size of a Lyrics3v2 tag: behind its text are the size of that in six digits, and the tag's name.
fn lyrics_size(bytes: &mut Bytes, end: u64) -> Result<Option<u64>, Fault> {
    const FOOTER_SIZE: u64 = 15;
    if let Some(footer) = end.checked_sub(FOOTER_SIZE)
        && let Some(fields) = bytes.array_at::<{ FOOTER_SIZE as usize }>(footer)?
        && let Some(digits) = fields.strip_suffix(b"LYRICS200")
        && let Ok(size) = std::str::from_utf8(digits).unwrap_or_default().parse::<u64>()
        && let Some(start) = footer.checked_sub(size)
        && bytes.array_at(start)? == Some(*b"LYRICSBEGIN")
    {
        return Ok(Some(end - start));
    }
    Ok(None)
}

/// Size of an ID3v2 tag, whose footer repeats its header.
fn id3v2_size(bytes: &mut Bytes, end: u64) -> Result<Option<u64>, Fault> {
    const SIDE_SIZE: u64 = 10;
    if let Some(footer) = end.checked_sub(SIDE_SIZE)
        && let Some([b'3', b'D', b'I', rest @ ..]) =
            bytes.array_at::<{ SIDE_SIZE as usize }>(footer)?
        && let [_, _, _, size @ ..] = rest
        && size.iter().all(|&byte| byte < 0x80)
        && let size = size.iter().fold(0, |size, &byte| size << 7 | u64::from(byte))
        && let Some(start) = footer.checked_sub(size + SIDE_SIZE)
        && let Some([b'I', b'D', b'3', front @ ..]) =
            bytes.array_at::<{ SIDE_SIZE as usize }>(start)?
        && front == rest
    {
        return Ok(Some(end - start));
    }
    Ok(None)
}

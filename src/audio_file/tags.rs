//! Tags behind the audio of MP3 and FLAC files.

use super::bytes::Bytes;
use super::fault::Fault;

/// The most tags in a row that are looked for.
const MAX_TAGS: usize = 100;

const ID3V1_SIZE: u64 = 128;
const APE_FOOTER_SIZE: u64 = 32;
/// Behind the text of a Lyrics3v2 tag: its size in six digits, and its name.
const LYRICS_FOOTER_SIZE: u64 = 15;

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

/// Size of the tag that ends at `end`.
fn tag_size(bytes: &mut Bytes, end: u64) -> Result<Option<u64>, Fault> {
    if let Some(tag) = end.checked_sub(ID3V1_SIZE)
        && bytes.array_at(tag)? == Some(*b"TAG")
    {
        return Ok(Some(ID3V1_SIZE));
    }
    if let Some(footer) = end.checked_sub(APE_FOOTER_SIZE)
        && let Some(footer) = bytes.array_at::<{ APE_FOOTER_SIZE as usize }>(footer)?
        && let [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', _, _, _, _, a, b, c, d, ..] = footer
    {
        // The size includes the footer, and not the header.
        let size = u64::from(u32::from_le_bytes([a, b, c, d])).max(APE_FOOTER_SIZE);
        let has_header = footer[23] & 0x80 != 0;
        return Ok(Some(size + if has_header { APE_FOOTER_SIZE } else { 0 }));
    }
    if let Some(footer) = end.checked_sub(LYRICS_FOOTER_SIZE)
        && let Some(footer) = bytes.array_at::<{ LYRICS_FOOTER_SIZE as usize }>(footer)?
        && let Some(digits) = footer.strip_suffix(b"LYRICS200")
        && let Ok(size) = std::str::from_utf8(digits).unwrap_or_default().parse::<u64>()
    {
        return Ok(Some(size + LYRICS_FOOTER_SIZE));
    }
    // An ID3v2 tag behind the audio, which only its footer shows.
    if let Some(footer) = end.checked_sub(10)
        && let Some([b'3', b'D', b'I', _, _, _, size @ ..]) = bytes.array_at::<10>(footer)?
        && size.iter().all(|&byte| byte < 0x80)
    {
        return Ok(Some(20 + size.iter().fold(0, |size, &byte| size << 7 | u64::from(byte))));
    }
    Ok(None)
}

//! The packets in front of the audio.

use super::packets::{Codec, Link, PacketReader, Packets};
use crate::audio_file::bytes::Bytes;
use crate::audio_file::fault::Fault;

/// The headers of a stream whose packets have not been read yet, at least one, and what follows them on the
/// same page, which only FLAC allows.
///
/// # Errors
/// [`Fault`] if the stream ends within them, or a page is damaged.
pub fn read(
    bytes: &mut Bytes,
    link: Link,
    packets: &mut PacketReader,
) -> Result<(Vec<Vec<u8>>, Option<Packets>), Fault> {
    let mut headers: Vec<Vec<u8>> = Vec::new();
    let mut pending = None;
    // FLAC's first header says how many follow, or zero if it does not know.
    let mut needed = 3;
    while headers.len() < needed {
        let Some(mut page) = packets.next(bytes)? else {
            return Err(Fault::cut_short("it ends within its headers"));
        };
        while headers.len() < needed && !page.packets.is_empty() {
            let is_audio = link.codec == Codec::Flac
                && page.packets[0].first() == Some(&0xff)
                && !headers.is_empty();
            if is_audio {
                needed = headers.len();
                break;
            }
            headers.push(page.packets.remove(0));
            if link.codec == Codec::Flac && headers.len() == 1 {
                needed = usize::MAX;
            }
        }
        if !page.packets.is_empty() {
            pending = Some(page);
        }
    }
    Ok((headers, pending))
}

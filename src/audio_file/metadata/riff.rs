//! Tags as chunks of a WAV file.

use lofty::config::WriteOptions;
use lofty::id3::v2::Id3v2Tag;
use lofty::tag::{ItemKey, ItemValue, Tag, TagExt, TagItem, TagType};

/// The chunks for tags: what `LIST INFO` has a name for goes there, where every program finds it. If that is
/// not all, an `id3 ` chunk has everything, under the names that it has or under their own.
pub fn to_chunks<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut info = b"INFO".to_vec();
    let mut named: Vec<&str> = Vec::new();
    let mut id3 = Tag::new(TagType::Id3v2);
    let mut own = Vec::new();
    let mut is_all_info = true;
    for (key, value) in tags {
        let item = ItemKey::from_key(TagType::VorbisComments, &key.to_ascii_uppercase());
        match item.and_then(|item| item.map_key(TagType::RiffInfo)) {
            Some(name) if name.len() == 4 && !named.contains(&name) => {
                named.push(name);
                // As a text that ends with a zero.
                append_chunk(&mut info, name.as_bytes(), &[value.as_bytes(), &[0]].concat());
            }
            _ => is_all_info = false,
        }
        let is_kept = item
            .is_some_and(|item| id3.push(TagItem::new(item, ItemValue::Text(value.to_owned()))));
        if !is_kept {
            own.push((key, value));
        }
    }
    let mut chunks = Vec::new();
    if !named.is_empty() {
        append_chunk(&mut chunks, b"LIST", &info);
    }
    if !is_all_info {
        let mut id3 = Id3v2Tag::from(id3);
        for (key, value) in own {
            id3.insert_user_text(key.to_owned(), value.to_owned());
        }
        let mut bytes = Vec::new();
        let options = WriteOptions::new().preferred_padding(0);
        // Values that ID3 cannot have, such as those beyond its sizes, are left out with the chunk.
        if id3.dump_to(&mut bytes, options).is_ok() {
            append_chunk(&mut chunks, b"id3 ", &bytes);
        }
    }
    chunks
}

/// Appends a chunk, padded to an even size.
fn append_chunk(to: &mut Vec<u8>, id: &[u8], content: &[u8]) {
    to.extend(id);
    to.extend((content.len() as u32).to_le_bytes());
    to.extend(content);
    to.extend(vec![0; content.len() % 2]);
}

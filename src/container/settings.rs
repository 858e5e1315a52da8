//! The settings chunk: settings of the encoder that came after V0.1, for information.

use crate::codec::{
    Effort, Flats, LevelScale, Levels, LossMode, Price, SearchSettings, Settings, Share, Weight,
};

/// Size of the chunk's payload in bytes: that of a detector's settings, and that of a search's after
/// them.
pub const SIZE: usize = 20;
const SEARCH_SIZE: usize = 12;

/// The payload for the settings of an encoder, or `None` if they are V0.1's.
pub fn to_bytes(settings: &Settings) -> Option<Vec<u8>> {
    let original = to_payload(&Settings::default());
    // The length of a loop says nothing if there is none.
    let loop_length = if settings.looping { settings.loop_length } else { 2205 };
    let detector = to_payload(&Settings { loop_length, ..*settings });
    let search = settings.search.as_ref().map(to_search_payload);
    (search.is_some() || detector != original)
        .then(|| detector.into_iter().chain(search.into_iter().flatten()).collect())
}

fn to_search_payload(search: &SearchSettings) -> [u8; SEARCH_SIZE] {
    let mut bytes = [0; SEARCH_SIZE];
    bytes[0] = match search.effort {
        Effort::Fast => 1,
        Effort::Best => 2,
    };
    bytes[1] = u8::from(search.weight == Weight::Hearing);
    bytes[4..].copy_from_slice(&search.price.to_bits().to_le_bytes());
    bytes
}

/// Reads what follows [`SIZE`] bytes.
fn read_search(bytes: &[u8; SEARCH_SIZE]) -> Result<SearchSettings, (usize, &'static str)> {
    let [effort, weight, reserved @ .., _, _, _, _, _, _, _, _] = *bytes;
    let effort = match effort {
        1 => Effort::Fast,
        2 => Effort::Best,
        _ => return Err((SIZE, "the effort must be 1 or 2")),
    };
    let weight = match weight {
        0 => Weight::None,
        1 => Weight::Hearing,
        _ => return Err((SIZE + 1, "the weight must be 0 or 1")),
    };
    if reserved != [0; 2] {
        return Err((SIZE + 2, "a reserved byte is not 0"));
    }
    let [.., a, b, c, d, e, f, g, h] = *bytes;
    let price = Price::from_bits(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
        .ok_or((SIZE + 4, "the price is out of range"))?;
    Ok(SearchSettings { effort, price, weight })
}

fn to_payload(settings: &Settings) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    put(0, &settings.follow.thousandths().to_le_bytes());
    put(2, &[u8::from(settings.flats == Flats::Draw), settings.zoom]);
    put(4, &settings.edge.thousandths().to_le_bytes());
    put(6, &settings.levels.tenths_of_bits.to_le_bytes());
    put(8, &[u8::from(settings.levels.scale == LevelScale::Logarithmic), settings.loss_run]);
    put(10, &settings.loss.thousandths().to_le_bytes());
    put(12, &[u8::from(settings.loss_mode == LossMode::Repeat), u8::from(settings.looping)]);
    put(16, &settings.loop_length.to_le_bytes());
    bytes
}

/// Reads the payload into the settings of the header.
///
/// # Errors
/// The offset of what is out of range, and the rule that it breaks.
pub fn read(payload: &[u8], settings: &mut Settings) -> Result<(), (usize, &'static str)> {
    let (bytes, search) = match payload.split_first_chunk::<SIZE>() {
        Some((bytes, [])) => (bytes, None),
        Some((bytes, search)) if search.len() == SEARCH_SIZE => (bytes, search.first_chunk()),
        _ => return Err((0, "the settings chunk has 20 bytes, or 32 with those of a search")),
    };
    let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let share = |at: usize, most: Share| {
        let share = Some(number(at)).filter(|&number| number <= most.thousandths());
        share.map(Share::from_thousandths).ok_or((at, "a share is out of range"))
    };
    let switch = |at: usize| match bytes[at] {
        value @ (0 | 1) => Ok(value == 1),
        _ => Err((at, "a choice must be 0 or 1")),
    };
    let bits = number(6);
    if !Levels::TENTHS_OF_BITS.contains(&bits) {
        return Err((6, "levels must be 15 to 160 tenths of a bit"));
    }
    if !Settings::ZOOMS.contains(&bytes[3]) {
        return Err((3, "zoom must be 1, 3, 5, 7, 9 or 15"));
    }
    if !Settings::LOSS_RUN.contains(&bytes[9]) {
        return Err((9, "a loss run must be 1 to 64"));
    }
    if number(14) != 0 {
        return Err((14, "a reserved byte is not 0"));
    }
    let loop_length = u32::from(number(16)) | u32::from(number(18)) << 16;
    if loop_length == 0 {
        return Err((16, "a loop must have at least 1 sample"));
    }
    let scale = if switch(8)? { LevelScale::Logarithmic } else { LevelScale::Linear };
    *settings = Settings {
        follow: share(0, Share::ALL)?,
        flats: if switch(2)? { Flats::Draw } else { Flats::Hold },
        zoom: bytes[3],
        edge: share(4, Share::ALL)?,
        levels: Levels { tenths_of_bits: bits, scale },
        loss_run: bytes[9],
        loss: share(10, Settings::MAX_LOSS)?,
        loss_mode: if switch(12)? { LossMode::Repeat } else { LossMode::Hold },
        looping: switch(13)?,
        loop_length,
        search: search.map(read_search).transpose()?,
        ..*settings
    };
    Ok(())
}

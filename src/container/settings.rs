//! The settings chunk: settings of the encoder that came after V0.1, for information.

use crate::codec::{Flats, LevelScale, Levels, LossMode, Settings, Share};

/// Size of the chunk's payload in bytes.
pub const SIZE: usize = 20;

/// The payload for the settings of an encoder, or `None` if they are V0.1's.
pub fn to_bytes(settings: &Settings) -> Option<[u8; SIZE]> {
    let original = to_payload(&Settings::default());
    // The length of a loop says nothing if there is none.
    let loop_length = if settings.looping { settings.loop_length } else { 2205 };
    Some(to_payload(&Settings { loop_length, ..*settings })).filter(|bytes| *bytes != original)
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
    let bytes: &[u8; SIZE] =
        payload.try_into().map_err(|_| (0, "the settings chunk has 20 bytes"))?;
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
        ..*settings
    };
    Ok(())
}

//! The header of a WAV file: everything in front of its samples.
//!
//! A file of up to 4 GiB is plain RIFF. A larger one is RF64 (EBU Tech 3306): its 32-bit sizes are
//! all ones, and a `ds64` chunk at its start has the true ones.

use super::SampleFormat;

/// The content of a `ds64` chunk without a table: three 64-bit sizes and the table's length.
const DS64_SIZE: u32 = 28;

/// The tail of the format GUIDs of `WAVE_FORMAT_EXTENSIBLE`, whose first two bytes are the format
/// tag.
const GUID_TAIL: [u8; 14] =
    [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

const TAG_INTEGER: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_EXTENSIBLE: u16 = 0xfffe;

/// Speaker bits: front centre, for mono.
const MONO: u32 = 0x4;
/// Speaker bits: front left and front right.
const STEREO: u32 = 0x3;

/// What a header says, except for the length.
#[derive(Debug, Clone, Copy)]
pub struct WavHeader {
    /// In Hz.
    pub sample_rate: u32,
    pub channels: u16,
    /// The speakers that the channels are for; 0 if they are unknown.
    pub channel_mask: u32,
    pub format: SampleFormat,
    /// Whether there is room for sizes of more than 32 bits.
    pub has_ds64: bool,
    /// Bytes behind the samples.
    pub behind: u32,
}

impl WavHeader {
    /// Bytes of a frame, of which the format allows 65,535.
    pub fn frame_size(&self) -> u64 {
        u64::from(self.channels) * u64::from(self.format.bits() / 8)
    }

    /// Whether a file of `frames` frames can have this header.
    pub fn fits(&self, frames: u64) -> bool {
        self.has_ds64 || u32::try_from(self.riff_size(frames)).is_ok()
    }

    /// The header of a file of `frames` frames, for which it [fits](Self::fits). Its size does not
    /// depend on their number.
    pub fn to_bytes(self, frames: u64) -> Vec<u8> {
        let (riff_size, data_size) = (self.riff_size(frames), self.data_size(frames));
        let is_rf64 = u32::try_from(riff_size).is_err();
        // Sizes that do not fit are all ones.
        let short = |size: u64| if is_rf64 { u32::MAX } else { size as u32 }.to_le_bytes();
        let mut bytes = Vec::new();
        bytes.extend(if is_rf64 { b"RF64" } else { b"RIFF" });
        bytes.extend(short(riff_size));
        bytes.extend(b"WAVE");
        if self.has_ds64 {
            bytes.extend(if is_rf64 { b"ds64" } else { b"JUNK" });
            bytes.extend(DS64_SIZE.to_le_bytes());
            let sizes = [riff_size, data_size, frames].map(|size| if is_rf64 { size } else { 0 });
            bytes.extend(sizes.into_iter().flat_map(u64::to_le_bytes));
            bytes.extend(0_u32.to_le_bytes());
        }
        bytes.extend(b"fmt ");
        let fields = self.format_fields();
        bytes.extend((fields.len() as u32).to_le_bytes());
        bytes.extend(fields);
        if self.is_float() {
            bytes.extend(b"fact");
            bytes.extend(4_u32.to_le_bytes());
            bytes.extend(short(frames));
        }
        bytes.extend(b"data");
        bytes.extend(short(data_size));
        bytes
    }

    /// The content of the `fmt ` chunk.
    fn format_fields(&self) -> Vec<u8> {
        let (bits, frame_size) = (self.format.bits(), self.frame_size() as u16);
        let tag = if self.is_float() { TAG_FLOAT } else { TAG_INTEGER };
        // Too large only where no player reads it: at more channels and rates than there are.
        let byte_rate = self.sample_rate.saturating_mul(u32::from(frame_size));
        let mut fields = Vec::new();
        fields.extend(if self.is_extensible() { TAG_EXTENSIBLE } else { tag }.to_le_bytes());
        fields.extend(self.channels.to_le_bytes());
        fields.extend(self.sample_rate.to_le_bytes());
        fields.extend(byte_rate.to_le_bytes());
        fields.extend(frame_size.to_le_bytes());
        fields.extend(bits.to_le_bytes());
        if self.is_extensible() {
            fields.extend(22_u16.to_le_bytes());
            fields.extend(bits.to_le_bytes());
            fields.extend(self.speakers().to_le_bytes());
            fields.extend(tag.to_le_bytes());
            fields.extend(GUID_TAIL);
        } else if self.is_float() {
            // The size of further fields.
            fields.extend(0_u16.to_le_bytes());
        }
        fields
    }

    /// The plain header stands for mono and for left and right, of at most 16 bits if they are
    /// integers.
    fn is_extensible(&self) -> bool {
        self.format == SampleFormat::Int24
            || self.channels > 2
            || self.channels == 2 && self.speakers() != STEREO
    }

    fn is_float(&self) -> bool {
        self.format == SampleFormat::Float32
    }

    /// The channel mask, whose bits are as many as the channels or none.
    fn speakers(&self) -> u32 {
        let is_valid = self.channel_mask.count_ones() == u32::from(self.channels);
        match self.channels {
            // A single channel that is said to be the left one cannot be encoded as mono by some.
            1 => MONO,
            2 if !is_valid => STEREO,
            _ if !is_valid => 0,
            _ => self.channel_mask,
        }
    }

    fn data_size(&self, frames: u64) -> u64 {
        frames.saturating_mul(self.frame_size())
    }

    /// The size of the file without the first eight bytes, with the byte that pads an odd number of bytes
    /// of samples and what is behind them.
    fn riff_size(&self, frames: u64) -> u64 {
        let data = self.data_size(frames);
        let fact = if self.is_float() { 12 } else { 0 };
        let ds64 = if self.has_ds64 { 8 + u64::from(DS64_SIZE) } else { 0 };
        let header = 4 + ds64 + 8 + self.format_fields().len() as u64 + fact + 8;
        data.saturating_add(data % 2).saturating_add(header + u64::from(self.behind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_4_gib_the_true_sizes_are_in_ds64() {
        let header = |has_ds64| WavHeader {
            sample_rate: 44_100,
            channels: 1,
            channel_mask: 0,
            format: SampleFormat::Int16,
            has_ds64,
            behind: 0,
        };
        // 36 bytes of header, or 72 with room for 64-bit sizes, count in the RIFF size.
        let most = |header_size: u64| (u64::from(u32::MAX) - header_size) / 2;
        assert!(header(false).fits(most(36)) && !header(false).fits(most(36) + 1));
        assert!(header(true).fits(most(36) + 1));

        let small = header(true).to_bytes(most(72));
        assert_eq!(small[..16], *b"RIFF\xfe\xff\xff\xffWAVEJUNK");
        assert_eq!(small[20..48], [0; 28]);

        let frames = most(72) + 1;
        let large = header(true).to_bytes(frames);
        assert_eq!(large.len(), small.len());
        assert_eq!(large[..20], *b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0");
        let sizes: Vec<u64> =
            large[20..44].as_chunks().0.iter().map(|&size| u64::from_le_bytes(size)).collect();
        assert_eq!(sizes, [72 + 2 * frames, 2 * frames, frames]);
        assert_eq!(large[large.len() - 8..], *b"data\xff\xff\xff\xff");
    }
}

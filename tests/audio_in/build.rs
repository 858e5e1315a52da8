//! Builds WAV, Wave64 and AIFF files byte by byte.

/// A chunk, padded to an even size.
pub fn chunk(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = sized_chunk(id, content.len() as u32, content);
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// A chunk that claims `size`, without padding.
pub fn sized_chunk(id: &[u8; 4], size: u32, content: &[u8]) -> Vec<u8> {
    [id, &size.to_le_bytes()[..], content].concat()
}

/// The same in big-endian order, padded.
pub fn big_chunk(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = [id, &(content.len() as u32).to_be_bytes()[..], content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// What a `fmt ` chunk says.
#[derive(Clone)]
pub struct Fmt {
    pub tag: u16,
    pub channels: u16,
    pub rate: u32,
    pub align: u16,
    pub bits: u16,
    /// Everything behind the 16 bytes that all have.
    pub extension: Vec<u8>,
}

impl Fmt {
    pub fn new(tag: u16, channels: u16, bits: u16) -> Self {
        let align = channels.wrapping_mul(bits.div_ceil(8));
        Self { tag, channels, rate: 44_100, align, bits, extension: Vec::new() }
    }

    /// With an extensible header.
    pub fn extensible(tag: u16, channels: u16, bits: u16, valid_bits: u16, mask: u32) -> Self {
        let extension = [
            &22_u16.to_le_bytes()[..],
            &valid_bits.to_le_bytes(),
            &mask.to_le_bytes(),
            &tag.to_le_bytes(),
            b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71",
        ]
        .concat();
        Self { extension, ..Self::new(0xfffe, channels, bits) }
    }

    pub fn content(&self) -> Vec<u8> {
        let Self { tag, channels, rate, align, bits, extension } = self;
        let byte_rate = rate.wrapping_mul(u32::from(*align));
        [
            &tag.to_le_bytes()[..],
            &channels.to_le_bytes(),
            &rate.to_le_bytes(),
            &byte_rate.to_le_bytes(),
            &align.to_le_bytes(),
            &bits.to_le_bytes(),
            extension,
        ]
        .concat()
    }

    pub fn chunk(&self) -> Vec<u8> {
        chunk(b"fmt ", &self.content())
    }
}

/// A WAV file of these chunks.
pub fn riff(chunks: &[&[u8]]) -> Vec<u8> {
    let chunks = chunks.concat();
    [b"RIFF", &(4 + chunks.len() as u32).to_le_bytes()[..], b"WAVE", &chunks].concat()
}

/// A plain WAV file.
pub fn wav(fmt: &Fmt, data: &[u8]) -> Vec<u8> {
    riff(&[&fmt.chunk(), &chunk(b"data", data)])
}

/// Eight frames of mono audio in 16 bits, as bytes.
pub fn eight() -> Vec<u8> {
    EIGHT.iter().flat_map(|level| level.to_le_bytes()).collect()
}

const EIGHT: [i16; 8] = [1000, -2000, 3000, -4000, 5000, -6000, 7000, -8000];

/// [`eight`] as it should be read.
pub fn eight_read() -> Vec<Vec<f64>> {
    vec![EIGHT.map(|level| f64::from(level) / 32_767.0).to_vec()]
}

/// An AIFF or AIFF-C file. `compression` is `None` for AIFF.
pub struct Aiff<'a> {
    pub compression: Option<&'a [u8; 4]>,
    pub channels: u16,
    pub frames: u32,
    pub bits: u16,
    /// An 80-bit float.
    pub rate: [u8; 10],
    pub data: &'a [u8],
}

/// 44.1 kHz as an 80-bit float.
pub const AIFF_44100: [u8; 10] = *b"\x40\x0e\xac\x44\0\0\0\0\0\0";

impl Aiff<'_> {
    pub fn common(&self) -> Vec<u8> {
        let mut common = [
            &self.channels.to_be_bytes()[..],
            &self.frames.to_be_bytes(),
            &self.bits.to_be_bytes(),
            &self.rate,
        ]
        .concat();
        if let Some(compression) = self.compression {
            common.extend(compression);
            common.extend(b"\x04name\0");
        }
        big_chunk(b"COMM", &common)
    }

    /// The samples, behind `offset` other bytes.
    pub fn sound(&self, offset: u32) -> Vec<u8> {
        let mut sound = [offset.to_be_bytes(), [0; 4]].concat();
        sound.resize(8 + offset as usize, 0xee);
        sound.extend(self.data);
        big_chunk(b"SSND", &sound)
    }

    pub fn file(&self) -> Vec<u8> {
        self.form(&[&self.common(), &self.sound(0)])
    }

    pub fn form(&self, chunks: &[&[u8]]) -> Vec<u8> {
        let kind = if self.compression.is_some() { b"AIFC" } else { b"AIFF" };
        let chunks = chunks.concat();
        [b"FORM", &(4 + chunks.len() as u32).to_be_bytes()[..], kind, &chunks].concat()
    }
}

//! MP3 files, also several of them joined to one.

mod frame;
mod info;

use nanomp3_core::{DecodeError, Decoder, MAX_SAMPLES_PER_FRAME};

use crate::audio_file::bytes::Bytes;
use crate::audio_file::decode::SourceFormat;
use crate::audio_file::decode::{Decode, Format};
use crate::audio_file::fault::Fault;
use crate::audio_file::kind::id3v2_size;
use crate::audio_file::tags::without_tags;

use frame::{FrameHeader, HEADER_SIZE, MAX_FRAME_SIZE, Parsed, has_mixed_blocks, parse};
use info::Info;

/// Frames in a row that make an MP3 of a file that begins with something else.
const FRAMES_IN_A_ROW: usize = 4;

/// Frames by which a decoder is late; an encoder's delay and padding do not include them.
const DECODER_DELAY: u32 = 529;

/// A file that was encoded as a whole. Joined files are several of them in a row.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// Offset of its first frame of audio.
    start: u64,
    /// Offset behind its last frame.
    end: u64,
    /// Number of frames of audio that are decoded, in MP3 frames.
    mp3_frames: u64,
    /// Frames of audio to drop at the start.
    skip: u64,
    /// Frames of audio after that.
    frames: u64,
    info: Option<Info>,
}

/// Opens the MP3 file that begins at `start`.
pub fn open(mut bytes: Bytes, start: u64) -> Result<(Format, Box<dyn Decode>), Fault> {
    let (first, header) = find_first(&mut bytes, start)?;
    let parts = find_parts(&mut bytes, first, header)?;
    let format = Format {
        sample_rate: header.sample_rate,
        channels: header.channels,
        channel_mask: if header.channels == 1 { 0x4 } else { 0x3 },
        source: SourceFormat::Float { bits: 32 },
        frames: Some(parts.iter().map(|part| part.frames).sum()),
    };
    Ok((format, Box::new(Mp3 { bytes, parts: parts.into_iter(), part: None })))
}

fn header_at(bytes: &mut Bytes, offset: u64) -> Result<Parsed, Fault> {
    Ok(bytes.array_at(offset)?.map_or(Parsed::None, parse))
}

/// Finds the first frame. The rest of another may lie in front of it.
fn find_first(bytes: &mut Bytes, start: u64) -> Result<(u64, FrameHeader), Fault> {
    let mut window = [0; MAX_FRAME_SIZE];
    let count = bytes.read_at(start, &mut window)?;
    let window = &window[..count];
    let mut refusal = None;
    for at in 0..count.saturating_sub(HEADER_SIZE - 1) {
        let Some(header) = window[at..].first_chunk() else { break };
        let offset = start + at as u64;
        match parse(*header) {
            Parsed::Frame(header) if follows(bytes, offset, header, at == 0)? => {
                if info::is_in(&window[..at]) {
                    return Err(Fault::damaged(
                        "its first frame, which states its length, is damaged",
                    ));
                }
                return Ok((offset, header));
            }
            Parsed::FreeFormat if at == 0 => {
                refusal = Some("this is an MP3 file of free format, which does not state its rate");
            }
            Parsed::OtherLayer if at == 0 => refusal = Some("this is an MP2 or MP1 file"),
            _ => {}
        }
    }
    Err(Fault::unsupported(refusal.unwrap_or("it is no audio file of a known kind")))
}

/// Whether the frame at `offset` is followed by others, or by the end or a tag.
fn follows(
    bytes: &mut Bytes,
    mut offset: u64,
    first: FrameHeader,
    is_start: bool,
) -> Result<bool, Fault> {
    let mut header = first;
    for count in 1..FRAMES_IN_A_ROW {
        offset += header.size as u64;
        header = match header_at(bytes, offset)? {
            Parsed::Frame(next) if next.sample_rate == first.sample_rate => next,
            // At the very start, a short file is believed if nothing contradicts it.
            _ if is_start && (count > 1 || offset >= bytes.len()) => return Ok(true),
            _ => {
                let end = bytes.len();
                return Ok(is_start && without_tags(bytes, offset, end)? == offset);
            }
        };
    }
    Ok(true)
}

/// Walks through all frames, from the one at `offset` on.
fn find_parts(bytes: &mut Bytes, first: u64, format: FrameHeader) -> Result<Vec<Part>, Fault> {
    let end = bytes.len();
    let end = without_tags(bytes, first, end)?;
    let mut parts: Vec<Part> = Vec::new();
    let mut offset = first;
    while let Some((at, header)) = next_frame(bytes, offset, end)? {
        let read = || parts.iter().map(|part| part.mp3_frames).sum::<u64>();
        if at + header.size as u64 > end {
            return Err(Fault::cut_short(format!(
                "its last MP3 frame is incomplete, after {} whole ones",
                read()
            )));
        }
        if header.sample_rate != format.sample_rate {
            return Err(Fault::unsupported(
                "it is joined from MP3s with different sample rates: split it first",
            ));
        }
        if header.channels != format.channels {
            return Err(Fault::unsupported(
                "it is joined from MP3s with different numbers of channels: split it first",
            ));
        }
        offset = at + header.size as u64;
        let mut frame = [0; MAX_FRAME_SIZE];
        let count = bytes.read_at(at, &mut frame[..header.size])?;
        let info = Info::parse(&frame[..count], header);
        if info.is_none() && has_mixed_blocks(&frame[..count], header) {
            return Err(Fault::Unsupported(
                "this MP3 has mixed blocks, a rarity that most decoders do not get right. Convert it \
                 with `mpg123 -w OUT.wav IN`"
                    .to_owned(),
            ));
        }
        if info.is_some() || parts.is_empty() {
            let start = if info.is_some() { offset } else { at };
            parts.push(Part { start, end: offset, mp3_frames: 0, skip: 0, frames: 0, info });
        }
        if info.is_none()
            && let Some(part) = parts.last_mut()
        {
            part.end = offset;
            part.mp3_frames += 1;
        }
    }
    for part in &mut parts {
        trim(part, format)?;
    }
    Ok(parts)
}

/// Works out how much of a part is audio, and not an encoder's delay and padding.
fn trim(part: &mut Part, format: FrameHeader) -> Result<(), Fault> {
    let frames = part.mp3_frames * u64::from(format.frames);
    part.frames = frames;
    let Some(info) = part.info else { return Ok(()) };
    if let Some(claimed) = info.mp3_frames
        && part.mp3_frames < u64::from(claimed)
    {
        return Err(Fault::cut_short(format!(
            "it claims {claimed} MP3 frames but has {}",
            part.mp3_frames
        )));
    }
    let Some((delay, padding)) = info.delay_and_padding else { return Ok(()) };
    // Frames beyond those that the encoder counted were appended by someone else, padding and all.
    let is_counted = info.mp3_frames.is_none_or(|claimed| part.mp3_frames == u64::from(claimed));
    let padding = if is_counted { u64::from(padding) } else { 0 };
    let Some(audio) = frames.checked_sub(u64::from(delay) + padding) else {
        return Err(Fault::damaged(format!(
            "its header claims a delay of {delay} and a padding of {padding} frames, but it has \
             {frames} frames in all"
        )));
    };
    part.skip = u64::from(delay + DECODER_DELAY).min(frames);
    // The decoder's delay is made up for by the padding, if there is enough of it.
    part.frames = audio.min(frames - part.skip);
    Ok(())
}

/// The first frame at or behind `offset`, and where it is; `None` at the end. Between frames there
/// may be tags, and zeros.
fn next_frame(
    bytes: &mut Bytes,
    mut offset: u64,
    end: u64,
) -> Result<Option<(u64, FrameHeader)>, Fault> {
    while offset < end {
        match header_at(bytes, offset)? {
            Parsed::Frame(header) => return Ok(Some((offset, header))),
            Parsed::FreeFormat | Parsed::OtherLayer | Parsed::None => {}
        }
        let start = bytes.array_at::<8>(offset)?.unwrap_or_default();
        let tag_size = match start {
            [b'T', b'A', b'G', ..] => 128,
            [b'I', b'D', b'3', ..] => id3v2_size(bytes, offset)?,
            [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X'] => ape_size(bytes, offset)?,
            _ => 0,
        };
        if tag_size > end - offset {
            return Err(Fault::damaged(format!(
                "the tag at byte {offset} is larger than what is left of the file"
            )));
        }
        offset += match tag_size {
            0 => zeros(bytes, offset, end)?,
            size => size,
        };
    }
    Ok(None)
}

/// Size of the APE tag whose header is at `offset`.
fn ape_size(bytes: &mut Bytes, offset: u64) -> Result<u64, Fault> {
    let size = bytes.array_at(offset + 12)?.map_or(0, u32::from_le_bytes);
    Ok(32 + u64::from(size))
}

/// The number of zeros at `offset`, at least one.
fn zeros(bytes: &mut Bytes, offset: u64, end: u64) -> Result<u64, Fault> {
    let mut buffer = [0; 1 << 12];
    let mut at = offset;
    while at < end {
        let count = bytes.read_at(at, &mut buffer)?;
        if let Some(other) = buffer[..count].iter().position(|&byte| byte != 0) {
            at += other as u64;
            break;
        }
        if count == 0 {
            return Err(Fault::damaged(format!("nothing can be read from byte {at} on")));
        }
        at += count as u64;
    }
    if at == offset {
        return Err(Fault::damaged(format!("there is no MP3 frame at byte {offset}")));
    }
    Ok(at.min(end) - offset)
}

struct Mp3 {
    bytes: Bytes,
    parts: std::vec::IntoIter<Part>,
    part: Option<PartDecoder>,
}

impl Decode for Mp3 {
    fn append_next(&mut self, out: &mut [Vec<f64>]) -> Result<bool, Fault> {
        let part = match &mut self.part {
            Some(part) => part,
            None => match self.parts.next() {
                Some(part) => self.part.insert(PartDecoder::new(part)),
                None => return Ok(false),
            },
        };
        if !part.append_frame(&mut self.bytes, out)? {
            self.part = None;
        }
        Ok(true)
    }
}

/// Decodes one part.
struct PartDecoder {
    part: Part,
    decoder: Box<Decoder>,
    /// Offset of the next frame.
    offset: u64,
    /// Frames of audio still to be dropped.
    skip: u64,
    /// Frames of audio still to be decoded.
    left: u64,
    /// Whether the decoder has what later frames refer to.
    has_history: bool,
}

impl PartDecoder {
    fn new(part: Part) -> Self {
        let Part { start: offset, skip, frames: left, .. } = part;
        Self { part, decoder: Box::default(), offset, skip, left, has_history: false }
    }

    /// Appends the next frame; false at the end.
    fn append_frame(&mut self, bytes: &mut Bytes, out: &mut [Vec<f64>]) -> Result<bool, Fault> {
        if self.left == 0 {
            return Ok(false);
        }
        let became_shorter = || Fault::cut_short("it became shorter while it was read");
        let (at, header) =
            next_frame(bytes, self.offset, self.part.end)?.ok_or_else(became_shorter)?;
        self.offset = at + header.size as u64;
        let mut frame = [0; MAX_FRAME_SIZE];
        let frame = &mut frame[..header.size];
        if bytes.read_at(at, frame)? < header.size {
            return Err(became_shorter());
        }
        let mut samples = [0.0_f32; MAX_SAMPLES_PER_FRAME];
        match self.decoder.decode(frame, &mut samples).1 {
            Ok(info)
                if info.samples_produced == header.frames as usize
                    && usize::from(info.channels.num()) == out.len() =>
            {
                self.has_history = true;
            }
            // A file that was cut out of a longer one may begin with a frame that refers back to one
            // that it lacks. Players are silent there.
            Err(DecodeError::ReservoirUnavailable(_)) if !self.has_history => {}
            _ => return Err(Fault::damaged(format!("the MP3 frame at byte {at} makes no sense"))),
        }
        let skip = self.skip.min(header.frames.into());
        self.skip -= skip;
        let count = (u64::from(header.frames) - skip).min(self.left);
        self.left -= count;
        let (skip, count) = (skip as usize, count as usize);
        let channels = out.len();
        for (channel, out) in out.iter_mut().enumerate() {
            let samples = samples[channel..].iter().step_by(channels);
            out.extend(samples.skip(skip).take(count).map(|&sample| f64::from(sample)));
        }
        Ok(true)
    }
}

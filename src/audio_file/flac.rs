//! FLAC files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::FlacDecoder;
use symphonia::default::formats::FlacReader;

use super::bytes::Bytes;
use super::decode::{Decode, Format};
use super::fault::Fault;
use super::flac_frame;
use super::flac_metadata::{LAST_BLOCK, STREAM_INFO_SIZE, StreamInfo, read_metadata};
use super::section::Section;
use super::symphonia_audio::{append, fault, guard};
use super::tags::without_tags;

/// Opens the FLAC file whose marker is at `start`.
pub fn open(mut bytes: Bytes, start: u64) -> Result<(Format, Box<dyn Decode>), Fault> {
    let (info, frames_start) = read_metadata(&mut bytes, start)?;
    let end = bytes.len();
    let end = without_tags(&mut bytes, frames_start, end)?;
    // Only what is needed: symphonia refuses files for the sake of bad pictures or cue sheets.
    let mut prefix = b"fLaC".to_vec();
    prefix.extend([LAST_BLOCK, 0, 0, STREAM_INFO_SIZE as u8]);
    prefix.extend(info.bytes);
    let file = bytes.into_file();
    let rest = file.try_clone()?;
    let section = Section::new(prefix, file, frames_start, end)?;
    let stream = MediaSourceStream::new(Box::new(section), Default::default());
    let reader = guard(|| FlacReader::try_new(stream, FormatOptions::default()));
    let reader = match reader {
        Ok(reader) => reader,
        Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            // Not a single frame.
            return match info.frames {
                Some(frames) => {
                    Err(Fault::cut_short(format!("it claims {frames} frames but has 0")))
                }
                None => Err(Fault::cut_short("it ends before its first frame")),
            };
        }
        Err(error) => return Err(fault(error)),
    };
    let decoder = reader.tracks().first().and_then(|track| match &track.codec_params {
        Some(CodecParameters::Audio(parameters)) => {
            let options = AudioDecoderOptions::default().verify(true);
            guard(|| FlacDecoder::try_new(parameters, &options)).ok()
        }
        _ => None,
    });
    let decoder = decoder.ok_or_else(|| Fault::damaged("its header makes no sense"))?;
    let rest = (rest, frames_start..end);
    let flac = Flac { info, reader, decoder, rest, first_timestamp: None, position: 0 };
    Ok((info.format(), Box::new(flac)))
}

struct Flac {
    info: StreamInfo,
    reader: FlacReader<'static>,
    decoder: FlacDecoder,
    /// The bytes that no packet has been made of so far.
    rest: (File, Range<u64>),
    /// Time stamp of the first packet, in frames.
    first_timestamp: Option<i64>,
    /// Frames decoded so far.
    position: u64,
}

impl Decode for Flac {
    fn append_next(&mut self, out: &mut [Vec<f64>]) -> Result<bool, Fault> {
        let packet = match guard(|| self.reader.next_packet()) {
            Ok(Some(packet)) => packet,
            Ok(None) => return self.finish(out),
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return self.finish(out);
            }
            Err(error) => return Err(fault(error)),
        };
        let timestamp = packet.pts.get();
        let first = *self.first_timestamp.get_or_insert(timestamp);
        if u64::try_from(timestamp - first) != Ok(self.position) {
            return Err(Fault::damaged("some audio is missing or unreadable here"));
        }
        self.rest.1.start += packet.data.len() as u64;
        self.append(&packet.as_packet_ref(), out)?;
        if self.info.frames.is_some_and(|frames| frames < self.position) {
            return Err(Fault::damaged("it has more audio than its header claims"));
        }
        Ok(true)
    }
}

impl Flac {
    fn append(&mut self, packet: &PacketRef<'_>, out: &mut [Vec<f64>]) -> Result<(), Fault> {
        let before = out[0].len();
        flac_frame::check(packet.data, &self.info)?;
        let buffer = guard(|| self.decoder.decode_ref(packet)).map_err(fault)?;
        append(&buffer, self.info.sample_rate, self.info.bits, out)?;
        self.position += (out[0].len() - before) as u64;
        Ok(())
    }

    /// Decodes what is left, and compares all audio with the length and checksum in the header.
    fn finish(&mut self, out: &mut [Vec<f64>]) -> Result<bool, Fault> {
        let position = self.position;
        // Bytes behind the last frame keep symphonia from finding its end.
        if self.info.frames.is_some_and(|frames| position < frames) {
            let rest = self.read_rest()?;
            let before = out[0].len();
            for end in frame_ends(&rest) {
                let packet = PacketRef::new(0, Timestamp::new(0), Duration::new(0), &rest[..end]);
                if self.append(&packet, out).is_ok() && self.info.frames == Some(self.position) {
                    break;
                }
                self.position = position;
                out.iter_mut().for_each(|channel| channel.truncate(before));
            }
        }
        let verified = self.decoder.finalize().verify_ok;
        match self.info.frames {
            Some(frames) if self.position < frames => Err(Fault::cut_short(format!(
                "it claims {frames} frames but has {}",
                self.position
            ))),
            _ if verified == Some(false) => {
                Err(Fault::damaged("the checksum of all audio does not match"))
            }
            None if verified.is_none() && !self.rest.1.is_empty() => Err(Fault::damaged(format!(
                "its last {} bytes are no whole FLAC frame",
                self.rest.1.end - self.rest.1.start
            ))),
            _ => Ok(false),
        }
    }

    /// What is left: at most the largest possible frame.
    fn read_rest(&mut self) -> Result<Vec<u8>, Fault> {
        const MAX_FRAME_SIZE: u64 = 1 << 24;
        let (file, range) = &mut self.rest;
        file.seek(SeekFrom::Start(range.start))?;
        let size = range.end.saturating_sub(range.start).min(MAX_FRAME_SIZE);
        let mut rest = Vec::new();
        file.take(size).read_to_end(&mut rest)?;
        Ok(rest)
    }
}

/// Where a frame at the start of `bytes` may end: its CRC-16 makes that of the whole frame zero.
fn frame_ends(bytes: &[u8]) -> impl Iterator<Item = usize> {
    /// Chance makes one of 65,536 places look like an end.
    const MAX_TRIES: usize = 300;
    let mut crc = 0_u16;
    let ends = bytes.iter().zip(1..).filter_map(move |(&byte, end)| {
        crc = (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
            crc << 1 ^ if crc >> 15 == 1 { 0x8005 } else { 0 }
        });
        (crc == 0).then_some(end)
    });
    ends.take(MAX_TRIES)
}

//! Decodes Vorbis and FLAC in Ogg, also several streams in a row.

mod headers;
mod packets;
mod page;
mod vorbis_setup;

use symphonia::core::codecs::audio::well_known::{CODEC_ID_FLAC, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::{FlacDecoder, VorbisDecoder};

use crate::audio_file::bytes::Bytes;
use crate::audio_file::decode::SourceFormat;
use crate::audio_file::decode::{Decode, Format};
use crate::audio_file::fault::Fault;
use crate::audio_file::flac_frame;
use crate::audio_file::flac_metadata::{COMMENTS, LAST_BLOCK, STREAM_INFO_SIZE, StreamInfo};
use crate::audio_file::kind::{Kind, recognise};
use crate::audio_file::pcm::wave_format::default_mask;
use crate::audio_file::symphonia_audio::{append, fault, guard};

use packets::{Codec, Link, PacketReader, Packets, first_link, links};

/// Bytes of the header of FLAC's mapping to Ogg, in front of what a FLAC file begins with.
const MAPPING_SIZE: usize = 9;

/// Bytes of what a FLAC file begins with.
const MARKER_SIZE: usize = 4;

/// Opens the Ogg file that begins at `start`.
pub fn open(mut bytes: Bytes, start: u64) -> Result<(Format, Box<dyn Decode>), Fault> {
    let links = links(&mut bytes, start)?;
    let mut total = 0_u64;
    let mut format: Option<Format> = None;
    for link in &links {
        let mut stream = Stream::open(&mut bytes, *link)?;
        let found = stream.format;
        let frames = stream.find_frames(&mut bytes)?;
        total = total.saturating_add(frames);
        match format {
            Some(first) if first.sample_rate != found.sample_rate => {
                return Err(Fault::unsupported(
                    "it is a chain of streams with different sample rates: split it first",
                ));
            }
            Some(first) if first.channels != found.channels => {
                return Err(Fault::unsupported(
                    "it is a chain of streams with different numbers of channels: split it first",
                ));
            }
            Some(_) => {}
            None => format = Some(found),
        }
    }
    let format = format.ok_or_else(|| Fault::unsupported("this Ogg file has no audio"))?;
    let format = Format { frames: Some(total), ..format };
    Ok((format, Box::new(Ogg { bytes, links: links.into_iter(), stream: None })))
}

/// The metadata of a file with FLAC in Ogg, of its first stream if it has several, as it stands at the start
/// of a FLAC file; `None` of any other file.
///
/// # Errors
/// [`Fault`] if it is damaged or cut short.
pub fn flac_metadata(bytes: &mut Bytes) -> Result<Option<Vec<u8>>, Fault> {
    let Ok((Kind::Ogg, start)) = recognise(bytes) else { return Ok(None) };
    let Ok(Some(link)) = first_link(bytes, start) else { return Ok(None) };
    if link.codec != Codec::Flac {
        return Ok(None);
    }
    let (mut packets, _) = headers::read(bytes, link, &mut PacketReader::new(link))?;
    let [first, blocks @ .., last] = &mut packets[..] else { return Ok(None) };
    // The mapping's own header comes before the marker of a FLAC file and its first block.
    let mut metadata = first.split_off(MAPPING_SIZE.min(first.len()));
    // Which block is the last shows by what follows, whatever they say.
    let first = metadata.iter_mut().skip(MARKER_SIZE).take(1);
    let others = blocks.iter_mut().filter_map(|block| block.first_mut());
    first.chain(others).for_each(|kind| *kind &= !LAST_BLOCK);
    last.iter_mut().take(1).for_each(|kind| *kind |= LAST_BLOCK);
    metadata.extend(blocks.concat());
    metadata.extend_from_slice(last);
    Ok(Some(metadata))
}

struct Ogg {
    bytes: Bytes,
    links: std::vec::IntoIter<Link>,
    stream: Option<Stream>,
}

impl Decode for Ogg {
    fn append_next(&mut self, out: &mut [Vec<f64>]) -> Result<bool, Fault> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            None => match self.links.next() {
                Some(link) => self.stream.insert(Stream::open(&mut self.bytes, link)?),
                None => return Ok(false),
            },
        };
        if !stream.append_page(&mut self.bytes, out)? {
            self.stream = None;
        }
        Ok(true)
    }
}

/// One logical stream.
struct Stream {
    format: Format,
    /// What the header of a FLAC stream says.
    flac: Option<StreamInfo>,
    packets: PacketReader,
    decoder: Box<dyn AudioDecoder>,
    /// Packets behind the headers on the same page, which only FLAC allows.
    pending: Option<Packets>,
    /// The granule at which the audio begins, once it is known.
    start: Option<u64>,
    /// Frames decoded so far.
    decoded: u64,
    end_granule: u64,
}

impl Stream {
    /// Reads the headers.
    fn open(bytes: &mut Bytes, link: Link) -> Result<Self, Fault> {
        let mut packets = PacketReader::new(link);
        let (headers, pending) = headers::read(bytes, link, &mut packets)?;
        let mut parameters = AudioCodecParameters::new();
        let options = AudioDecoderOptions::default().verify(true);
        let (format, flac, decoder): (_, _, Box<dyn AudioDecoder>) = match link.codec {
            Codec::Vorbis => {
                let format = vorbis_format(&headers)?;
                vorbis_setup::check(&headers[2])?;
                let extra = [&headers[0][..], &headers[2]].concat();
                parameters.for_codec(CODEC_ID_VORBIS).with_extra_data(extra.into());
                let decoder = guard(|| VorbisDecoder::try_new(&parameters, &options));
                (format, None, Box::new(decoder.map_err(fault)?))
            }
            Codec::Flac => {
                // Behind the mapping's own header, the marker and a block header.
                let info = headers[0].get(17..17 + STREAM_INFO_SIZE);
                let info = info.and_then(|info| info.try_into().ok());
                let info = info.ok_or_else(|| Fault::damaged("its header is too short"))?;
                let mut info = StreamInfo::parse(info)?;
                let comments = headers[1..].iter().find_map(|block| match &block[..] {
                    [kind, _, _, _, comments @ ..] if kind & !LAST_BLOCK == COMMENTS => {
                        Some(comments)
                    }
                    _ => None,
                });
                info.read_comments(comments.unwrap_or_default());
                parameters.for_codec(CODEC_ID_FLAC).with_extra_data(info.bytes.into());
                let decoder = guard(|| FlacDecoder::try_new(&parameters, &options));
                (info.format(), Some(info), Box::new(decoder.map_err(fault)?))
            }
        };
        let end_granule = link.end_granule;
        Ok(Self { format, flac, packets, decoder, pending, start: None, decoded: 0, end_granule })
    }

    /// Finds out how many frames the stream has, for which its first page has to be decoded.
    fn find_frames(&mut self, bytes: &mut Bytes) -> Result<u64, Fault> {
        let mut out = vec![Vec::new(); self.format.channels];
        while self.start.is_none() && self.append_page(bytes, &mut out)? {
            out.iter_mut().for_each(Vec::clear);
        }
        Ok(self.end_granule.saturating_sub(self.start.unwrap_or(0)))
    }

    /// Appends the audio of the next page; false at the end.
    fn append_page(&mut self, bytes: &mut Bytes, out: &mut [Vec<f64>]) -> Result<bool, Fault> {
        let page = match self.pending.take() {
            Some(page) => page,
            None => match self.packets.next(bytes)? {
                Some(page) => page,
                None => return self.check_end(),
            },
        };
        let before = out[0].len();
        let bits = self.flac.map_or(32, |info| info.bits);
        // Packets without content carry no audio.
        for packet in page.packets.iter().filter(|packet| !packet.is_empty()) {
            if let Some(info) = &self.flac {
                flac_frame::check(packet, info)?;
            }
            let packet = PacketRef::new(0, Timestamp::new(0), Duration::new(0), packet);
            let buffer = guard(|| self.decoder.decode_ref(&packet)).map_err(fault)?;
            append(&buffer, self.format.sample_rate, bits, out)?;
        }
        let count = (out[0].len() - before) as u64;
        self.decoded += count;
        if let Some(granule) = page.granule.filter(|_| page.is_last || !page.packets.is_empty()) {
            self.align(granule, page.is_last, before, count, out)?;
        }
        Ok(true)
    }

    /// Compares the length of the audio with a page's granule, which may also cut it: at the end,
    /// or at the start if the first page says that the audio began earlier.
    fn align(
        &mut self,
        granule: u64,
        is_last: bool,
        before: usize,
        count: u64,
        out: &mut [Vec<f64>],
    ) -> Result<(), Fault> {
        let start = match self.start {
            Some(start) => start,
            None if granule < self.decoded && !is_last => {
                let surplus = self.decoded - granule;
                if surplus > count {
                    return Err(Fault::damaged("its first page claims less audio than it has"));
                }
                let surplus = surplus as usize;
                out.iter_mut().for_each(|channel| drop(channel.drain(before..before + surplus)));
                self.decoded = granule;
                0
            }
            None => granule.saturating_sub(self.decoded),
        };
        self.start = Some(start);
        let position = start.saturating_add(self.decoded);
        if is_last && granule < position {
            let surplus = position - granule;
            if surplus > count {
                return Err(Fault::damaged("its last page claims less audio than it has"));
            }
            let end = out[0].len() - surplus as usize;
            out.iter_mut().for_each(|channel| channel.truncate(end));
            self.decoded -= surplus;
        } else if granule != position {
            return Err(Fault::damaged("some audio is missing or unreadable here"));
        }
        Ok(())
    }

    fn check_end(&mut self) -> Result<bool, Fault> {
        if self.decoder.finalize().verify_ok == Some(false) {
            return Err(Fault::damaged("the checksum of all audio does not match"));
        }
        Ok(false)
    }
}

/// What the headers of a Vorbis stream say.
fn vorbis_format(headers: &[Vec<u8>]) -> Result<Format, Fault> {
    let [1, b'v', b'o', b'r', b'b', b'i', b's', _, _, _, _, channels, a, b, c, d, ..] =
        headers[0][..]
    else {
        return Err(Fault::damaged("its first header is too short"));
    };
    let sample_rate = u32::from_le_bytes([a, b, c, d]);
    let channels = usize::from(channels);
    match (channels, sample_rate) {
        (0, _) => Err(Fault::unsupported("its header claims 0 channels")),
        (_, 0) => Err(Fault::unsupported("its header claims a sample rate of 0 Hz")),
        // Symphonia undoes the coupling of channels in the wrong order, which shows from three on:
        // it decodes 5.1 of oggenc's lower qualities to something else.
        (3.., _) => Err(Fault::unsupported(format!(
            "it has {channels} channels; in Ogg Vorbis, only mono and stereo are supported"
        ))),
        _ => Ok(Format {
            sample_rate,
            channels,
            channel_mask: default_mask(channels as u16),
            source: SourceFormat::Float { bits: 32 },
            frames: None,
        }),
    }
}

//! Writes `.extrema` files.

use std::io::Write;
use std::{mem, slice};

use super::chunk::{CHUNK_HEADER_SIZE, Encoding, Kind, MAX_PAYLOAD_SIZE, write_chunk};
use super::error::ContainerError;
use super::format::Totals;
use super::header::{HEADER_SIZE, Header};
use super::index::{ChunkPlace, PLACE_SIZE};
use super::{own_codebook, settings};
use crate::codec::{HoldMerger, Record};

/// A stream's payload in bytes at which it is written: 4096 records, less than a second of dense
/// music, so that a crash costs little, while chunk headers add only 0.1 %.
pub(super) const PAYLOAD_TARGET: usize = Record::BYTES << 12;

/// Places in a chunk of the index at most.
const MAX_PLACES: usize = MAX_PAYLOAD_SIZE / PLACE_SIZE;

/// Writes an `.extrema` file as records arrive. Until [`Self::finish`] writes the end chunk, the
/// file counts as cut short.
///
/// It keeps the place of each chunk for the index: 18 bytes for 20 KB of file.
#[derive(Debug)]
pub struct Writer<W> {
    output: W,
    header: Header,
    /// Bytes written so far.
    position: u64,
    streams: Vec<StreamBuffer>,
    /// The index of each stream so far, as it is stored.
    index: Vec<Vec<u8>>,
    #[cfg(feature = "pack")]
    packer: Option<super::pack::Packer>,
}

/// The records of one stream on their way into a file.
#[derive(Debug, Default)]
pub(super) struct StreamBuffer {
    holds: HoldMerger,
    /// Serialised records that have not been written yet.
    pub(super) payload: Vec<u8>,
    /// Totals so far, including the payload.
    records: u64,
    frames: u64,
    /// Frames of the last record that was serialised.
    last: u32,
    /// Where the payload begins: the frame, and the level.
    begin: (u64, i16),
}

impl StreamBuffer {
    /// Serialises records until the payload has `target` bytes; returns whether it has.
    pub(super) fn fill(&mut self, records: &mut slice::Iter<'_, Record>, target: usize) -> bool {
        // Locals stay in registers; through `self`, every record would wait for the previous
        // one's store.
        let (mut holds, mut frames) = (mem::take(&mut self.holds), 0);
        let before = self.payload.len();
        for &record in records {
            if let Some(record) = holds.push(record) {
                self.payload.extend_from_slice(&record.to_bytes());
                frames += u64::from(record.length());
                self.last = record.length();
                if self.payload.len() >= target {
                    break;
                }
            }
        }
        self.holds = holds;
        self.frames += frames;
        self.records += ((self.payload.len() - before) / Record::BYTES) as u64;
        self.payload.len() >= target
    }

    /// Serialises the last record, which was held back in case the next one could be merged.
    pub(super) fn finish(&mut self) {
        if let Some(record) = self.holds.finish() {
            self.payload.extend_from_slice(&record.to_bytes());
            self.records += 1;
            self.frames += u64::from(record.length());
            self.last = record.length();
        }
    }

    /// Forgets a hold at the end if all of it lies behind the end of an excerpt. Holds too long for one
    /// record are parted where the first is full, which need not be where they were parted before.
    fn leave_out_hold_behind(&mut self, end: u64) {
        let is_behind = |record: &Record| record.is_hold() && self.frames >= end;
        if let Some(record) = self.holds.finish().filter(|record| !is_behind(record)) {
            self.holds.push(record);
        }
    }

    /// Forgets the payload, which has been written to `position`. Returns where it was.
    fn written(&mut self, position: u64) -> ChunkPlace {
        let (frame, level) = self.begin;
        let (records, _) = self.payload.as_chunks::<{ Record::BYTES }>();
        let last_curve = records.iter().rev().find(|record| record[0] > 0);
        let end = last_curve.map_or(level, |&[.., a, b]| i16::from_le_bytes([a, b]));
        self.begin = (self.frames, end);
        self.payload.clear();
        ChunkPlace { position, frame, level }
    }

    /// Whether the stream ends at a frame; in an excerpt its last record may go beyond it.
    fn ends_at(&self, end: u64, is_excerpt: bool) -> bool {
        let is_longer = self.frames > end && self.frames - u64::from(self.last) < end;
        self.frames == end || is_excerpt && is_longer
    }
}

impl<W: Write> Writer<W> {
    /// Begins a file by writing its header and what belongs to it.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] if a field of the header is out
    /// of range.
    pub fn new(output: W, header: Header) -> Result<Self, ContainerError> {
        header.check().map_err(|(_, rule)| ContainerError::Unwritable(rule.to_owned()))?;
        let later = settings::to_bytes(&header.settings);
        if let Some(payload) = &later {
            settings::read(payload, &mut header.settings.clone())
                .map_err(|(_, rule)| ContainerError::Unwritable(rule.to_owned()))?;
        }
        let tags = (!header.tags.is_empty()).then(|| header.tags.to_bytes());
        let lead_in = header.lead_in.map(|lead_in| lead_in.to_le_bytes().to_vec());
        let chunks = [
            (Kind::Codebook, 0, own_codebook::to_bytes(&header.codebook)),
            (Kind::Settings, 0, later),
            (Kind::Tags, header.tags.len() as u32, tags),
            (Kind::Excerpt, 0, lead_in),
        ];
        let channels = usize::from(header.channels);
        let mut writer = Self {
            output,
            position: HEADER_SIZE as u64,
            streams: (0..channels).map(|_| StreamBuffer::default()).collect(),
            index: vec![Vec::new(); channels],
            header,
            #[cfg(feature = "pack")]
            packer: None,
        };
        writer.output.write_all(&writer.header.to_bytes())?;
        for (kind, count, payload) in chunks {
            if let Some(payload) = payload {
                writer.write_chunk((kind, 0, Encoding::Plain), count, &payload)?;
            }
        }
        Ok(writer)
    }

    /// [`Self::new`] for a file whose records are packed: 0.4 to 0.7 times the size, in larger chunks.
    ///
    /// # Errors
    /// As for [`Self::new`].
    #[cfg(feature = "pack")]
    pub fn packed(output: W, header: Header) -> Result<Self, ContainerError> {
        let mut writer = Self::new(output, header)?;
        writer.packer = Some(super::pack::Packer::new()?);
        Ok(writer)
    }

    /// Appends records to a stream. Consecutive holds are merged into one.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] if any record has length 0, in
    /// which case none is written.
    ///
    /// # Panics
    /// If `stream` is not below the number of channels.
    pub fn write(&mut self, stream: usize, records: &[Record]) -> Result<(), ContainerError> {
        if records.iter().any(|record| record.length() == 0) {
            return Err(ContainerError::Unwritable("a record has length 0".to_owned()));
        }
        let target = self.payload_target();
        let mut records = records.iter();
        while self.streams[stream].fill(&mut records, target) {
            self.write_records()?;
        }
        Ok(())
    }

    /// Writes what has arrived, so that a crash later on costs none of it. A hold that goes on becomes
    /// two records.
    ///
    /// # Errors
    /// [`ContainerError::Io`].
    pub fn flush(&mut self) -> Result<(), ContainerError> {
        self.streams.iter_mut().for_each(StreamBuffer::finish);
        self.write_records()?;
        self.output.flush()?;
        Ok(())
    }

    /// The output, which has what [`Self::flush`] wrote.
    pub fn output(&self) -> &W {
        &self.output
    }

    /// Writes the remaining records, the index and the end chunk, flushes the output and returns it. An
    /// excerpt ends with its shortest stream.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Unwritable`] if the streams are not all as long
    /// as the header says or as each other.
    pub fn finish(mut self) -> Result<(W, Totals), ContainerError> {
        self.flush()?;
        let shortest = self.streams.iter().map(|stream| stream.frames).min().unwrap_or(0);
        let lead_in = self.header.lead_in.unwrap_or(0);
        let frames = self.header.frames.unwrap_or(shortest.saturating_sub(lead_in.into()));
        self.finish_at(frames)
    }

    /// [`Self::finish`] with the length in frames, an excerpt's without its lead-in. Of the last record
    /// of each stream of an excerpt a part may lie behind its end; a hold that lies there as a whole is
    /// left out.
    ///
    /// # Errors
    /// As for [`Self::finish`].
    pub fn finish_at(mut self, frames: u64) -> Result<(W, Totals), ContainerError> {
        let lead_in = self.header.lead_in;
        let end = frames.saturating_add(lead_in.unwrap_or(0).into());
        if lead_in.is_some() {
            self.streams.iter_mut().for_each(|stream| stream.leave_out_hold_behind(end));
        }
        self.flush()?;
        if let Some(stated) = self.header.frames.filter(|stated| *stated != frames) {
            let words = format!("the streams have {frames} frames, but the header states {stated}");
            return Err(ContainerError::Unwritable(words));
        }
        let fits = |stream: &&StreamBuffer| stream.ends_at(end, lead_in.is_some());
        if let Some(other) = self.streams.iter().find(|stream| !fits(stream)) {
            return Err(ContainerError::Unwritable(format!(
                "a stream has {} frames, but the file has {end}",
                other.frames
            )));
        }
        let index = self.write_index()?;
        let records: Vec<u64> = self.streams.iter().map(|stream| stream.records).collect();
        let mut payload = [frames, index].map(u64::to_le_bytes).concat();
        payload.extend(records.iter().flat_map(|records| records.to_le_bytes()));
        let channels = u32::from(self.header.channels);
        self.write_chunk((Kind::End, 0, Encoding::Plain), channels, &payload)?;
        self.output.flush()?;
        Ok((self.output, Totals { frames, records }))
    }

    /// Bytes of records at which a stream's are written.
    fn payload_target(&self) -> usize {
        #[cfg(feature = "pack")]
        if self.packer.is_some() {
            return super::pack::PAYLOAD_TARGET;
        }
        PAYLOAD_TARGET
    }

    /// Writes a chunk of every stream that has records, so that a cut costs all about the same.
    fn write_records(&mut self) -> Result<(), ContainerError> {
        for number in 0..self.header.channels {
            let stream = usize::from(number);
            if self.streams[stream].payload.is_empty() {
                continue;
            }
            let position = self.position;
            self.write_payload(number)?;
            let place = self.streams[stream].written(position);
            self.index[stream].extend(place.to_bytes());
        }
        Ok(())
    }

    /// Writes a stream's payload, packed if that makes it smaller.
    fn write_payload(&mut self, number: u8) -> Result<(), ContainerError> {
        let payload = mem::take(&mut self.streams[usize::from(number)].payload);
        let count = (payload.len() / Record::BYTES) as u32;
        #[cfg(feature = "pack")]
        let packed = self.packer.as_mut().map(|packer| packer.pack(&payload)).transpose()?;
        #[cfg(not(feature = "pack"))]
        let packed: Option<Vec<u8>> = None;
        let (encoding, bytes) = match packed.as_deref() {
            Some(packed) if packed.len() < payload.len() => (Encoding::Packed, packed),
            _ => (Encoding::Plain, &payload[..]),
        };
        self.write_chunk((Kind::Records, number, encoding), count, bytes)?;
        self.streams[usize::from(number)].payload = payload;
        Ok(())
    }

    /// Writes the index, and returns its position. A file with no more than a chunk of each stream has
    /// none, and 0 is returned.
    fn write_index(&mut self) -> Result<u64, ContainerError> {
        let index = mem::take(&mut self.index);
        if index.iter().all(|places| places.len() <= PLACE_SIZE) {
            return Ok(0);
        }
        let position = self.position;
        for (number, places) in (0..self.header.channels).zip(index) {
            for places in places.chunks(MAX_PLACES * PLACE_SIZE) {
                let count = (places.len() / PLACE_SIZE) as u32;
                self.write_chunk((Kind::Index, number, Encoding::Plain), count, places)?;
            }
        }
        Ok(position)
    }

    fn write_chunk(
        &mut self,
        kind: (Kind, u8, Encoding),
        count: u32,
        payload: &[u8],
    ) -> Result<(), ContainerError> {
        write_chunk(&mut self.output, kind, count, payload)?;
        self.position += (CHUNK_HEADER_SIZE + payload.len()) as u64;
        Ok(())
    }
}

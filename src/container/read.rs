//! Reads `.extrema` files.

use std::io::{Read, Seek, SeekFrom};

use super::chunk::{CHUNK_HEADER_SIZE, ChunkError, ChunkHeader, Encoding, Kind};
use super::error::ContainerError;
use super::format::{Storage, Totals};
use super::header::{HEADER_SIZE, Header};
use super::index::{ChunkPlace, Cursor, Index, PLACE_SIZE};
use super::input::read_up_to;
use super::tags::Tags;
use super::{own_codebook, settings};
use crate::codec::{Codebook, Record};

/// Reads an `.extrema` file chunk by chunk. The input should be buffered.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    /// Offset in bytes of the next chunk.
    position: u64,
    /// Offset in bytes of what the input gives next.
    offset: u64,
    /// The header of the next chunk, if it has been read.
    next: Option<ChunkHeader>,
    payload: Vec<u8>,
    records: Vec<Record>,
    #[cfg(feature = "pack")]
    unpacker: Option<super::pack::Unpacker>,
    /// What has been read so far of each stream.
    counts: Vec<StreamCount>,
    /// The same of all streams, as it is stored.
    storage: Storage,
    /// The kind of the last chunk, of those that are known.
    last: Option<Kind>,
    /// Where the last chunk of records was.
    place: ChunkPlace,
    /// Offset in bytes of the first chunk of the index.
    index: Option<u64>,
    progress: Progress,
}

/// What has been read of a stream.
#[derive(Debug, Clone, Default)]
struct StreamCount {
    records: u64,
    /// Its length in frames so far, and the level it has come to.
    cursor: Cursor,
    /// Frames of the last record.
    last: u32,
    /// Checksums of the places at which chunks were found and of those in the index.
    found: crc32fast::Hasher,
    listed: crc32fast::Hasher,
}

/// How far a file has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Progress {
    /// More chunks may follow.
    Reading,
    /// The input ended before the end chunk.
    CutShort,
    /// The end chunk has been read.
    Complete(Totals),
}

impl<R: Read> Reader<R> {
    /// Opens a file by reading its header and all that comes before its first record.
    ///
    /// # Errors
    /// Any [`ContainerError`] except [`ContainerError::Unwritable`].
    pub fn new(mut input: R) -> Result<Self, ContainerError> {
        let mut bytes = Vec::new();
        read_up_to(&mut input, HEADER_SIZE, &mut bytes)?;
        let (header, name) = Header::from_bytes(&bytes)?;
        let codebook = Codebook::named(&name).unwrap_or_else(Codebook::standard);
        let mut reader = Self {
            input,
            counts: vec![StreamCount::default(); usize::from(header.channels)],
            storage: Storage::default(),
            header: Header { codebook, ..header },
            position: HEADER_SIZE as u64,
            offset: HEADER_SIZE as u64,
            next: None,
            payload: bytes,
            records: Vec::new(),
            #[cfg(feature = "pack")]
            unpacker: None,
            last: None,
            place: ChunkPlace::default(),
            index: None,
            progress: Progress::Reading,
        };
        reader.read_front(&name)?;
        if reader.header.codebook.name() != name {
            let is_cut = reader.progress == Progress::CutShort;
            return Err(match is_cut && reader.position == HEADER_SIZE as u64 {
                true => ContainerError::HeaderCutShort,
                false => ContainerError::UnknownCodebook { found: name },
            });
        }
        Ok(reader)
    }

    /// The file's header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Offset in bytes of the next chunk.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Where the chunk was that [`Self::read`] has returned last.
    pub fn place(&self) -> ChunkPlace {
        self.place
    }

    /// How the records that [`Self::read`] has returned are stored. Whether there is an index is known only
    /// at the end of the file.
    pub fn storage(&self) -> Storage {
        Storage { has_index: self.index.is_some(), ..self.storage }
    }

    /// The next chunk of records: the number of a stream, and the records to be appended to that stream.
    /// `None` at the end of the file; [`Self::is_complete`] tells whether it was cut short.
    ///
    /// # Errors
    /// Any [`ContainerError`] that may come behind the header, with the position of the chunk or record.
    pub fn read(&mut self) -> Result<Option<(usize, &[Record])>, ContainerError> {
        while self.progress == Progress::Reading {
            let Some(chunk) = self.read_chunk()? else {
                self.progress = Progress::CutShort;
                break;
            };
            self.check_order(chunk)?;
            match chunk.kind {
                Some(Kind::Records) => {
                    self.read_records(chunk)?;
                    self.count_records(chunk)?;
                    self.pass(chunk);
                    return Ok(Some((chunk.stream.into(), &self.records)));
                }
                Some(Kind::Index) => self.read_places(chunk)?,
                Some(Kind::End) => self.progress = Progress::Complete(self.read_totals(chunk)?),
                _ => (),
            }
            self.pass(chunk);
        }
        Ok(None)
    }

    /// Whether the file has been read to its end chunk. This is known only after [`Self::read`]
    /// has returned `None`.
    pub fn is_complete(&self) -> bool {
        self.totals().is_some()
    }

    /// The totals of the end chunk, once it has been read.
    pub fn totals(&self) -> Option<&Totals> {
        match &self.progress {
            Progress::Complete(totals) => Some(totals),
            Progress::Reading | Progress::CutShort => None,
        }
    }

    /// Reads the chunks before the first record, in a file that names a codebook.
    fn read_front(&mut self, codebook: &str) -> Result<(), ContainerError> {
        while let Some(chunk) = self.read_chunk_header()? {
            if chunk.kind.is_some_and(|kind| kind >= Kind::Records) {
                self.next = Some(chunk);
                return Ok(());
            }
            if !self.read_payload(chunk)? {
                break;
            }
            self.check_order(chunk)?;
            match chunk.kind {
                Some(Kind::Codebook) => self.read_codebook(codebook)?,
                Some(Kind::Settings) => {
                    settings::read(&self.payload, &mut self.header.settings)
                        .map_err(|(at, rule)| self.damaged_at(at, rule))?;
                }
                Some(Kind::Tags) => {
                    self.header.tags = Tags::from_bytes(&self.payload, chunk.count)
                        .map_err(|(at, rule)| self.damaged_at(at, rule))?;
                }
                Some(Kind::Excerpt) => self.read_excerpt()?,
                _ => (),
            }
            self.pass(chunk);
        }
        self.progress = Progress::CutShort;
        Ok(())
    }

    /// Reads a chunk's header and its payload, and checks both checksums. `None` if the input ends
    /// before them.
    fn read_chunk(&mut self) -> Result<Option<ChunkHeader>, ContainerError> {
        let chunk = match self.next.take() {
            Some(chunk) => chunk,
            None => match self.read_chunk_header()? {
                Some(chunk) => chunk,
                None => return Ok(None),
            },
        };
        Ok(self.read_payload(chunk)?.then_some(chunk))
    }

    fn read_chunk_header(&mut self) -> Result<Option<ChunkHeader>, ContainerError> {
        self.read_bytes(CHUNK_HEADER_SIZE)?;
        let Some(bytes) = self.payload.first_chunk() else { return Ok(None) };
        let position = self.position;
        ChunkHeader::from_bytes(bytes).map(Some).map_err(|error| match error {
            ChunkError::Damaged(reason) => self.damaged(reason),
            ChunkError::Unknown(what, code) => {
                ContainerError::UnknownChunk { position, what, code }
            }
        })
    }

    /// Reads the payload behind a chunk's header. Returns whether all of it is there.
    fn read_payload(&mut self, chunk: ChunkHeader) -> Result<bool, ContainerError> {
        self.read_bytes(chunk.size)?;
        if self.payload.len() < chunk.size {
            return Ok(false);
        }
        if crc32fast::hash(&self.payload) != chunk.checksum {
            return Err(self.damaged("the checksum of the chunk's payload does not match"));
        }
        Ok(true)
    }

    /// Replaces the payload by the next bytes, or fewer at the end of the input.
    fn read_bytes(&mut self, size: usize) -> Result<(), ContainerError> {
        read_up_to(&mut self.input, size, &mut self.payload)?;
        self.offset += self.payload.len() as u64;
        Ok(())
    }

    /// Goes on behind a chunk.
    fn pass(&mut self, chunk: ChunkHeader) {
        self.position += (CHUNK_HEADER_SIZE + chunk.size) as u64;
    }

    /// Checks that a chunk may follow the last one.
    fn check_order(&mut self, chunk: ChunkHeader) -> Result<(), ContainerError> {
        let Some(kind) = chunk.kind else { return Ok(()) };
        let is_first = self.position == HEADER_SIZE as u64;
        let follows = match self.last {
            _ if kind == Kind::Codebook => is_first,
            Some(last) => last < kind || last == kind && kind.is_of_stream(),
            None => true,
        };
        if !follows {
            let name = kind.name();
            return Err(self.damaged(&format!(
                "the {name} chunk is out of place: codebook, settings, tags, lead-in, records, index \
                 and end come in this order"
            )));
        }
        if kind < Kind::Records && kind != Kind::Tags && chunk.count != 0 {
            return Err(self.damaged(&format!("a {} chunk has no records", kind.name())));
        }
        self.last = Some(kind);
        Ok(())
    }

    /// Decodes the payload of a codebook of that name.
    fn read_codebook(&mut self, name: &str) -> Result<(), ContainerError> {
        self.header.codebook =
            own_codebook::from_bytes(&self.payload, name).map_err(|rule| self.damaged(rule))?;
        Ok(())
    }

    /// Decodes the payload of the chunk that makes the file an excerpt.
    fn read_excerpt(&mut self) -> Result<(), ContainerError> {
        let Ok(bytes) = self.payload.as_slice().try_into() else {
            return Err(self.damaged("the chunk of a lead-in has 4 bytes"));
        };
        self.header.lead_in = Some(u32::from_le_bytes(bytes));
        // The offset is that of a header's field; here it is the chunk that is wrong.
        self.header.check().map_err(|(_, rule)| self.damaged(rule))
    }

    /// Decodes the payload of a chunk of records.
    fn read_records(&mut self, chunk: ChunkHeader) -> Result<(), ContainerError> {
        if usize::from(chunk.stream) >= self.counts.len() {
            return Err(self.damaged("the chunk belongs to a stream that does not exist"));
        }
        self.records.clear();
        match chunk.encoding {
            Encoding::Plain => self.read_plain(chunk.count)?,
            Encoding::Packed => self.unpack(chunk.count)?,
        }
        if self.records.is_empty() {
            return Err(self.damaged("a chunk of records has at least one"));
        }
        Ok(())
    }

    fn read_plain(&mut self, count: u32) -> Result<(), ContainerError> {
        let (records, rest) = self.payload.as_chunks::<{ Record::BYTES }>();
        if records.len() != count as usize || !rest.is_empty() {
            return Err(self.damaged("the chunk's size does not match its number of records"));
        }
        self.records.reserve(records.len());
        for bytes in records {
            match Record::from_bytes(*bytes) {
                Ok(record) => self.records.push(record),
                Err(error) => {
                    return Err(self.damaged_at(self.records.len() * Record::BYTES, &error));
                }
            }
        }
        Ok(())
    }

    #[cfg(feature = "pack")]
    fn unpack(&mut self, count: u32) -> Result<(), ContainerError> {
        let unpacker = match &mut self.unpacker {
            Some(unpacker) => unpacker,
            none => none.insert(super::pack::Unpacker::new()?),
        };
        unpacker
            .unpack(&self.payload, count as usize, &mut self.records)
            .map_err(|rule| self.damaged(rule))
    }

    #[cfg(not(feature = "pack"))]
    fn unpack(&mut self, _count: u32) -> Result<(), ContainerError> {
        Err(ContainerError::CannotUnpack)
    }

    /// Counts the records of a chunk, none of which may go beyond the length that the header states.
    fn count_records(&mut self, chunk: ChunkHeader) -> Result<(), ContainerError> {
        let stream = usize::from(chunk.stream);
        let StreamCount { records, cursor, last, found, .. } = &mut self.counts[stream];
        let Cursor { frame, level } = *cursor;
        self.place = ChunkPlace { position: self.position, frame, level };
        found.update(&self.place.to_bytes());
        self.storage.chunks += 1;
        self.storage.packed_chunks += u64::from(chunk.encoding == Encoding::Packed);
        self.storage.bytes += chunk.size as u64;
        let most = self.header.frames.unwrap_or(u64::MAX);
        let added = self.records.iter().map(|record| u64::from(record.length())).sum::<u64>();
        cursor.frame = frame.saturating_add(added);
        *records += self.records.len() as u64;
        *last = self.records.last().map_or(*last, |record| record.length());
        let last_curve = self.records.iter().rev().find(|record| !record.is_hold());
        cursor.level = last_curve.map_or(cursor.level, |curve| curve.end(0));
        if cursor.frame <= most {
            return Ok(());
        }
        let reason =
            format!("stream {stream} is longer than the {most} frames that the header states");
        if chunk.encoding == Encoding::Packed {
            return Err(self.damaged(&reason));
        }
        let within = Cursor { frame, level }.advance(&self.records, most);
        Err(self.damaged_at(within * Record::BYTES, &reason))
    }

    /// Takes note of places in the index, to be compared with those that were found at the end.
    fn read_places(&mut self, chunk: ChunkHeader) -> Result<(), ContainerError> {
        self.check_places(chunk)?;
        let Some(StreamCount { listed, .. }) = self.counts.get_mut(usize::from(chunk.stream))
        else {
            return Err(self.damaged("the index belongs to a stream that does not exist"));
        };
        listed.update(&self.payload);
        self.index.get_or_insert(self.position);
        Ok(())
    }

    fn check_places(&self, chunk: ChunkHeader) -> Result<(), ContainerError> {
        if self.payload.len() != chunk.count as usize * PLACE_SIZE {
            return Err(self.damaged("the chunk's size does not match its number of places"));
        }
        Ok(())
    }

    /// Decodes the payload of the end chunk and compares it with what has been read.
    fn read_totals(&self, chunk: ChunkHeader) -> Result<Totals, ContainerError> {
        let (totals, index) = self.parse_totals(chunk)?;
        let Totals { frames, ref records } = totals;
        if !self.counts.iter().map(|count| count.records).eq(records.iter().copied()) {
            return Err(self.damaged("the end chunk counts other records than the file has"));
        }
        let lead_in = self.header.lead_in.map(u64::from);
        let end = frames.saturating_add(lead_in.unwrap_or(0));
        let fits = |count: &StreamCount| {
            // Of an excerpt's last record only a part may be heard.
            let length = count.cursor.frame;
            let is_longer = length > end && length - u64::from(count.last) < end;
            length == end || lead_in.is_some() && is_longer
        };
        if !self.counts.iter().all(fits) || self.header.frames.is_some_and(|all| all != frames) {
            return Err(self.damaged("the streams are not as long as the file claims"));
        }
        let is_right =
            |count: &StreamCount| count.found.clone().finalize() == count.listed.clone().finalize();
        if index != self.index || index.is_some() && !self.counts.iter().all(is_right) {
            return Err(self.damaged("the index lists other chunks than the file has"));
        }
        Ok(totals)
    }

    /// The totals of an end chunk, and the position of the index if there is one.
    fn parse_totals(&self, chunk: ChunkHeader) -> Result<(Totals, Option<u64>), ContainerError> {
        let (numbers, rest) = self.payload.as_chunks();
        let numbers: Vec<u64> = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        let streams = self.counts.len();
        match (&numbers[..], rest) {
            (&[frames, index, ref records @ ..], [])
                if records.len() == streams && chunk.count as usize == streams =>
            {
                let totals = Totals { frames, records: records.to_vec() };
                Ok((totals, (index > 0).then_some(index)))
            }
            _ => Err(self.damaged("the end chunk does not match the number of streams")),
        }
    }

    fn damaged(&self, reason: &str) -> ContainerError {
        ContainerError::Damaged { position: self.position, reason: reason.to_owned() }
    }

    /// Damage at an offset in the payload.
    fn damaged_at(&self, offset: usize, reason: &(impl ToString + ?Sized)) -> ContainerError {
        let position = self.position + (CHUNK_HEADER_SIZE + offset) as u64;
        ContainerError::Damaged { position, reason: reason.to_string() }
    }

    /// Reads on to the end and makes the index of what it finds, calling `on_records` for each chunk with
    /// its stream and its records.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub fn scan(
        &mut self,
        mut on_records: impl FnMut(usize, &[Record]),
    ) -> Result<Index, ContainerError> {
        let mut streams = vec![Vec::new(); self.counts.len()];
        while let Some((stream, records)) = self.read()? {
            on_records(stream, records);
            streams[stream].push(self.place);
        }
        let shortest = self.counts.iter().map(|count| count.cursor.frame).min().unwrap_or(0);
        let lead_in = u64::from(self.header.lead_in.unwrap_or(0));
        let totals = self.totals().cloned();
        let frames = totals.as_ref().map_or(shortest.saturating_sub(lead_in), |all| all.frames);
        Ok(Index { streams, frames, totals })
    }
}

impl<R: Read + Seek> Reader<R> {
    /// The index, if the file has one that is whole, and its end. Otherwise [`Self::scan`] makes one, or
    /// says what is wrong. [`Self::read`] goes on where it was.
    ///
    /// # Errors
    /// [`ContainerError::Io`].
    pub fn index(&mut self) -> Result<Option<Index>, ContainerError> {
        let position = self.position;
        let index = self.find_index();
        self.go_to(position)?;
        match index {
            Err(error @ ContainerError::Io(_)) => Err(error),
            // Also if something follows the file and looks like its end.
            index => Ok(index.ok().flatten()),
        }
    }

    fn find_index(&mut self) -> Result<Option<Index>, ContainerError> {
        let here = self.input.stream_position()?;
        let size = self.input.seek(SeekFrom::End(0))?.saturating_sub(here - self.offset);
        self.offset = size;
        let end_size = CHUNK_HEADER_SIZE + size_of::<u64>() * (2 + self.counts.len());
        let Some(end) = size.checked_sub(end_size as u64) else { return Ok(None) };
        self.go_to(end)?;
        let chunk = self.read_chunk()?.filter(|chunk| chunk.kind == Some(Kind::End));
        let Some(chunk) = chunk else { return Ok(None) };
        let (totals, Some(start)) = self.parse_totals(chunk)? else { return Ok(None) };
        let streams = vec![Vec::new(); self.counts.len()];
        let mut index = Index { streams, frames: totals.frames, totals: Some(totals) };
        if !(HEADER_SIZE as u64..end).contains(&start) {
            return Ok(None);
        }
        self.go_to(start)?;
        while self.position < end {
            let chunk = self.read_chunk()?.filter(|chunk| chunk.kind == Some(Kind::Index));
            let Some(chunk) = chunk else { return Ok(None) };
            self.check_places(chunk)?;
            index
                .add(chunk.stream.into(), &self.payload, (HEADER_SIZE as u64, start))
                .map_err(|rule| self.damaged(rule))?;
            self.pass(chunk);
        }
        Ok(Some(index))
    }

    /// Makes a chunk the next one.
    fn go_to(&mut self, position: u64) -> Result<(), ContainerError> {
        // Stays within the input's buffer if it can.
        self.input.seek_relative(position.wrapping_sub(self.offset) as i64)?;
        (self.position, self.offset) = (position, position);
        self.next = None;
        Ok(())
    }

    /// Reads a chunk of records again, by the [`Self::position`] that was next before it was first
    /// read. Returns the number of its stream and its records, and does not count them.
    ///
    /// A stream that is silent for long writes nothing while others write many chunks. Reading each
    /// stream's chunks as they are needed keeps no more than one of each in memory.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Damaged`] if there is no such chunk.
    pub fn read_at(&mut self, position: u64) -> Result<(usize, &[Record]), ContainerError> {
        self.go_to(position)?;
        let chunk = self.read_chunk()?.filter(|chunk| chunk.kind == Some(Kind::Records));
        let Some(chunk) = chunk else {
            return Err(self.damaged("the chunk is gone; the file changed while it was being read"));
        };
        self.read_records(chunk)?;
        self.pass(chunk);
        Ok((chunk.stream.into(), &self.records))
    }
}

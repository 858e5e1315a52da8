//! The link from the audio thread to the editor: the samples and records that were played, and peak
//! meters.
//!
//! The audio thread owns a [`CaptureInput`] and the editor a [`CaptureOutput`], which outlives its
//! windows. Between them lie four lock-free rings: the codec's input (one ring of `f32` a channel),
//! the records, and the [`PacketHeader`]s that say how both belong together.
//!
//! # Real-time considerations
//!
//! The audio thread never waits, allocates or frees. While no window is open it does one atomic load
//! a block. Frames are gathered in a [`Packet`] and copied into the rings slice by slice, the header
//! last, so the reader either finds a whole packet or none. If one of the rings lacks the room, the
//! whole packet is dropped and the editor finds a gap between two packets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atomic_float::AtomicF32;
use fearless_simd::{Level as SimdLevel, dispatch};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::codec::{Record, RecordEvent, StereoMode, to_f32};
use crate::effect::{MAX_CHANNELS, PlayedFrames, RUN_FRAMES, Tap};

/// A packet is sent once it has this many frames: few enough (1.5 ms at 44.1 kHz) to add no visible
/// delay, and enough that its fixed cost hardly counts even in blocks of one frame.
const SEND_FRAMES: usize = 64;

/// The most frames in a packet: one too few to be sent, plus what the effect plays in one go.
pub const MAX_PACKET_FRAMES: usize = SEND_FRAMES - 1 + RUN_FRAMES;

/// Capacity of the link in frames: 40 ms at 384 kHz, the highest rate in use, for an editor that
/// reads every 33 ms. That is 80 ms at 192 kHz and 348 ms at 44.1 kHz.
pub const CAPACITY_FRAMES: usize = 384_000 * 40 / 1000;

/// Capacity in records: in the worst case every sample of every channel is a record.
const CAPACITY_RECORDS: usize = CAPACITY_FRAMES * MAX_CHANNELS;

/// Capacity in packets of the usual size, [`SEND_FRAMES`] or more.
const CAPACITY_PACKETS: usize = CAPACITY_FRAMES / SEND_FRAMES;

/// Memory of a link in bytes: its rings, and the packet at either end.
pub const MEMORY_BYTES: usize = CAPACITY_FRAMES * MAX_CHANNELS * size_of::<f32>()
    + CAPACITY_RECORDS * size_of::<PacketRecord>()
    + CAPACITY_PACKETS * size_of::<PacketHeader>()
    + 2 * size_of::<Packet>();
const _: () = assert!(MEMORY_BYTES <= 512 << 10, "every instance of the plugin has one");

/// What the samples and records of a packet have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PacketHeader {
    /// Position of the first frame in the stream of records.
    pub position: u64,
    /// Counts the resets of the effect: positions compare only within one generation.
    pub generation: u32,
    /// The number of frames, up to [`MAX_PACKET_FRAMES`].
    pub frames: u16,
    /// The number of records that begin in these frames, in all channels.
    records: u16,
    /// The number of the codebook in which these frames were encoded.
    pub codebook: u16,
    /// The number of channels, 1 or 2.
    pub channels: u8,
    /// The stereo mode in which these frames were encoded.
    pub stereo: StereoMode,
}

/// A [`RecordEvent`] in 12 bytes instead of 24: its position counts from the packet's.
#[derive(Debug, Clone, Copy)]
struct PacketRecord {
    record: Record,
    start: i16,
    offset: u8,
    stream: u8,
}
const _: () = assert!(MAX_PACKET_FRAMES <= 1 << u8::BITS);

impl Default for PacketRecord {
    fn default() -> Self {
        Self { record: Record::hold(1), start: 0, offset: 0, stream: 0 }
    }
}

/// Consecutive frames of one stereo mode and codebook, and all records that begin in them.
#[derive(Debug, Clone)]
pub struct Packet {
    /// What the frames have in common.
    pub header: PacketHeader,
    samples: [[f32; MAX_PACKET_FRAMES]; MAX_CHANNELS],
    records: [PacketRecord; MAX_PACKET_FRAMES * MAX_CHANNELS],
}

impl Default for Packet {
    fn default() -> Self {
        Self {
            header: PacketHeader::default(),
            samples: [[0.0; MAX_PACKET_FRAMES]; MAX_CHANNELS],
            records: [PacketRecord::default(); MAX_PACKET_FRAMES * MAX_CHANNELS],
        }
    }
}

impl Packet {
    /// The codec's input, one slice of [`PacketHeader::frames`] samples for each channel.
    pub fn samples(&self) -> impl Iterator<Item = &[f32]> {
        let PacketHeader { channels, frames, .. } = self.header;
        self.samples[..usize::from(channels)].iter().map(move |row| &row[..usize::from(frames)])
    }

    /// The records that begin in these frames, in order within each stream.
    pub fn records(&self) -> impl Iterator<Item = RecordEvent> {
        let PacketHeader { position, records, .. } = self.header;
        self.records[..usize::from(records)].iter().map(move |record| {
            let &PacketRecord { record, start, offset, stream } = record;
            RecordEvent { stream, position: position + u64::from(offset), start, record }
        })
    }

    fn clear(&mut self) {
        (self.header.frames, self.header.records) = (0, 0);
    }
}

/// Whether the editor looks, and the peaks since it last did.
#[derive(Debug, Default)]
pub struct Meters {
    open: AtomicBool,
    input: [AtomicF32; MAX_CHANNELS],
    output: [AtomicF32; MAX_CHANNELS],
    /// Auto gain's factor; NaN while it is off.
    matched_gain: AtomicF32,
}

impl Meters {
    /// Tells the audio thread whether a window shows what is played. May be called by any thread.
    pub fn set_open(&self, open: bool) {
        self.open.store(open, Ordering::Release);
    }

    /// The highest absolute sample of the input since the last call, by channel.
    pub fn take_input(&self) -> [f32; MAX_CHANNELS] {
        self.input.each_ref().map(|peak| peak.swap(0.0, Ordering::Relaxed))
    }

    /// Whether any absolute sample was above `level` since the last calls of
    /// [`take_input`](Self::take_input) and [`take_output`](Self::take_output).
    pub fn is_above(&self, level: f32) -> bool {
        self.input.iter().chain(&self.output).any(|peak| peak.load(Ordering::Relaxed) > level)
    }

    /// The gain in dB with which auto gain matches the loudness, if it is on.
    pub fn matched_gain(&self) -> Option<f32> {
        let gain = self.matched_gain.load(Ordering::Relaxed);
        // 0 until the first block.
        (gain > 0.0).then(|| 20.0 * gain.log10())
    }

    /// The highest absolute sample of the output since the last call, by channel.
    pub fn take_output(&self) -> [f32; MAX_CHANNELS] {
        self.output.each_ref().map(|peak| peak.swap(0.0, Ordering::Relaxed))
    }
}

/// The audio thread's end of the link.
pub struct CaptureInput {
    samples: [Producer<f32>; MAX_CHANNELS],
    records: Producer<PacketRecord>,
    headers: Producer<PacketHeader>,
    meters: Arc<Meters>,
    /// Whether a window was open when the current block began.
    capturing: bool,
    /// Gathers frames until there are enough to be sent.
    packet: Box<Packet>,
    /// The SIMD instructions of this processor. A function has them only if it is inlined.
    simd_level: SimdLevel,
}

/// The editor's end of the link.
pub struct CaptureOutput {
    samples: [Consumer<f32>; MAX_CHANNELS],
    records: Consumer<PacketRecord>,
    headers: Consumer<PacketHeader>,
    /// The peaks, and the switch that a window turns on.
    pub meters: Arc<Meters>,
    packet: Box<Packet>,
}

/// Makes both ends of a link.
pub fn capture() -> (CaptureInput, CaptureOutput) {
    let (left_in, left_out) = RingBuffer::new(CAPACITY_FRAMES);
    let (right_in, right_out) = RingBuffer::new(CAPACITY_FRAMES);
    let (records_in, records_out) = RingBuffer::new(CAPACITY_RECORDS);
    let (headers_in, headers_out) = RingBuffer::new(CAPACITY_PACKETS);
    let meters = Arc::<Meters>::default();
    let input = CaptureInput {
        samples: [left_in, right_in],
        records: records_in,
        headers: headers_in,
        meters: meters.clone(),
        capturing: false,
        packet: Box::default(),
        simd_level: SimdLevel::new(),
    };
    let output = CaptureOutput {
        samples: [left_out, right_out],
        records: records_out,
        headers: headers_out,
        meters,
        packet: Box::default(),
    };
    (input, output)
}

impl CaptureOutput {
    /// Starts capturing for a new window, which is not to see what was played for an earlier one.
    pub fn open(&mut self) {
        while self.receive().is_some() {}
        self.meters.set_open(true);
    }

    /// The next packet, if one has arrived.
    pub fn receive(&mut self) -> Option<&Packet> {
        let packet = &mut *self.packet;
        packet.header = self.headers.pop().ok()?;
        let PacketHeader { frames, records, channels, .. } = packet.header;
        let rows = self.samples.iter_mut().zip(&mut packet.samples).take(channels.into());
        let mut whole = true;
        for (ring, row) in rows {
            whole &= ring.pop_entire_slice(&mut row[..usize::from(frames)]).is_ok();
        }
        whole &= self.records.pop_entire_slice(&mut packet.records[..usize::from(records)]).is_ok();
        debug_assert!(whole, "a packet's header arrived before the rest of it");
        Some(packet)
    }
}

impl CaptureInput {
    /// Starts a new stream, with positions from 0.
    pub fn reset(&mut self) {
        self.packet.clear();
        self.packet.header.generation = self.packet.header.generation.wrapping_add(1);
    }

    /// Call before a block is processed: looks whether a window is open, and meters the input.
    pub fn begin_block(&mut self, channels: &[&mut [f32]]) {
        let open = self.meters.open.load(Ordering::Acquire);
        if open != self.capturing {
            self.packet.clear();
            self.capturing = open;
        }
        if open {
            dispatch!(self.simd_level, _simd => meter(&self.meters.input, channels));
        }
    }

    /// Call after a block was processed: meters the output.
    pub fn end_block(&self, channels: &[&mut [f32]]) {
        if self.capturing {
            dispatch!(self.simd_level, _simd => meter(&self.meters.output, channels));
        }
    }

    /// Shows the gain, as a factor, with which auto gain matches the loudness, if it is on.
    pub fn set_matched_gain(&self, gain: Option<f64>) {
        if self.capturing {
            self.meters
                .matched_gain
                .store(gain.map_or(f32::NAN, |gain| gain as f32), Ordering::Relaxed);
        }
    }

    /// Sends the packet, or drops it if the editor is late.
    fn send(&mut self) {
        let packet = &mut *self.packet;
        let header = packet.header;
        let (frames, records) = (usize::from(header.frames), usize::from(header.records));
        // Only the reader changes these numbers meanwhile, and only upwards.
        let has_room =
            self.samples[..usize::from(header.channels)].iter().all(|ring| ring.slots() >= frames)
                && self.records.slots() >= records
                && self.headers.slots() > 0;
        if has_room {
            let rows = self.samples.iter_mut().zip(&packet.samples).take(header.channels.into());
            let mut sent = true;
            for (ring, row) in rows {
                sent &= ring.push_entire_slice(&row[..frames]).is_ok();
            }
            sent &= self.records.push_entire_slice(&packet.records[..records]).is_ok();
            // Last, since this is what the reader looks for.
            sent &= self.headers.push(header).is_ok();
            debug_assert!(sent, "a ring that had room was full");
        }
        packet.clear();
    }
}

impl Tap for CaptureInput {
    fn is_listening(&self) -> bool {
        self.capturing
    }

    fn frames(&mut self, played: &PlayedFrames) {
        if !self.capturing {
            return;
        }
        let &PlayedFrames { position, stereo, codebook, original, records, .. } = played;
        let PacketHeader { position: first, generation, frames, .. } = self.packet.header;
        let follows = position == first + u64::from(frames)
            && stereo == self.packet.header.stereo
            && codebook == self.packet.header.codebook;
        if frames > 0 && !follows {
            self.send();
        }
        let Packet { header, samples, records: packet_records } = &mut *self.packet;
        if header.frames == 0 {
            let channels = original.len() as u8;
            *header = PacketHeader { position, generation, codebook, channels, stereo, ..*header };
        }
        let at = usize::from(header.frames);
        dispatch!(self.simd_level, _simd => append(samples, at, original));
        for (to, event) in packet_records[usize::from(header.records)..].iter_mut().zip(records) {
            let &RecordEvent { stream, position, start, record } = event;
            let offset = (position - header.position) as u8;
            *to = PacketRecord { record, start, offset, stream };
        }
        header.records += records.len() as u16;
        header.frames += original.first().map_or(0, |row| row.len()) as u16;
        if usize::from(header.frames) >= SEND_FRAMES {
            self.send();
        }
    }
}

/// Writes the streams' samples into the rows from frame `at` on.
#[inline(always)]
fn append(rows: &mut [[f32; MAX_PACKET_FRAMES]; MAX_CHANNELS], at: usize, streams: &[&[f64]]) {
    for (row, stream) in rows.iter_mut().zip(streams) {
        for (to, &x) in row[at..].iter_mut().zip(*stream) {
            *to = to_f32(x);
        }
    }
}

/// Raises the peaks to the highest absolute sample of a block. On the bits, which are in the order of
/// the numbers, since a processor may be slow with subnormal numbers; those do not count, nor does NaN.
#[inline(always)]
fn meter(peaks: &[AtomicF32; MAX_CHANNELS], channels: &[&mut [f32]]) {
    for (peak, channel) in peaks.iter().zip(channels) {
        let highest = channel.iter().map(|x| magnitude(*x)).fold(0, i32::max);
        if highest < f32::MIN_POSITIVE.to_bits() as i32 {
            continue;
        }
        let highest = f32::from_bits(highest as u32);
        // Mostly the peak stays, and a load is cheaper than a read-modify-write.
        if highest > peak.load(Ordering::Relaxed) {
            peak.fetch_max(highest, Ordering::Relaxed);
        }
    }
}

/// The bits of a sample's absolute value, or 0 for NaN.
#[inline(always)]
fn magnitude(sample: f32) -> i32 {
    let bits = (sample.to_bits() & i32::MAX as u32) as i32;
    if bits <= f32::INFINITY.to_bits() as i32 { bits } else { 0 }
}

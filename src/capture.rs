//! The link from the audio thread to the editor: what was played, and the meters.
//!
//! The audio thread owns a [`CaptureInput`] and only ever writes, without waiting, and only while a
//! window is open. The editor owns the [`CaptureOutput`], which outlives its windows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atomic_float::AtomicF32;

use crate::codec::{RecordEvent, StereoMode};
use crate::effect::{CHUNK_FRAMES, Chunk, MAX_CHANNELS, Tap};

/// A packet travels as soon as it has this many frames: enough to make the queue cheap, and short
/// enough (1.5 ms at 44.1 kHz) not to be seen.
const FULL_PACKET: usize = 64;

/// The most frames a packet holds: what it had before the last chunk, and that chunk.
const PACKET_FRAMES: usize = FULL_PACKET - 1 + CHUNK_FRAMES;

/// How many packets the queue holds. A full queue drops whole packets.
const QUEUE_PACKETS: usize = 256;

/// How many frames the queue holds at least: 0.37 s at 44.1 kHz, but 85 ms at 192 kHz.
pub const QUEUE_FRAMES: usize = QUEUE_PACKETS * FULL_PACKET;

/// A few consecutive frames and every record that begins in them.
#[derive(Debug, Clone, Copy)]
pub struct Packet {
    /// Counts the resets: packets of different streams do not belong together.
    pub generation: u32,
    /// Position of the first frame in the stream of records.
    pub position: u64,
    /// The number of streams, 1 or 2.
    pub streams: usize,
    /// How the two streams relate to left and right.
    pub stereo: StereoMode,
    /// What went into the codec, by stream; [`Self::frames`] of each are valid.
    pub original: [[f32; PACKET_FRAMES]; MAX_CHANNELS],
    /// The number of frames.
    pub frames: usize,
    records: [Option<RecordEvent>; PACKET_FRAMES * MAX_CHANNELS],
    record_count: usize,
}

impl Packet {
    fn new() -> Self {
        Self {
            generation: 0,
            position: 0,
            streams: 0,
            stereo: StereoMode::LeftRight,
            original: [[0.0; PACKET_FRAMES]; MAX_CHANNELS],
            frames: 0,
            records: [None; PACKET_FRAMES * MAX_CHANNELS],
            record_count: 0,
        }
    }

    /// The records that begin in these frames, in order within each stream.
    pub fn records(&self) -> impl Iterator<Item = RecordEvent> + '_ {
        self.records[..self.record_count].iter().flatten().copied()
    }

    fn clear(&mut self) {
        self.frames = 0;
        self.record_count = 0;
    }
}

/// Peaks since the editor last looked, and whether it looks at all.
#[derive(Debug, Default)]
pub struct Meters {
    open: AtomicBool,
    input: [AtomicF32; MAX_CHANNELS],
    output: [AtomicF32; MAX_CHANNELS],
}

impl Meters {
    /// The highest absolute sample of the input since the last call, by channel.
    pub fn take_input(&self) -> [f32; MAX_CHANNELS] {
        self.input.each_ref().map(|peak| peak.swap(0.0, Ordering::Relaxed))
    }

    /// The highest absolute sample of the output since the last call, by channel.
    pub fn take_output(&self) -> [f32; MAX_CHANNELS] {
        self.output.each_ref().map(|peak| peak.swap(0.0, Ordering::Relaxed))
    }

    fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }
}

/// The audio thread's end.
pub struct CaptureInput {
    queue: rtrb::Producer<Packet>,
    packet: Packet,
    meters: Arc<Meters>,
    /// Whether a window was open when the current packet was begun.
    capturing: bool,
}

/// The editor's end.
pub struct CaptureOutput {
    queue: rtrb::Consumer<Packet>,
    /// The peaks.
    pub meters: Arc<Meters>,
}

/// Makes both ends of a link.
pub fn capture() -> (CaptureInput, CaptureOutput) {
    let (producer, consumer) = rtrb::RingBuffer::new(QUEUE_PACKETS);
    let meters = Arc::new(Meters::default());
    let input = CaptureInput {
        queue: producer,
        packet: Packet::new(),
        meters: meters.clone(),
        capturing: false,
    };
    (input, CaptureOutput { queue: consumer, meters })
}

impl CaptureOutput {
    /// Something is there to look at what is played from now on.
    pub fn open(&mut self) {
        while self.receive().is_some() {}
        self.meters.open.store(true, Ordering::Release);
    }

    /// Nothing looks any more; nothing is captured until [`Self::open`].
    pub fn close(&mut self) {
        self.meters.open.store(false, Ordering::Release);
    }

    /// The next packet, if one has arrived.
    pub fn receive(&mut self) -> Option<Packet> {
        self.queue.pop().ok()
    }
}

impl CaptureInput {
    /// A new stream begins.
    pub fn reset(&mut self) {
        self.packet.clear();
        self.packet.generation = self.packet.generation.wrapping_add(1);
    }

    /// Says what the next chunks belong to, and looks whether a window is open.
    pub fn begin(&mut self, stereo: StereoMode) {
        let open = self.meters.is_open();
        if open != self.capturing || stereo != self.packet.stereo {
            self.packet.clear();
            self.capturing = open;
            self.packet.stereo = stereo;
        }
    }

    /// Meters the input of a block.
    pub fn input(&self, channels: &[&mut [f32]]) {
        if self.capturing {
            meter(&self.meters.input, channels);
        }
    }

    /// Meters the output of a block.
    pub fn output(&self, channels: &[&mut [f32]]) {
        if self.capturing {
            meter(&self.meters.output, channels);
        }
    }
}

impl Tap for CaptureInput {
    fn is_listening(&self) -> bool {
        self.capturing
    }

    fn record(&mut self, played: RecordEvent) {
        if self.capturing
            && let Some(slot) = self.packet.records.get_mut(self.packet.record_count)
        {
            *slot = Some(played);
            self.packet.record_count += 1;
        }
    }

    fn chunk(&mut self, chunk: &Chunk) {
        if !self.capturing {
            return;
        }
        let packet = &mut self.packet;
        let frames = chunk.original.first().map_or(0, |stream| stream.len());
        if packet.frames == 0 {
            packet.position = chunk.position;
            packet.streams = chunk.original.len();
        }
        for (to, from) in packet.original.iter_mut().zip(chunk.original) {
            for (to, &from) in to[packet.frames..].iter_mut().zip(*from) {
                *to = from as f32;
            }
        }
        packet.frames += frames;
        if packet.frames >= FULL_PACKET {
            // A full queue means that the editor is late; it will see a gap, never half a packet.
            let _ = self.queue.push(*packet);
            packet.clear();
        }
    }
}

fn meter(peaks: &[AtomicF32; MAX_CHANNELS], channels: &[&mut [f32]]) {
    for (peak, channel) in peaks.iter().zip(channels) {
        let highest = channel.iter().fold(0.0_f32, |highest, x| highest.max(x.abs()));
        peak.fetch_max(highest, Ordering::Relaxed);
    }
}

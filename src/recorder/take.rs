//! A file of a recording.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Format;
use super::text;
use crate::codec::{Codebook, Record, Settings, StereoMode};
use crate::container::lead_in::{Place, lead_in};
use crate::container::{ContainerError, Header, Writer};

/// How often what has arrived is written, so that a crash costs no more.
const FLUSH: Duration = Duration::from_secs(1);

/// How often the disk is asked to have it, so that a power failure costs no more.
const SYNC: Duration = Duration::from_secs(5);

/// What may not change within a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// The index of what the plugin was activated with.
    pub format: u16,
    pub stereo: StereoMode,
    /// The number of the session's codebook.
    pub codebook: u16,
}

/// A file that is being written.
pub(super) struct Take {
    pub kind: Kind,
    /// Position of the next frame in the stream of records.
    pub position: u64,
    /// Its length so far.
    frames: u64,
    /// In Hz.
    sample_rate: f64,
    path: PathBuf,
    writer: Writer<Counted>,
    flushed: Instant,
    synced: Instant,
}

/// A file that is complete.
pub(super) struct Finished {
    pub path: PathBuf,
    pub bytes: u64,
    pub seconds: f64,
}

/// A file, and how many bytes have been written to it.
struct Counted {
    file: File,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Take {
    /// Begins a file, which `create` makes, in which the first frame is at `position` and the streams stand at
    /// these places.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn create(
        create: impl FnOnce() -> Result<(PathBuf, File), String>,
        kind: Kind,
        format: Format,
        codebook: &Arc<Codebook>,
        settings: Settings,
        position: u64,
        places: &[Place],
    ) -> Result<Self, String> {
        let Format { sample_rate, channels } = format;
        if sample_rate.fract() != 0.0 {
            return Err(format!(
                "A file cannot have a sample rate of {sample_rate} Hz, which is not a whole number. \
                 Choose another in the host."
            ));
        }
        let (frames, streams) = lead_in(places);
        let header = Header {
            // Front left and right, or front centre.
            channel_mask: if channels == 2 { 0b11 } else { 0b100 },
            settings: Settings { stereo: kind.stereo, ..settings },
            lead_in: Some(frames),
            ..Header::new(sample_rate as u32, channels, codebook)
        };
        let (path, file) = create()?;
        let mut take = match Writer::new(Counted { file, bytes: 0 }, header) {
            Ok(writer) => {
                let now = Instant::now();
                Self {
                    kind,
                    position,
                    frames: 0,
                    sample_rate,
                    path,
                    writer,
                    flushed: now,
                    synced: now,
                }
            }
            Err(error) => {
                // There is nothing in it, and nobody to tell if it stays.
                let _ = fs::remove_file(&path);
                return Err(format!(
                    "The recording {} cannot be written: {}. {}",
                    path.display(),
                    reason(&error),
                    remedy(&error)
                ));
            }
        };
        for (number, records) in streams.iter().enumerate() {
            take.write(number, records)?;
        }
        Ok(take)
    }

    /// Appends records to a stream.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn write(&mut self, stream: usize, records: &[Record]) -> Result<(), String> {
        self.writer.write(stream, records).map_err(|error| self.failed(&error))
    }

    /// Counts frames of which all records have been written.
    pub(super) fn advance(&mut self, frames: u16) {
        self.frames += u64::from(frames);
        self.position += u64::from(frames);
    }

    /// Writes the file out if it is time to.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn keep_safe(&mut self) -> Result<(), String> {
        if self.flushed.elapsed() < FLUSH {
            return Ok(());
        }
        self.writer.flush().map_err(|error| self.failed(&error))?;
        self.flushed = Instant::now();
        if self.synced.elapsed() >= SYNC {
            let synced = self.writer.output().file.sync_data();
            synced.map_err(|error| self.failed(&error.into()))?;
            self.synced = Instant::now();
        }
        Ok(())
    }

    /// Ends the file. Unless there is no time for it, it is on the disk then.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn finish(self, sync: bool) -> Result<Finished, String> {
        let seconds = self.seconds();
        let Self { path, writer, frames, .. } = self;
        let finish = || -> Result<u64, ContainerError> {
            let (Counted { file, bytes }, _) = writer.finish_at(frames)?;
            if sync {
                file.sync_all()?;
            }
            Ok(bytes)
        };
        match finish() {
            Ok(bytes) => Ok(Finished { path, bytes, seconds }),
            Err(error) => Err(failed(&path, seconds, &error)),
        }
    }

    /// Its length in seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.frames as f64 / self.sample_rate
    }

    /// How many bytes of it have been written.
    pub(super) fn bytes(&self) -> u64 {
        self.writer.output().bytes
    }

    fn failed(&self, error: &ContainerError) -> String {
        failed(&self.path, self.seconds(), error)
    }
}

/// Says that a file could not be written, and what of it there is.
fn failed(path: &Path, seconds: f64, error: &ContainerError) -> String {
    format!(
        "The recording ended after {}: {}. `extrema decode --salvage` reads what there is of {}. {}",
        text::time(seconds),
        reason(error),
        path.display(),
        remedy(error)
    )
}

fn reason(error: &ContainerError) -> String {
    match error {
        ContainerError::Io(error) => text::cause(error),
        error => error.to_string(),
    }
}

fn remedy(error: &ContainerError) -> &'static str {
    match error {
        ContainerError::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
            "Make room on the disk, then record again."
        }
        ContainerError::Io(_) => "Check the disk, then record again.",
        _ => "Record at another sample rate.",
    }
}

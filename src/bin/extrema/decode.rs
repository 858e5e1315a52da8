//! `extrema decode`

use std::path::PathBuf;

use clap::Args;
use extrema::audio_file::WavWriter;

use crate::options::Bits;
use crate::stored::{Stored, StoredOptions};

/// Decode a file to WAV
#[derive(Debug, Args)]
pub struct Decode {
    /// The .extrema file, or with --raw a raw stream
    input: PathBuf,
    /// The WAV file to write
    output: PathBuf,
    #[command(flatten)]
    stored: StoredOptions,
    /// How samples are written
    #[arg(long, value_enum, default_value_t)]
    bits: Bits,
}

impl Decode {
    pub fn run(&self) -> anyhow::Result<()> {
        crate::check_paths(&self.input, &self.output)?;
        let mut stored = Stored::open(&self.input, &self.stored)?;
        let (rate, channels) = (stored.sample_rate(), stored.channels());
        let mut writer = WavWriter::create(&self.output, rate, channels, self.bits.into())?;
        let progress = crate::progress(stored.header().and_then(|header| header.frames), rate);
        let mut block = Vec::new();
        let mut frames = 0;
        while stored.read(&mut block, |_, _| ())? {
            let channels: Vec<&[f64]> = block.iter().map(Vec::as_slice).collect();
            writer.write(&channels)?;
            frames += channels[0].len();
            progress.inc(channels[0].len() as u64);
        }
        writer.finish()?;
        progress.finish_and_clear();
        if !stored.is_complete() {
            eprintln!(
                "extrema: warning: {} was cut short; its first {frames} frames were decoded, up \
                 to the last whole chunk",
                self.input.display()
            );
        }
        Ok(())
    }
}

//! `extrema decode`

use std::path::PathBuf;

use clap::Args;
use extrema::audio_file::WavWriter;

use crate::encoded_file::{EncodedFile, RawOptions};
use crate::options::Bits;

/// Decode an .extrema file to WAV
#[derive(Debug, Args)]
pub struct Decode {
    /// Encoded file to read: .extrema, or a raw stream with --raw
    input: PathBuf,
    /// WAV file to write; an existing file is replaced
    output: PathBuf,
    #[command(flatten)]
    raw: RawOptions,
    /// Sample format of the WAV file
    #[arg(long, value_enum, default_value_t)]
    bits: Bits,
}

impl Decode {
    pub fn run(&self) -> anyhow::Result<()> {
        crate::check_paths(&self.input, &self.output)?;
        let mut file = EncodedFile::open(&self.input, &self.raw)?;
        let (rate, channels) = (file.sample_rate(), file.channels());
        let mut writer = WavWriter::create(&self.output, rate, channels, self.bits.into())?;
        let progress = crate::progress(file.header().and_then(|header| header.frames), rate);
        let mut block = Vec::new();
        let mut frames = 0;
        while file.read(&mut block, |_, _| ())? {
            let channels: Vec<&[f64]> = block.iter().map(Vec::as_slice).collect();
            writer.write(&channels)?;
            frames += channels[0].len();
            progress.inc(channels[0].len() as u64);
        }
        writer.finish()?;
        progress.finish_and_clear();
        if !file.is_complete() {
            eprintln!(
                "extrema: warning: {} is cut short; decoded the {frames} frames up to its last \
                 whole chunk",
                self.input.display()
            );
        }
        Ok(())
    }
}

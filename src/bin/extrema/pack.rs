//! `extrema pack`

use std::io::BufReader;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use extrema::audio_file::{AtomicFile, IO_BUFFER_SIZE, open_seekable};
use extrema::container::{Reader, Writer};

use crate::{messages, output_name};

/// Pack an .extrema file into less space, or unpack it
///
/// Its records stay the same, so it decodes to the same samples.
#[derive(Debug, Args)]
pub struct Pack {
    /// .extrema file to read, - for standard input
    input: PathBuf,
    /// .extrema file to write, - for standard output; an existing file is replaced
    output: PathBuf,
    /// Write the records as they are, for programs that cannot unpack them
    #[arg(long)]
    unpack: bool,
}

impl Pack {
    pub fn run(&self) -> anyhow::Result<()> {
        crate::check_paths(&self.input, &self.output)?;
        output_name::check_encoded(&self.output)?;
        let cannot_read = || messages::cannot_read(&self.input);
        let cannot_write = || messages::cannot_write(&self.output);
        let input = BufReader::with_capacity(IO_BUFFER_SIZE, open_seekable(&self.input)?);
        let mut reader = Reader::new(input).with_context(cannot_read)?;
        let file = AtomicFile::create(&self.output)?;
        let header = reader.header().clone();
        let mut writer = match self.unpack {
            true => Writer::new(file, header),
            false => Writer::packed(file, header),
        }
        .with_context(cannot_write)?;
        while let Some((stream, records)) = reader.read().with_context(cannot_read)? {
            writer.write(stream, records).with_context(cannot_write)?;
        }
        let Some(totals) = reader.totals() else {
            bail!(
                "{} is cut short, and packing would hide that; download or encode it again, or decode \
                 what is there with `extrema decode --salvage`",
                self.input.display()
            );
        };
        let (file, _) = writer.finish_at(totals.frames).with_context(cannot_write)?;
        file.finish()?;
        Ok(())
    }
}

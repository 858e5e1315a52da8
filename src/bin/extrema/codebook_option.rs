//! `--codebook`: curves of one's own.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use extrema::codebook_file;
use extrema::codec::Codebook;

/// Which curves there are.
#[derive(Debug, Args)]
pub struct CodebookOption {
    /// Use the curves of a CSV file with 255 rows, as `extrema curves --table` prints them [default: the
    /// built-in ones]
    #[arg(long = "codebook", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl CodebookOption {
    /// The codebook.
    pub fn load(&self) -> anyhow::Result<Arc<Codebook>> {
        Ok(self.file.as_deref().map_or_else(|| Ok(Codebook::standard()), codebook_file::read)?)
    }
}

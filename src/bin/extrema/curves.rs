//! `extrema curves`

use std::io::{self, BufWriter, Write};

use clap::Args;
use extrema::codec::{CURVE_COUNT, Codebook};

/// Print the 255 curves of the codebook
#[derive(Debug, Args)]
pub struct Curves {
    /// Print comma-separated values: one row per curve, in the order of their ordinals
    #[arg(long, required = true)]
    csv: bool,
    /// Values per row, evenly spaced from the curve's start (0) to its end (1), 2 to 1000000
    #[arg(long, value_name = "N", default_value_t = 65,
        value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    samples: u32,
}

impl Curves {
    pub fn run(&self) -> anyhow::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        let last = self.samples - 1;
        let codebook = Codebook::standard();
        for ordinal in 1..=CURVE_COUNT {
            for i in 0..=last {
                let separator = if i == last { "\n" } else { "," };
                write!(out, "{}{separator}", codebook.curves().value(ordinal, i, last))?;
            }
        }
        out.flush()?;
        Ok(())
    }
}

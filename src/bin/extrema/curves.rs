//! `extrema curves`

use std::io::{self, BufWriter, Write};

use anyhow::Context;
use clap::Args;
use extrema::codec::{CURVE_COUNT, Codebook};

use crate::messages;

/// Print the 255 curves of the codebook
#[derive(Debug, Args)]
pub struct Curves {
    /// Print comma-separated values: one row per curve, in the order of their ordinals
    #[arg(long, required = true)]
    csv: bool,
    /// Values per row, evenly spaced from the curve's start (0) to its end (1), 2 to 1000000
    #[arg(long, value_name = "N", default_value_t = 65,
        value_parser = samples)]
    samples: u32,
}

impl Curves {
    pub fn run(&self) -> anyhow::Result<()> {
        self.print().context(messages::CANNOT_PRINT)
    }

    fn print(&self) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        let last = self.samples - 1;
        let codebook = Codebook::standard();
        for ordinal in 1..=CURVE_COUNT {
            for i in 0..=last {
                let separator = if i == last { "\n" } else { "," };
                write!(out, "{}{separator}", codebook.curves().value(ordinal, i, last))?;
            }
        }
        out.flush()
    }
}

/// Reads the value of `--samples`.
fn samples(text: &str) -> Result<u32, String> {
    let samples = text.parse().ok().filter(|samples| (2..=1_000_000).contains(samples));
    samples.ok_or_else(|| format!("{text:?} is not a number of values; write 2 to 1000000"))
}

//! `extrema curves`

use std::io::{self, BufWriter, Write};

use anyhow::Context;
use clap::Args;
use extrema::codec::{CURVE_COUNT, Codebook, codebook_csv};

use crate::codebook_option::CodebookOption;
use crate::messages;

/// What the numbers of a table mean.
const FORMULA: &str = "a curve is C(t) = t + (s1 sin(pi t) + ... + s6 sin(6 pi t)) / 256, from 0 at t = 0 to \
                       1 at t = 1; whole numbers from -128 to 127.\nCurve 1 is always the straight line and \
                       curve 2 the half cosine. Fewer curves (Curves, --curves) are the first of the table.";

/// Print the 255 curves of a codebook
#[derive(Debug, Args)]
pub struct Curves {
    /// Print comma-separated values: one row per curve, in the order of their ordinals
    #[arg(long, required_unless_present = "table")]
    csv: bool,
    /// Print the table that --codebook reads, to make a codebook of one's own from: the coefficients of six
    /// sines for each curve
    #[arg(long, conflicts_with_all = ["csv", "samples"])]
    table: bool,
    #[command(flatten)]
    codebook: CodebookOption,
    /// Values per row, evenly spaced from the curve's start (0) to its end (1), 2 to 1000000
    #[arg(long, value_name = "N", default_value_t = 65,
        value_parser = samples)]
    samples: u32,
}

impl Curves {
    pub fn run(&self) -> anyhow::Result<()> {
        let codebook = self.codebook.load()?;
        self.print(&codebook).context(messages::CANNOT_PRINT)
    }

    fn print(&self, codebook: &Codebook) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        if self.table {
            let comment = format!("The codebook {}: {FORMULA}", codebook.name());
            out.write_all(codebook_csv::write(codebook.curves().rows(), &comment).as_bytes())?;
            return out.flush();
        }
        let last = self.samples - 1;
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

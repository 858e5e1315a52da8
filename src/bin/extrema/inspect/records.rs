//! The list of records.

use std::io::Write;

use anyhow::Context;

use super::survey::{self, Placed};
use crate::encoded_file::EncodedFile;
use crate::messages;

/// Prints all records of a file as tab-separated values.
pub fn list(file: &mut EncodedFile, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "stream\tposition\tcurve\tlength\tstart\tend").context(messages::CANNOT_PRINT)?;
    survey::for_each(file, |Placed { stream, position, start, record }| {
        let (ordinal, length, end) = (record.ordinal(), record.length(), record.end(start));
        writeln!(out, "{stream}\t{position}\t{ordinal}\t{length}\t{start}\t{end}")
            .context(messages::CANNOT_PRINT)
    })
}

//! Reads and writes the table of a codebook as CSV, the format of `codebook1.csv`.
//!
//! A row for each curve, in the order of their ordinals: `ordinal,s1,s2,s3,s4,s5,s6`, whole numbers, the
//! coefficients from −128 to 127. Lines that start with `#` and empty ones are skipped, and so is a line
//! that starts with a letter before the first row, the heading.

use std::fmt::Write;

use thiserror::Error;

use super::curves::{CURVE_COUNT, HALF_COSINE, Rows, SINES};

/// The numbers in a row: the ordinal and the coefficients.
const COLUMNS: usize = 1 + SINES;

/// Why a text is no table of curves. Lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CsvError {
    /// What is in a column is no whole number, or beyond what a coefficient can be.
    #[error("line {line}, column {column} ({}): write a whole number from -128 to 127", heading(*.column))]
    NotANumber {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// The first column does not count up from 1.
    #[error("line {line}, column 1 (ordinal): the rows count up from 1; write {expected} here")]
    WrongOrdinal {
        /// Where.
        line: usize,
        /// What belongs there.
        expected: usize,
    },
    /// A row is too short or too long.
    #[error(
        "line {line}, column {column}: a row has 7 columns, the ordinal and s1 to s6, with commas \
         between them; {}", if *.column > COLUMNS { "remove what is beyond" } else { "add what is missing" }
    )]
    WrongColumns {
        /// Where.
        line: usize,
        /// The first column that is missing or too many.
        column: usize,
    },
    /// A curve that is the same in every codebook has other coefficients than 0.
    #[error(
        "line {line}, column {column} ({}): curve {ordinal} is {} in every codebook; write 0 for s1 to s6",
        heading(*.column),
        if *.ordinal == HALF_COSINE { "the half cosine" } else { "the straight line" }
    )]
    FixedCurve {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
        /// Which curve.
        ordinal: u8,
    },
    /// There is another row after the last curve.
    #[error(
        "line {line}, column 1 (ordinal): a codebook has 255 curves; remove this row and what follows"
    )]
    TooManyRows {
        /// Where.
        line: usize,
    },
    /// The text ends before the last curve.
    #[error(
        "line {line}, column 1 (ordinal): the table ends after {rows} curves, and a codebook has 255; \
         add the others"
    )]
    TooFewRows {
        /// The line after the last.
        line: usize,
        /// The rows that there are.
        rows: usize,
    },
}

/// The heading of a column.
fn heading(column: usize) -> &'static str {
    ["ordinal", "s1", "s2", "s3", "s4", "s5", "s6"].get(column.saturating_sub(1)).unwrap_or(&"none")
}

/// Reads a table. It is `const`, so that the built-in ones are read when the program is compiled.
///
/// # Errors
/// [`CsvError`] at the first place that is wrong.
pub const fn parse(csv: &[u8]) -> Result<Rows, CsvError> {
    let mut table: Rows = [[0; SINES]; CURVE_COUNT as usize];
    let (mut rows, mut line) = (0, 0);
    // Some programs put a byte order mark in front.
    let mut from = if let [0xEF, 0xBB, 0xBF, ..] = csv { 3 } else { 0 };
    while from < csv.len() {
        line += 1;
        let mut end = from;
        while end < csv.len() && csv[end] != b'\n' {
            end += 1;
        }
        let text = csv.split_at(end).0.split_at(from).1.trim_ascii();
        from = end + 1;
        match text.first() {
            None | Some(b'#') => continue,
            Some(first) if rows == 0 && first.is_ascii_alphabetic() => continue,
            _ if rows == CURVE_COUNT as usize => return Err(CsvError::TooManyRows { line }),
            _ => {}
        }
        table[rows] = match row(text, line, rows + 1) {
            Ok(row) => row,
            Err(error) => return Err(error),
        };
        rows += 1;
    }
    if rows < CURVE_COUNT as usize {
        return Err(CsvError::TooFewRows { line: line + 1, rows });
    }
    Ok(table)
}

/// Reads the row of a curve.
const fn row(mut text: &[u8], line: usize, ordinal: usize) -> Result<[i8; SINES], CsvError> {
    let mut row = [0; SINES];
    let mut column = 1;
    loop {
        let mut end = 0;
        while end < text.len() && text[end] != b',' {
            end += 1;
        }
        let (field, rest) = text.split_at(end);
        let number = number(field.trim_ascii());
        if column == 1 {
            if !matches!(number, Some(number) if number as usize == ordinal) {
                return Err(CsvError::WrongOrdinal { line, expected: ordinal });
            }
        } else {
            row[column - 2] = match number {
                Some(number @ -128..=127) => number as i8,
                _ => return Err(CsvError::NotANumber { line, column }),
            };
            if ordinal <= HALF_COSINE as usize && row[column - 2] != 0 {
                return Err(CsvError::FixedCurve { line, column, ordinal: ordinal as u8 });
            }
        }
        column += 1;
        match rest {
            [] if column > COLUMNS => return Ok(row),
            [_, after @ ..] if column <= COLUMNS => text = after,
            _ => return Err(CsvError::WrongColumns { line, column }),
        }
    }
}

/// Reads a whole number of up to four digits.
const fn number(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let (mut value, mut at) = (0, 0);
    while at < digits.len() {
        if !digits[at].is_ascii_digit() {
            return None;
        }
        value = 10 * value + (digits[at] - b'0') as i32;
        at += 1;
    }
    Some(if negative { -value } else { value })
}

/// Writes a table, behind a comment of any number of lines.
pub fn write(rows: &Rows, comment: &str) -> String {
    let mut csv = String::new();
    for line in comment.lines() {
        let _ = writeln!(csv, "# {line}");
    }
    csv.push_str("ordinal,s1,s2,s3,s4,s5,s6\n");
    for (ordinal, row) in (1..).zip(rows) {
        let _ = write!(csv, "{ordinal}");
        for s in row {
            let _ = write!(csv, ",{s}");
        }
        csv.push('\n');
    }
    csv
}

//! What becomes of the measurements: tables of a Markdown document.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::timing::{highest, median};

/// From this heading on, the document is written by hand and kept.
const NOTES: &str = "\n## Notes\n";

/// A goal, and how near it is.
pub struct Row {
    what: String,
    measured: String,
    goal: &'static str,
    met: bool,
}

impl Row {
    pub fn new(what: &str, measured: String, goal: &'static str, met: bool) -> Self {
        Self { what: what.to_owned(), measured, goal, met }
    }
}

/// A heading, a table, and what has to be said about it.
pub struct Section {
    title: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    text: String,
}

impl Section {
    pub fn new(title: &'static str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { title, columns, rows: Vec::new(), text: String::new() }
    }

    /// Appends a line to the table.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Appends a line of nanoseconds per sample, medians and worst.
    pub fn times(&mut self, input: &str, settings: &str, encode: &[f64], decode: &[f64]) {
        let mut cells = vec![input.to_owned(), settings.to_owned()];
        for times in [encode, decode] {
            cells.extend([median(times), highest(times)].map(|time| format!("{time:.2}")));
        }
        self.row(cells);
    }

    /// Says something below the table.
    pub fn say(&mut self, text: &str) {
        self.text.push_str(&format!("\n{text}\n"));
    }
}

impl Display for Section {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n## {}\n", self.title)?;
        if !self.rows.is_empty() {
            table(f, &self.columns, &self.rows)?;
        }
        f.write_str(&self.text)
    }
}

fn table(f: &mut Formatter<'_>, columns: &[String], rows: &[Vec<String>]) -> fmt::Result {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    writeln!(f, "{}\n|{}", line(columns), "---|".repeat(columns.len()))?;
    rows.iter().try_for_each(|row| writeln!(f, "{}", line(row)))
}

/// Writes the document, and leaves the notes that somebody has added to the old one.
pub fn write(path: &Path, head: &str, goals: &[Row], sections: &[Section]) -> Result<()> {
    let mut table = Section::new("Goals", &["what", "measured", "goal", "met"]);
    for Row { what, measured, goal, met } in goals {
        let met = if *met { "yes" } else { "**no**" };
        table.row(vec![what.clone(), measured.clone(), (*goal).to_owned(), met.to_owned()]);
    }
    print!("{table}");
    let mut text = format!("{head}{table}");
    sections.iter().for_each(|section| text.push_str(&section.to_string()));
    let old = fs::read_to_string(path).unwrap_or_default();
    if let Some(at) = old.find(NOTES) {
        text.push_str(&old[at..]);
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

//! What becomes of the measurements: every figure goes into docs/performance.csv, and the goals go
//! into docs/PERFORMANCE.md.

use std::fs;

use anyhow::{Context, Result};

use super::timing::{highest, median};

const TABLE: &str = "docs/performance.csv";
const DOCUMENT: &str = "docs/PERFORMANCE.md";

/// What stands between these in the document is replaced; the rest is written by hand.
const BEGIN: &str = "<!-- Written by `cargo xtask bench` from here -->\n";
const END: &str = "<!-- to here -->\n";

/// The measurements of one run.
#[derive(Default)]
pub struct Report {
    section: &'static str,
    /// Lines of CSV: section, input, setting, quantity, value, unit.
    figures: String,
    /// Lines of Markdown: what, measured, goal, met.
    goals: String,
}

impl Report {
    /// Begins a section of the table, and says what is measured now and how long it takes.
    pub fn section(&mut self, name: &'static str, what: &str, time: &str) {
        crate::workspace::announce(what, time);
        self.section = name;
    }

    /// Adds a figure.
    pub fn add(&mut self, input: &str, setting: &str, quantity: &str, value: f64, unit: &str) {
        let [input, setting] = [input, setting].map(quoted);
        let line = format!("{},{input},{setting},{quantity},{value:.2},{unit}\n", self.section);
        print!("{line}");
        self.figures.push_str(&line);
    }

    /// Adds the median and the highest of some figures.
    pub fn add_spread(
        &mut self,
        input: &str,
        setting: &str,
        quantity: &str,
        values: &[f64],
        unit: &str,
    ) {
        self.add(input, setting, &format!("{quantity} median"), median(values), unit);
        self.add(input, setting, &format!("{quantity} worst"), highest(values), unit);
    }

    /// Adds a goal and how near it is.
    pub fn goal(&mut self, what: &str, measured: &str, goal: &str, is_met: bool) {
        let met = if is_met { "yes" } else { "**no**" };
        let line = format!("| {what} | {measured} | {goal} | {met} |\n");
        print!("{line}");
        self.goals.push_str(&line);
    }

    /// Writes the table, and the goals into the document below `setup`.
    pub fn write(&self, setup: &str) -> Result<()> {
        let table = format!("section,input,setting,quantity,value,unit\n{}", self.figures);
        fs::write(TABLE, table).with_context(|| format!("cannot write {TABLE}"))?;
        let text =
            fs::read_to_string(DOCUMENT).with_context(|| format!("cannot read {DOCUMENT}"))?;
        let (before, rest) = text.split_once(BEGIN).with_context(|| no_marker(BEGIN))?;
        let (_, after) = rest.split_once(END).with_context(|| no_marker(END))?;
        let head = "| what | measured | goal | met |\n|---|---|---|---|\n";
        let text = format!("{before}{BEGIN}\n{setup}\n\n{head}{}\n{END}{after}", self.goals);
        fs::write(DOCUMENT, text).with_context(|| format!("cannot write {DOCUMENT}"))?;
        println!("\nWritten: {TABLE} and {DOCUMENT}");
        Ok(())
    }
}

fn no_marker(marker: &str) -> String {
    format!("{DOCUMENT} has lost its line `{}`", marker.trim())
}

/// A field of CSV.
fn quoted(field: &str) -> String {
    if field.contains(',') { format!("\"{field}\"") } else { field.to_owned() }
}

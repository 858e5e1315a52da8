//! Whether windows that were closed have left something behind.

use std::error::Error;

/// So many windows warm up: caches, drivers and the allocator take their share.
const WARM: usize = 30;

/// The memory that may be gained after that, in megabytes. A graphics driver keeps some of its own.
const MEGABYTES: f64 = 24.0;

/// Open files and resident memory in megabytes, after each window.
#[derive(Default)]
pub struct Watch(Vec<(usize, f64)>);

impl Watch {
    /// Takes the figures after a window was closed.
    pub fn look(&mut self) -> Result<(), Box<dyn Error>> {
        let files = std::fs::read_dir("/proc/self/fd")?.count();
        let status = std::fs::read_to_string("/proc/self/status")?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|text| text.split_whitespace().next());
        self.0.push((files, kilobytes.ok_or("no VmRSS")?.parse::<f64>()? / 1024.0));
        Ok(())
    }

    /// Fails if files or memory have become more.
    pub fn judge(&self) -> Result<(), Box<dyn Error>> {
        for (i, (files, resident)) in self.0.iter().enumerate().skip(9).step_by(10) {
            println!("window {}: {files} open files, {resident:.1} MB", i + 1);
        }
        // The fewest of a few: one figure may be taken while a thread is still ending.
        let least = |windows: &[(usize, f64)]| {
            let files = windows.iter().map(|window| window.0).min().unwrap_or(0);
            (files, windows.iter().map(|window| window.1).fold(f64::INFINITY, f64::min))
        };
        if self.0.len() < WARM + 10 {
            return Ok(());
        }
        let (before, after) = (least(&self.0[WARM - 5..WARM]), least(&self.0[self.0.len() - 5..]));
        if after.0 > before.0 || after.1 > before.1 + MEGABYTES {
            return Err(format!("opening windows leaks: {before:?} became {after:?}").into());
        }
        Ok(())
    }
}

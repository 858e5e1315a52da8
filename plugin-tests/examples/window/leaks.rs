//! Whether windows that were closed have left something behind.
//!
//! What counts is the memory in use, not the resident memory: that grows for the first forty windows
//! or so, because each thread of a window or its graphics driver takes another of glibc's arenas until
//! all are in use, and stays where it is with `GLIBC_TUNABLES=glibc.malloc.arena_max=1`.

use std::error::Error;

/// So many windows warm up: caches and drivers take their share.
const WARM: usize = 30;

/// Windows of which the least counts: a figure may be taken while a driver's thread is still ending.
const LAST: usize = 10;

/// The memory in megabytes that each window may leave behind: baseview 0.4.2 never gives back the
/// keyboard map it asks the X server for, 82 kB.
const PER_WINDOW: f64 = 0.1;

/// What a process holds.
#[derive(Clone, Copy)]
struct Figures {
    files: usize,
    threads: usize,
    /// In use, in megabytes.
    used: f64,
    /// Resident, in megabytes.
    resident: f64,
}

/// What this process holds after each window.
#[derive(Default)]
pub struct Watch(Vec<Figures>);

impl Watch {
    /// Takes the figures after a window was closed.
    pub fn look(&mut self) -> Result<(), Box<dyn Error>> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|text| text.split_whitespace().next());
        // SAFETY: it only reads the allocator's own counts.
        let heap = unsafe { libc::mallinfo2() };
        self.0.push(Figures {
            files: std::fs::read_dir("/proc/self/fd")?.count(),
            threads: std::fs::read_dir("/proc/self/task")?.count(),
            used: (heap.uordblks + heap.hblkhd) as f64 / 1e6,
            resident: kilobytes.ok_or("no VmRSS")?.parse::<f64>()? / 1024.0,
        });
        Ok(())
    }

    /// Fails if files, threads or memory in use have become more.
    pub fn judge(&self) -> Result<(), Box<dyn Error>> {
        for (i, now) in self.0.iter().enumerate().skip(9).step_by(10) {
            println!(
                "window {}: {} open files, {} threads, {:.1} MB in use, {:.1} MB resident",
                i + 1,
                now.files,
                now.threads,
                now.used,
                now.resident
            );
        }
        if self.0.len() < WARM + LAST {
            return Ok(());
        }
        let before = least(&self.0[WARM - LAST..WARM]);
        let after = least(&self.0[self.0.len() - LAST..]);
        let allowed = PER_WINDOW * (self.0.len() - WARM) as f64;
        let is_more = after.files > before.files || after.threads > before.threads;
        if is_more || after.used > before.used + allowed {
            return Err("opening windows leaks".into());
        }
        Ok(())
    }
}

/// The least of each figure.
fn least(windows: &[Figures]) -> Figures {
    windows.iter().fold(
        Figures { files: usize::MAX, threads: usize::MAX, used: f64::MAX, resident: f64::MAX },
        |least, now| Figures {
            files: least.files.min(now.files),
            threads: least.threads.min(now.threads),
            used: least.used.min(now.used),
            resident: least.resident.min(now.resident),
        },
    )
}

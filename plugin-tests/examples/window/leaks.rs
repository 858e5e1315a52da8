//! Whether closed windows leave files, threads or memory behind.
//!
//! Memory in use is checked, and not resident memory. The latter grows for about the first forty
//! windows, because every thread of a window or its graphics driver takes another of glibc's arenas
//! until all are in use; with `GLIBC_TUNABLES=glibc.malloc.arena_max=1` it stays constant.

use std::error::Error;

/// Windows that only fill the caches of drivers and libraries.
const WARM_UP: usize = 30;

/// The lowest of this many figures is used: one may be taken while a driver's thread is still
/// ending.
const LAST: usize = 10;

/// The memory that a window may leak: baseview 0.4.2 never frees the keyboard map that it gets from
/// the X server, 82 kB.
const MEGABYTES_PER_WINDOW: f64 = 0.1;

/// What this process holds.
#[derive(Clone, Copy)]
struct Figures {
    files: usize,
    threads: usize,
    used_megabytes: f64,
    resident_megabytes: f64,
}

/// What this process holds after each closed window.
#[derive(Default)]
pub struct Leaks(Vec<Figures>);

impl Leaks {
    /// Takes the figures after a window has been closed.
    pub fn record(&mut self) -> Result<(), Box<dyn Error>> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|text| text.split_whitespace().next());
        // SAFETY: it only reads the allocator's counts.
        let heap = unsafe { libc::mallinfo2() };
        self.0.push(Figures {
            files: std::fs::read_dir("/proc/self/fd")?.count(),
            threads: std::fs::read_dir("/proc/self/task")?.count(),
            used_megabytes: (heap.uordblks + heap.hblkhd) as f64 / 1e6,
            resident_megabytes: kilobytes.ok_or("no VmRSS")?.parse::<f64>()? / 1024.0,
        });
        Ok(())
    }

    /// Fails if files, threads or memory in use have grown.
    pub fn check(&self) -> Result<(), Box<dyn Error>> {
        for (i, now) in self.0.iter().enumerate().skip(9).step_by(10) {
            println!(
                "window {}: {} open files, {} threads, {:.1} MB in use, {:.1} MB resident",
                i + 1,
                now.files,
                now.threads,
                now.used_megabytes,
                now.resident_megabytes
            );
        }
        if self.0.len() < WARM_UP + LAST {
            return Ok(());
        }
        let before = lowest(&self.0[WARM_UP - LAST..WARM_UP]);
        let after = lowest(&self.0[self.0.len() - LAST..]);
        let allowed = MEGABYTES_PER_WINDOW * (self.0.len() - WARM_UP) as f64;
        let has_more = after.files > before.files || after.threads > before.threads;
        if has_more || after.used_megabytes > before.used_megabytes + allowed {
            return Err("opening and closing windows leaks; see the figures above".into());
        }
        Ok(())
    }
}

/// The lowest of each figure.
fn lowest(windows: &[Figures]) -> Figures {
    let none = Figures {
        files: usize::MAX,
        threads: usize::MAX,
        used_megabytes: f64::MAX,
        resident_megabytes: f64::MAX,
    };
    windows.iter().fold(none, |lowest, now| Figures {
        files: lowest.files.min(now.files),
        threads: lowest.threads.min(now.threads),
        used_megabytes: lowest.used_megabytes.min(now.used_megabytes),
        resident_megabytes: lowest.resident_megabytes.min(now.resident_megabytes),
    })
}

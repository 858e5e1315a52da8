//! What the first and the next instance of the effect cost in a fresh process.
//!
//! Prints the nanoseconds until the first is ready, the bytes of the tables that all instances
//! share, and the bytes of an instance. Counting bytes needs `--no-default-features`, because the
//! plugin has a global allocator of its own.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use extrema::codec::Codebook;
use extrema::effect::{Effect, Latency};

/// Bytes allocated at present.
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

#[cfg(not(feature = "plugin"))]
mod counting {
    //! The system's allocator with a count of its bytes.

    use std::alloc::{GlobalAlloc, Layout, System};
    use std::sync::atomic::Ordering;

    use super::ALLOCATED;

    struct Counting;

    // SAFETY: every call is passed on to the system's allocator unchanged.
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
            // SAFETY: the caller's guarantees are passed on unchanged.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
            ALLOCATED.fetch_sub(layout.size(), Ordering::Relaxed);
            // SAFETY: the caller's guarantees are passed on unchanged.
            unsafe { System.dealloc(pointer, layout) }
        }
    }

    #[global_allocator]
    static ALLOCATOR: Counting = Counting;
}

fn main() {
    let before = ALLOCATED.load(Ordering::Relaxed);
    let start = Instant::now();
    let first = black_box(Effect::new(&Codebook::standard(), 48_000.0, 2, Latency::default()));
    let time = start.elapsed();
    let between = ALLOCATED.load(Ordering::Relaxed);
    let second = black_box(Effect::new(&Codebook::standard(), 48_000.0, 2, Latency::default()));
    let instance = ALLOCATED.load(Ordering::Relaxed) - between;
    drop((first, second));
    println!("{} {} {instance}", time.as_nanos(), between - before - instance);
}

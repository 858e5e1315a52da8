//! What the first instance of the effect costs in a fresh process, and what the next one does.
//!
//! Prints the nanoseconds until the first is ready, the bytes of the tables that all instances
//! share, and the bytes of an instance. The bytes need `--no-default-features`: in tests the plugin
//! brings an allocator of its own.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use extrema::codec::Codebook;
use extrema::effect::{Effect, Latency};

/// Bytes that are allocated now.
static HELD: AtomicUsize = AtomicUsize::new(0);

#[cfg(not(feature = "plugin"))]
mod counting {
    //! The system's allocator, with an account of it.

    use std::alloc::{GlobalAlloc, Layout, System};
    use std::sync::atomic::Ordering;

    use super::HELD;

    /// The system's allocator, with an account of it.
    struct Counting;

    // SAFETY: every call goes to the system's allocator as it came.
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            HELD.fetch_add(layout.size(), Ordering::Relaxed);
            // SAFETY: what holds for this call holds for that one.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
            HELD.fetch_sub(layout.size(), Ordering::Relaxed);
            // SAFETY: what holds for this call holds for that one.
            unsafe { System.dealloc(pointer, layout) }
        }
    }

    #[global_allocator]
    static ALLOCATOR: Counting = Counting;
}

fn main() {
    let before = HELD.load(Ordering::Relaxed);
    let start = Instant::now();
    let first = black_box(Effect::new(&Codebook::standard(), 48_000.0, 2, Latency::default()));
    let time = start.elapsed();
    let between = HELD.load(Ordering::Relaxed);
    let second = black_box(Effect::new(&Codebook::standard(), 48_000.0, 2, Latency::default()));
    let instance = HELD.load(Ordering::Relaxed) - between;
    drop((first, second));
    println!("{} {} {instance}", time.as_nanos(), between - before - instance);
}

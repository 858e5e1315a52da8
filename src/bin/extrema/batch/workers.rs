//! Independent pieces of work on several threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many threads can run at the same time.
pub fn all_processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Calls `work` with every number below `count`, in their order, on up to `threads` threads, and with the
/// number of threads that it may use itself: files come first, and only what they leave is for the parts
/// of a file.
pub fn for_each(count: usize, threads: usize, work: impl Fn(usize, usize) + Sync) {
    let workers = threads.min(count);
    let next = AtomicUsize::new(0);
    let run = |own_threads| {
        while let Some(number) =
            Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count)
        {
            work(number, own_threads);
        }
    };
    thread::scope(|scope| {
        for worker in 1..workers {
            let own_threads = share(threads, workers, worker);
            scope.spawn(move || run(own_threads));
        }
        run(share(threads, workers.max(1), 0));
    });
}

/// What a worker may use of all threads.
fn share(threads: usize, workers: usize, worker: usize) -> usize {
    threads / workers + usize::from(worker < threads % workers)
}

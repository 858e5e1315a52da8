//! Blocks of audio that are made on another thread while those before them are in use.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Samples by channel.
pub type Block = Vec<Vec<f64>>;

/// Samples of all channels that are handed over at a time: handing over takes two switches between threads.
const BATCH_SAMPLES: usize = 1 << 15;

/// Makes a block in place of another; false at the end.
type Make<E> = Box<dyn FnMut(&mut Block) -> Result<bool, E> + Send>;

/// Blocks in their order.
pub enum ReadAhead<E> {
    /// Made when they are asked for.
    Here { make: Make<E>, block: Block },
    /// Made on another thread.
    There {
        batches: Receiver<Result<Vec<Block>, E>>,
        /// The blocks of the latest batch, of which so many have been used.
        batch: Vec<Block>,
        used: usize,
        /// Where used batches go, to be filled again.
        empty: Sender<Vec<Block>>,
    },
}

impl<E: Send + 'static> ReadAhead<E> {
    /// Blocks that `make` fills until it says that there are no more, on a thread of their own if there is
    /// more than one.
    pub fn new(
        threads: usize,
        make: impl FnMut(&mut Block) -> Result<bool, E> + Send + 'static,
    ) -> Self {
        if threads == 1 {
            return Self::Here { make: Box::new(make), block: Vec::new() };
        }
        let (to_fill, filled) = sync_channel(1);
        let (empty, emptied) = channel();
        thread::spawn(move || fill(make, &to_fill, &emptied));
        Self::There { batches: filled, batch: Vec::new(), used: 0, empty }
    }

    /// The next block; `None` at the end.
    pub fn next(&mut self) -> Result<Option<&Block>, E> {
        match self {
            Self::Here { make, block } => Ok(make(block)?.then_some(block)),
            Self::There { batches, batch, used, empty } => {
                if *used == batch.len() {
                    // The other thread may have ended.
                    let _ = empty.send(std::mem::take(batch));
                    *used = 0;
                    match batches.recv() {
                        Ok(next) => *batch = next?,
                        Err(_) => return Ok(None),
                    }
                }
                *used += 1;
                Ok(batch.get(*used - 1))
            }
        }
    }
}

/// Fills batches until there are no more blocks or nobody wants them.
fn fill<E>(
    mut make: impl FnMut(&mut Block) -> Result<bool, E>,
    filled: &SyncSender<Result<Vec<Block>, E>>,
    emptied: &Receiver<Vec<Block>>,
) {
    loop {
        let mut batch = emptied.try_recv().unwrap_or_default();
        let (mut count, mut samples) = (0, 0);
        let mut end = None;
        while samples < BATCH_SAMPLES && end.is_none() {
            if batch.len() == count {
                batch.push(Vec::new());
            }
            match make(&mut batch[count]) {
                Ok(true) => {
                    samples += batch[count].iter().map(Vec::len).sum::<usize>();
                    count += 1;
                }
                Ok(false) => end = Some(None),
                Err(error) => end = Some(Some(error)),
            }
        }
        batch.truncate(count);
        if count > 0 && filled.send(Ok(batch)).is_err() {
            return;
        }
        if let Some(error) = end {
            if let Some(error) = error {
                let _ = filled.send(Err(error));
            }
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first samples of all blocks, and the error at the end if there is one.
    fn all(threads: usize, count: usize, fails: bool) -> (Vec<f64>, Result<(), String>) {
        let mut made = 0;
        let mut blocks = ReadAhead::new(threads, move |block: &mut Block| {
            if made == count {
                return if fails { Err("broken".to_owned()) } else { Ok(false) };
            }
            *block = vec![vec![made as f64; 3000 + made]; 2];
            made += 1;
            Ok(true)
        });
        let mut found = Vec::new();
        loop {
            match blocks.next() {
                Ok(Some(block)) => found.push(block[1][0]),
                Ok(None) => return (found, Ok(())),
                Err(error) => return (found, Err(error)),
            }
        }
    }

    #[test]
    fn blocks_come_in_order_and_errors_after_them() {
        for threads in [1, 2] {
            for count in [0, 1, 5, 6, 40] {
                let numbers: Vec<f64> = (0..count).map(|number| number as f64).collect();
                assert_eq!(all(threads, count, false), (numbers.clone(), Ok(())));
                assert_eq!(all(threads, count, true), (numbers, Err("broken".to_owned())));
            }
        }
    }
}

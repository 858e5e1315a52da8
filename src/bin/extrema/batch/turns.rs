//! One long piece of work on several threads, part by part.

use std::panic;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How far a piece of work has come.
struct Turn<W, E> {
    write: W,
    /// Number of the part that is written next.
    number: usize,
    /// Nothing more is to be read or written.
    is_over: bool,
    result: Result<(), E>,
}

/// What reads, and the number of the part that it reads next; none at the end.
struct Input<R> {
    read: R,
    next: Option<usize>,
}

/// Reads parts until there are no more, works on each, and writes it: one part after the other as far as
/// reading and writing are concerned, both in the same order, while work goes on as many threads as there are
/// `parts`, which are overwritten again and again. What a thread has read it also writes, since it has it in
/// its cache.
///
/// # Errors
/// The first of an operation, in the order of the parts.
pub fn in_turns<P: Send, E: Send>(
    mut parts: Vec<P>,
    read: impl FnMut(&mut P) -> Result<bool, E> + Send,
    work: impl Fn(&mut P) + Sync,
    write: impl FnMut(&mut P) -> Result<(), E> + Send,
) -> Result<(), E> {
    let input = Mutex::new(Input { read, next: Some(0) });
    let turn = Mutex::new(Turn { write, number: 0, is_over: false, result: Ok(()) });
    let has_changed = Condvar::new();
    let run = |part: &mut P| {
        while let Some((number, read)) = read_next(&input, part) {
            if read.is_ok() {
                work(part);
            }
            let waiting = |turn: &mut Turn<_, _>| turn.number != number && !turn.is_over;
            let guard = has_changed.wait_while(lock(&turn), waiting);
            let mut turn = guard.unwrap_or_else(PoisonError::into_inner);
            if turn.is_over {
                break;
            }
            let result = read.and_then(|()| (turn.write)(part));
            turn.is_over = result.is_err();
            turn.result = result;
            turn.number += 1;
            has_changed.notify_all();
            if turn.is_over {
                break;
            }
        }
    };
    let run = |part: &mut P| {
        // Others would wait for this one's turn for ever.
        let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| run(part)));
        if let Err(panic) = outcome {
            lock(&turn).is_over = true;
            has_changed.notify_all();
            panic::resume_unwind(panic);
        }
    };
    thread::scope(|scope| {
        let Some((own, others)) = parts.split_first_mut() else { return };
        for part in others {
            scope.spawn(|| run(part));
        }
        run(own);
    });
    turn.into_inner().unwrap_or_else(PoisonError::into_inner).result
}

/// Reads the next part. Returns its number and whether that went well, or none at the end.
fn read_next<P, E>(
    input: &Mutex<Input<impl FnMut(&mut P) -> Result<bool, E>>>,
    part: &mut P,
) -> Option<(usize, Result<(), E>)> {
    let mut input = lock(input);
    let number = input.next.take()?;
    let read = (input.read)(part);
    match read {
        Ok(false) => return None,
        Ok(true) => input.next = Some(number + 1),
        Err(_) => (),
    }
    Some((number, read.map(|_| ())))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

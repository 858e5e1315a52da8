//! Processor time, which other programs on the machine disturb less than the time on a clock.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};

use crate::workspace;

/// How often everything is run, for a median.
pub const RUNS: usize = 7;

/// The middle value, or the mean of the two in the middle; 0 of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let [low, high] = [sorted.len().saturating_sub(1) / 2, sorted.len() / 2];
    let at = |i: usize| sorted.get(i).copied().unwrap_or(0.0);
    0.5 * (at(low) + at(high))
}

/// The highest value; 0 of none.
pub fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// The lowest value; infinite of none.
pub fn lowest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The median time of a piece of work on this thread, in nanoseconds.
pub fn nanoseconds(mut work: impl FnMut()) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = thread_time()?;
        work();
        times.push(thread_time()? - start);
    }
    Ok(median(&times))
}

fn thread_time() -> Result<f64> {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .context("the system has no processor clock for threads")?;
    Ok(time.tv_sec() as f64 * 1e9 + time.tv_nsec() as f64)
}

/// Runs a command without showing it and returns its processor time, user and system, in seconds.
pub fn command_seconds(command: &mut Command) -> Result<f64> {
    let before = children_seconds()?;
    let shown = workspace::show(command);
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("`{shown}` failed: {}\n{message}", output.status);
    }
    Ok(children_seconds()? - before)
}

/// [`command_seconds`], and the time by the clock.
pub fn command_times(command: &mut Command) -> Result<Times> {
    let begin = Instant::now();
    let processor = command_seconds(command)?;
    Ok(Times { processor, clock: begin.elapsed().as_secs_f64() })
}

/// How long something takes, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    pub processor: f64,
    pub clock: f64,
}

/// Processor time of all child processes that have ended.
fn children_seconds() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)
        .context("the system does not account for processor time")?;
    let seconds = [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6);
    Ok(seconds.iter().sum())
}

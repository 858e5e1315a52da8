//! Stops Ardour's programs when they hang, which they do now and then, and starts them again.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A program that takes longer hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How many seconds a program may take to end, before it is killed.
const GRACE_SECONDS: &str = "10";

/// How often a program that hangs is started in all.
const ATTEMPTS: usize = 3;

/// A command that is stopped if it hangs, with all processes that it has started: `ardour7-lua` is
/// a script around the real program.
pub fn with_timeout(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["-k", GRACE_SECONDS]).arg(TIMEOUT.as_secs().to_string()).arg(program);
    command.stdin(Stdio::null());
    command
}

/// Runs a command that has a timeout and returns what it has printed. `prepare` makes the command
/// for each attempt and removes what an earlier one has left behind. A line that starts with
/// `Error` is a failure: Ardour's scripts print it and succeed.
pub fn output(mut prepare: impl FnMut() -> Result<Command>) -> Result<String> {
    for _ in 0..ATTEMPTS {
        let mut command = prepare()?;
        let shown = workspace::show(&command);
        let start = Instant::now();
        let output = command.output().with_context(|| format!("cannot start `{shown}`"))?;
        if !output.status.success() && start.elapsed() >= TIMEOUT {
            println!("stopped after {} s: {shown}", TIMEOUT.as_secs());
            continue;
        }
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        if output.status.success() && !text.lines().any(|line| line.starts_with("Error")) {
            return Ok(text);
        }
        bail!("`{shown}` failed: {}\n{text}", output.status);
    }
    bail!("the program has hung {ATTEMPTS} times")
}

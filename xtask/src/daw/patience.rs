//! Ardour's programs hang now and then; they are then stopped and started again.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Nothing takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a program that was told to stop may take over it, in seconds.
const GRACE: &str = "10";

/// How often a program that hangs is started.
const ATTEMPTS: usize = 3;

/// A command that is stopped if it hangs, with all that it has started.
pub fn limited(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["-k", GRACE]).arg(PATIENCE.as_secs().to_string()).arg(program);
    command.stdin(Stdio::null());
    command
}

/// What a limited command printed. `prepare` makes the command for each attempt, and takes away what
/// an earlier one has left. Ardour's scripts report an error and succeed.
pub fn said(mut prepare: impl FnMut() -> Result<Command>) -> Result<String> {
    for _ in 0..ATTEMPTS {
        let mut command = prepare()?;
        let shown = workspace::show(&command);
        let start = Instant::now();
        let output = command.output().with_context(|| format!("cannot start `{shown}`"))?;
        if !output.status.success() && start.elapsed() >= PATIENCE {
            println!("stopped after {} s: {shown}", PATIENCE.as_secs());
            continue;
        }
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        if output.status.success() && !text.lines().any(|line| line.starts_with("Error")) {
            return Ok(text);
        }
        bail!("`{shown}` failed: {}\n{text}", output.status);
    }
    bail!("it has hung {ATTEMPTS} times")
}

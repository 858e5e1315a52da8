//! Runs every check, and stops at the first that fails.

pub mod speech;
mod windows;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::{python, tools, workspace};

/// The environment variable that tells the tests where a recording of speech is.
const SPEECH: &str = "EXTREMA_SPEECH";

/// The environment variable that names the Python for the second decoder of packed files.
const PYTHON: &str = "EXTREMA_PYTHON";

/// A Cargo command and what it shows when it succeeds.
struct Step {
    name: &'static str,
    /// How long it takes.
    time: &'static str,
    args: &'static [&'static str],
    environment: &'static [(&'static str, &'static str)],
}

/// The cheap ones come first.
const STEPS: [Step; 6] = [
    Step { name: "Format", time: "a second", args: &["fmt", "--all", "--check"], environment: &[] },
    Step {
        name: "Lints of everything",
        time: workspace::BUILD_TIME,
        args: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        environment: &[],
    },
    Step {
        name: "Lints of the codec alone",
        time: "less than a minute",
        args: &[
            "clippy",
            "--package=extrema",
            "--all-targets",
            "--no-default-features",
            "--",
            "-D",
            "warnings",
        ],
        environment: &[],
    },
    Step {
        name: "Documentation",
        time: "about a minute",
        args: &["doc", "--workspace", "--no-deps"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    Step {
        name: "Tests of everything, debug build",
        time: "some minutes",
        args: &["test", "--workspace"],
        environment: &[],
    },
    Step {
        name: "Tests of the codec alone, optimised build: same bits?",
        time: "some minutes",
        args: &[
            "test",
            "--profile=quick",
            "--package=extrema",
            "--no-default-features",
            "--lib",
            "--test=codec",
            "--",
            // Most of its time is Python's, which sees the same records as in the debug build: the committed
            // hashes compare the two.
            "--skip=reference::",
        ],
        environment: &[],
    },
];

/// Gets what the tests need and runs all steps.
pub fn run() -> Result<()> {
    let mut times = Vec::new();
    let (speech, python) = timed("What the tests need", "seconds", &mut times, || {
        tools::ensure(&[tools::COMPILER, tools::PYTHON])?;
        Ok((speech::prepare()?, python::environment()?))
    })?;
    for step in &STEPS {
        let mut cargo = Command::new("cargo");
        cargo.args(step.args).envs(step.environment.iter().copied());
        cargo.env(PYTHON, &python);
        if let Some(speech) = speech.as_ref().filter(|_| step.args[0] == "test") {
            cargo.env(SPEECH, speech);
        }
        timed(step.name, step.time, &mut times, || workspace::run(&mut cargo))?;
    }
    timed("The editor in real windows", "a few minutes", &mut times, windows::run)?;
    println!("\n== Summary: all passed ==");
    for (name, time) in &times {
        println!("{:>7.1} s  {name}", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("{:>7.1} s  in all", total.as_secs_f64());
    if speech.is_none() {
        println!("There was no recording of speech: those tests were skipped.");
    }
    Ok(())
}

/// Runs a step under a heading and takes its time.
fn timed<T>(
    name: &'static str,
    usual_time: &str,
    times: &mut Vec<(&'static str, Duration)>,
    step: impl FnOnce() -> Result<T>,
) -> Result<T> {
    workspace::announce(name, usual_time);
    let start = Instant::now();
    let result = step().with_context(|| format!("failed: {name}"));
    times.push((name, start.elapsed()));
    result
}

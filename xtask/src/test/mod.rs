//! Runs every check there is, and stops at the first that fails.

mod outside;
pub mod speech;
mod windows;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::{needs, workspace};

/// The variable that tells the tests where a recording of speech lies.
const SPEECH: &str = "EXTREMA_SPEECH";

const OUTSIDE: &str = "VST3 from outside";

const WINDOWS: &str = "The editor in real windows";

/// A command and what it shows when it passes.
struct Step {
    name: &'static str,
    arguments: &'static [&'static str],
    /// Environment of its own.
    environment: &'static [(&'static str, &'static str)],
}

/// Cheap ones first.
const STEPS: [Step; 6] = [
    Step { name: "Format", arguments: &["fmt", "--all", "--check"], environment: &[] },
    Step {
        name: "Lints of everything",
        arguments: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        environment: &[],
    },
    Step {
        name: "Lints of the codec alone",
        arguments: &[
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
        arguments: &["doc", "--workspace", "--no-deps"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    Step {
        name: "Tests of everything, debug build",
        arguments: &["test", "--workspace"],
        environment: &[],
    },
    Step {
        name: "Tests of the codec alone, release build: same bits?",
        arguments: &["test", "--package=extrema", "--release", "--no-default-features"],
        environment: &[],
    },
];

/// Prepares what the tests need and runs all steps.
pub fn run() -> Result<()> {
    let mut times = Vec::new();
    let speech = timed("What the tests need", &mut times, || {
        needs::compiler()?;
        needs::python()?;
        speech::prepare()
    })?;
    for step in &STEPS {
        let mut cargo = Command::new("cargo");
        cargo.args(step.arguments).envs(step.environment.iter().copied());
        if let Some(speech) = speech.as_ref().filter(|_| step.arguments[0] == "test") {
            cargo.env(SPEECH, speech);
        }
        timed(step.name, &mut times, || {
            println!("{}", workspace::show(&cargo));
            workspace::run(&mut cargo)
        })
        .with_context(|| format!("failed: {}", step.name))?;
    }
    timed(OUTSIDE, &mut times, outside::run).with_context(|| format!("failed: {OUTSIDE}"))?;
    timed(WINDOWS, &mut times, windows::run).with_context(|| format!("failed: {WINDOWS}"))?;
    println!("\n== Summary: all passed ==");
    for (name, time) in &times {
        println!("{:>7.1} s  {name}", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("{:>7.1} s  in all", total.as_secs_f64());
    if speech.is_none() {
        println!("Without a recording of speech: those tests were skipped.");
    }
    Ok(())
}

/// Puts a heading over a step and takes its time.
fn timed<T>(
    name: &'static str,
    times: &mut Vec<(&'static str, Duration)>,
    step: impl FnOnce() -> Result<T>,
) -> Result<T> {
    println!("\n== {name} ==");
    let start = Instant::now();
    let result = step();
    times.push((name, start.elapsed()));
    result
}

//! What takes an optimised build of the plugin: the finished VST3 bundle in hosts that others wrote, compared
//! with the command-line program, and what frames of the editor cost.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{bundle, python, tools, workspace};

/// The folder of the tests.
const TESTS: &str = "tests/hosts";

/// Builds the plugin as it is released and the program, runs the tests, and fails if frames cost too much.
pub fn run() -> Result<()> {
    tools::ensure(&[tools::COMPILER])?;
    let python = python::environment()?;
    let bundles = bundle::run()?;
    let program = workspace::build_program(workspace::QUICK)?;
    let mut tests = Command::new(python);
    // `-B` writes no compiled files beside the sources.
    tests.args(["-B", "-m", "unittest", "discover", "--start-directory", TESTS]);
    tests.env("EXTREMA_VST3", &bundles.vst3).env("EXTREMA_PROGRAM", &program);
    // If `DISPLAY` is not set, these hosts open the screen `:0`, and may end with an error there.
    tests.env("DISPLAY", "none");
    workspace::announce("The VST3 in pedalboard and DawDreamer", "a minute");
    println!("$ {}", workspace::show(&tests));
    let ran = run_and_count(&mut tests)?;
    ensure!(ran > 0, "there are no tests in {TESTS}");

    workspace::announce("What a frame of the editor costs", workspace::BUILD_TIME);
    let mut bench = Command::new("cargo");
    bench.args(["bench", "--profile", workspace::QUICK, "--package=extrema-plugin-tests"]);
    workspace::run(bench.args(["--bench=frame", "--", "--check"]))
}

/// Runs Python's tests, shows their output, and returns how many there were: not every version of
/// Python fails if there are none.
fn run_and_count(tests: &mut Command) -> Result<u32> {
    let mut tests = tests.stderr(Stdio::piped()).spawn().context("cannot start Python")?;
    let mut ran = 0;
    for line in BufReader::new(tests.stderr.take().context("Python has no output")?).lines() {
        let line = line?;
        eprintln!("{line}");
        if let Some(count) = line.strip_prefix("Ran ").and_then(|rest| rest.split(' ').next()) {
            ran = count.parse().unwrap_or(ran);
        }
    }
    let status = tests.wait()?;
    ensure!(status.success(), "the tests in {TESTS} failed: {status}");
    Ok(ran)
}

//! The finished VST3 bundle in hosts that others wrote, against the command-line program.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{bundle, needs, program, python, workspace};

/// Where the tests are, and the list of the hosts they run in.
const TESTS: &str = "tests/hosts";

/// Builds both as they are released, and runs the tests.
pub fn run() -> Result<()> {
    let python = python::environment(&Path::new(TESTS).join("requirements.txt"))?;
    needs::python_hosts()?;
    let bundles = bundle::run()?;
    let program = program::build()?;
    let mut tests = Command::new(python);
    // No compiled files beside the sources.
    tests.args(["-B", "-m", "unittest", "discover", "--start-directory", TESTS]);
    tests.env("EXTREMA_VST3", &bundles.vst3).env("EXTREMA_PROGRAM", &program);
    // Where there is a screen, even one that is not named, these hosts open it, and it may end them.
    tests.env("DISPLAY", "none");
    println!("{}", workspace::show(&tests));
    let ran = run_and_count(&mut tests)?;
    ensure!(ran > 0, "there is no test in {TESTS}");
    Ok(())
}

/// Runs Python's tests, shows what they say, and returns how many there were: not every version of
/// Python takes none for a failure.
fn run_and_count(tests: &mut Command) -> Result<u32> {
    let mut tests = tests.stderr(Stdio::piped()).spawn().context("cannot start Python")?;
    let mut ran = 0;
    for line in BufReader::new(tests.stderr.take().context("a pipe")?).lines() {
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

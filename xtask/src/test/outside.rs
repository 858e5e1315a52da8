//! The finished VST3 bundle in hosts that others wrote, against the command-line program.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

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
    println!("{}", workspace::show(&tests));
    workspace::run(&mut tests)
}

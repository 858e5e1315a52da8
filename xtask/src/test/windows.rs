//! The editor in real windows, hosted in-process, and what its pictures cost.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::display::{self, Server};
use crate::{needs, workspace};

/// What the example that opens windows is asked to do, each time in a process of its own.
const RUNS: [&[&str]; 4] = [
    // Several at once do not hold up the host.
    &["--editors", "5", "--seconds", "3"],
    // Nothing is left behind.
    &["--reopen", "40", "--seconds", "0.2"],
    // The corner makes it larger.
    &["--seconds", "1", "--drag", "957,597,1007,637"],
    // The keyboard is the host's, and a hidden window rests.
    &["--seconds", "1", "--keys", "--hide"],
];

/// Opens windows, and fails if they misbehave or their pictures cost too much.
pub fn run() -> Result<()> {
    if cfg!(target_os = "linux") {
        open()?;
    } else {
        println!("Windows are opened on Linux only.");
    }
    let bench = ["bench", "--package=extrema-plugin-tests", "--bench=picture", "--", "--check"];
    workspace::run(Command::new("cargo").args(bench))
}

fn open() -> Result<()> {
    needs::screen()?;
    workspace::run(Command::new("cargo").args([
        "build",
        "--package=extrema-plugin-tests",
        "--example=window",
    ]))?;
    let target = workspace::target()?;
    let program = target.join("debug/examples/window");
    let picture = target.join("tmp/window.png");
    std::fs::create_dir_all(target.join("tmp"))?;
    let server = Server::start()?;
    for wishes in RUNS {
        display::patiently(|| {
            let mut window = server.command(&program);
            window.args(wishes);
            window
        })?;
    }
    workspace::remove(&picture)?;
    display::patiently(|| {
        let mut window = server.command(&program);
        window.args(["--zoom", "175", "--seconds", "1", "--picture"]).arg(&picture);
        window
    })?;
    ensure!(picture.exists(), "no picture at 175 %");
    Ok(())
}

//! The editor in real windows, and what its frames cost.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::display::{self, Server};
use crate::{tools, workspace};

/// The arguments of the example `window`, each time in a process of its own.
const RUNS: [&[&str]; 4] = [
    // Several at once do not block the host.
    &["--editors", "5", "--seconds", "3"],
    // Opening and closing leaks nothing.
    &["--reopen", "40", "--seconds", "0.2"],
    // Dragging its corner makes the window larger.
    &["--seconds", "1", "--touch", "drag:957,597,1007,637"],
    // The host has the keyboard, and a hidden window stops drawing.
    &["--seconds", "1", "--keys", "--hide"],
];

/// Opens windows, and fails if they misbehave or their frames cost too much.
pub fn run() -> Result<()> {
    if cfg!(target_os = "linux") {
        open()?;
    } else {
        println!("SKIPPED: windows are opened on Linux only.");
    }
    let bench = ["bench", "--package=extrema-plugin-tests", "--bench=frame", "--", "--check"];
    workspace::run(Command::new("cargo").args(bench))
}

fn open() -> Result<()> {
    tools::ensure(&[tools::VIRTUAL_SCREEN])?;
    workspace::run(Command::new("cargo").args([
        "build",
        "--package=extrema-plugin-tests",
        "--example=window",
    ]))?;
    let target = workspace::target()?;
    let program = target.join("debug/examples/window");
    let picture = workspace::target_folder("tmp")?.join("window.png");
    let server = Server::start()?;
    for args in RUNS {
        display::run_with_retries(|| {
            let mut window = server.command(&program);
            window.args(args);
            window
        })?;
    }
    workspace::remove(&picture)?;
    display::run_with_retries(|| {
        let mut window = server.command(&program);
        window.args(["--zoom", "175", "--seconds", "1", "--picture"]).arg(&picture);
        window
    })?;
    ensure!(picture.exists(), "no picture was taken at 175 %");
    Ok(())
}

//! The editor in real windows.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::display::{self, Server};
use crate::{tools, workspace};

/// The arguments of the example `window`, each time in a process of its own.
const RUNS: [&[&str]; 5] = [
    // Several at once do not block the host.
    &["--editors", "5", "--seconds", "3"],
    // Opening and closing leaks nothing.
    &["--reopen", "40", "--seconds", "0.2"],
    // A host's scale holds, also for a window that is opened again.
    &["--reopen", "1", "--scale", "1.5", "--seconds", "1"],
    // The host's window follows the editor's corner, also where the host alone resizes windows.
    &["--socket", "--seconds", "1", "--corner"],
    // Frames are drawn only when something moves and somebody sees it.
    &["--seconds", "1", "--cost"],
];

/// The same under a window manager, which has a say in who gets the keyboard and the pointer.
const MANAGED_RUNS: [&[&str]; 1] = [&["--seconds", "1", "--gestures", "--corner"]];

/// Opens windows, and fails if they misbehave.
pub fn run() -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("SKIPPED: windows are opened on Linux only.");
        return Ok(());
    }
    tools::ensure(&[tools::VIRTUAL_SCREEN, tools::WINDOW_MANAGER])?;
    workspace::run(Command::new("cargo").args([
        "build",
        "--package=extrema-plugin-tests",
        "--example=window",
    ]))?;
    let target = workspace::target()?;
    let program = target.join("debug/examples/window");
    let picture = workspace::target_folder("tmp")?.join("window.png");
    let server = Server::start()?;
    let run = |server: &Server, args: &[&str]| {
        display::run_with_retries(|| {
            let mut window = server.command(&program);
            window.args(args);
            window
        })
    };
    RUNS.iter().try_for_each(|args| run(&server, args))?;
    let managed = Server::start_managed()?;
    MANAGED_RUNS.iter().try_for_each(|args| run(&managed, args))?;
    drop(managed);
    workspace::remove(&picture)?;
    display::run_with_retries(|| {
        let mut window = server.command(&program);
        window.args(["--zoom", "175", "--seconds", "1", "--picture"]).arg(&picture);
        window
    })?;
    ensure!(picture.exists(), "no picture was taken at 175 %");
    Ok(())
}

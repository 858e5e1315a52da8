//! The editor in a real window, on a screen that nobody sees.

use std::process::Command;

use anyhow::{Result, bail};

use crate::display::Display;
use crate::{needs, workspace};

/// How often a window is tried: software drivers now and then show nothing in one.
const TRIES: usize = 3;

/// Opened and closed twice, then opened for good, made larger by its corner, and looked at.
const WISHES: [&str; 8] =
    ["--seconds", "1", "--reopen", "2", "--drag", "957,597,1007,637", "--picture", "window.png"];

/// Opens it, plays, and fails if it stays black or its size is forgotten.
pub fn run() -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("SKIPPED: windows are opened on Linux only.");
        return Ok(());
    }
    needs::screen()?;
    // The tests have built it already.
    let build = ["build", "--package=extrema-plugin-tests", "--example=window"];
    workspace::run(Command::new("cargo").args(build))?;
    let target = workspace::target()?;
    let display = Display::start()?;
    for _ in 0..TRIES {
        let mut window = Command::new(target.join("debug/examples/window"));
        window.args(WISHES).current_dir(&target);
        println!("{}", workspace::show(display.show(&mut window)));
        match workspace::run(&mut window) {
            Ok(()) => return Ok(()),
            Err(error) => println!("{error:#}"),
        }
    }
    bail!("{TRIES} windows have failed")
}

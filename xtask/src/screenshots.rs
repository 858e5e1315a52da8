//! Pictures of the editor in a real window, on a screen that nobody sees.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::display::Display;
use crate::{needs, workspace};

/// Where the pictures go.
const FOLDER: &str = "docs/images";

/// How often a window is tried.
const TRIES: usize = 3;

/// The setting of all pictures: loud enough losses to see them.
const SETTING: [&str; 4] = ["--set", "Detector=Peak", "--set", "Threshold=-30 dBFS"];

/// Each picture with what the window is asked to do. A hand that hovers stays out of the way of what
/// the picture shows.
const PICTURES: [(&str, &[&str]); 7] = [
    ("default", &[]),
    ("small", &["--size", "720x480"]),
    ("zoom200", &["--zoom", "200"]),
    ("delta", &["--set", "Delta=On"]),
    ("frozen", &["--click", "582,66", "--hover", "205,250"]),
    ("bypassed", &["--set", "Bypass=Bypassed"]),
    ("silent", &["--silent"]),
];

/// Builds the example that opens windows, and takes all pictures.
pub fn run() -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "the pictures are taken on Linux, with Xvfb");
    needs::compiler()?;
    needs::screen()?;
    let build = ["build", "--release", "--package=extrema-plugin-tests", "--example=window"];
    workspace::run(Command::new("cargo").args(build))?;
    let program = workspace::target()?.join("release/examples/window");
    let display = Display::start()?;
    for (name, wishes) in PICTURES {
        let path = Path::new(FOLDER).join(format!("editor-{name}.png"));
        take(&program, &display, wishes, &path)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Takes one picture. Software drivers now and then show nothing in a window; the next one is fine.
fn take(program: &Path, display: &Display, wishes: &[&str], path: &Path) -> Result<()> {
    for _ in 0..TRIES {
        let mut window = Command::new(program);
        window.args(["--seconds", "3"]).args(SETTING).args(wishes).arg("--picture").arg(path);
        let status = display.show(&mut window).stdout(Stdio::null()).status();
        let status = status.context("cannot start the window")?;
        if status.success() {
            return Ok(());
        }
    }
    bail!("no picture for {} after {TRIES} windows; the reason is above", path.display())
}

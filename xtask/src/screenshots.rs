//! Pictures of the editor in a real window, on a screen that nobody sees.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::display::{self, Server};
use crate::{needs, workspace};

/// Where the pictures go.
const FOLDER: &str = "docs/images";

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
    let server = Server::start()?;
    for (name, wishes) in PICTURES {
        let path = Path::new(FOLDER).join(format!("editor-{name}.png"));
        take(&program, &server, wishes, &path)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Takes one picture.
fn take(program: &Path, server: &Server, wishes: &[&str], path: &Path) -> Result<()> {
    let open = || {
        let mut window = server.command(program);
        window.args(["--seconds", "3"]).args(SETTING).args(wishes);
        window.arg("--picture").arg(path).stdout(Stdio::null());
        window
    };
    display::patiently(open).with_context(|| format!("no picture for {}", path.display()))
}

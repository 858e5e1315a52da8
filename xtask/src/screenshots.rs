//! Takes the pictures of the editor for the documentation, in a real window on a virtual screen.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::display::{self, Server};
use crate::{tools, workspace};

/// The folder of the pictures.
const FOLDER: &str = "docs/images";

/// The settings in all pictures: the losses are large enough to see.
const SETTINGS: [&str; 4] = ["--set", "Detector=Peak", "--set", "Threshold=-30 dBFS"];

/// Each picture, and the arguments of the example `window`. The pointer hovers where it hides
/// nothing.
const PICTURES: [(&str, &[&str]); 9] = [
    ("default", &[]),
    ("small", &["--size", "720x480"]),
    ("zoom200", &["--zoom", "200"]),
    ("delta", &["--set", "Delta=On"]),
    ("frozen", &["--touch", "click:582,66", "--touch", "hover:205,250"]),
    ("break", &["--touch", "click:46,549", "--set", "Edge=30 %", "--set", "Levels=5 bits"]),
    ("presets", &["--touch", "click:480,24"]),
    ("bypassed", &["--set", "Bypass=Bypassed"]),
    ("silent", &["--silent"]),
];

/// Builds the example that opens windows, and takes all pictures.
pub fn run() -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "the pictures are taken on Linux only, with Xvfb");
    tools::ensure(&[tools::COMPILER, tools::VIRTUAL_SCREEN])?;
    workspace::announce("Building the editor's window", workspace::BUILD_TIME);
    let build = ["--package=extrema-plugin-tests", "--example=window"];
    workspace::run(
        Command::new("cargo").args(["build", "--profile", workspace::QUICK]).args(build),
    )?;
    let program = workspace::target()?.join(workspace::QUICK).join("examples/window");
    let server = Server::start()?;
    workspace::announce("Taking pictures", "a minute");
    for (name, args) in PICTURES {
        let path = Path::new(FOLDER).join(format!("editor-{name}.png"));
        take(&program, &server, args, &path)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Takes one picture.
fn take(program: &Path, server: &Server, args: &[&str], path: &Path) -> Result<()> {
    let open = || {
        let mut window = server.command(program);
        window.args(["--seconds", "3"]).args(SETTINGS).args(args);
        window.arg("--picture").arg(path).stdout(Stdio::null());
        window
    };
    display::run_with_retries(open).with_context(|| format!("cannot take {}", path.display()))
}

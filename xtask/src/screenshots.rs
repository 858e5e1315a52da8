//! Pictures of the editor in a real window, on a screen that nobody sees.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

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

/// An X server without a screen. It ends with this.
struct Server {
    process: Child,
    display: String,
}

impl Server {
    fn start() -> Result<Self> {
        // It looks for a free number itself and tells it.
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "2000x1300x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let output = process.stdout.take().context("Xvfb has no output")?;
        let mut server = Self { process, display: String::new() };
        let mut number = String::new();
        BufReader::new(output).read_line(&mut number).context("Xvfb tells no display")?;
        ensure!(!number.trim().is_empty(), "Xvfb has stopped at once");
        server.display = format!(":{}", number.trim());
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

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

/// Takes one picture. Software drivers now and then show nothing in a window; the next one is fine.
fn take(program: &Path, server: &Server, wishes: &[&str], path: &Path) -> Result<()> {
    for _ in 0..TRIES {
        let status = Command::new(program)
            .args(["--seconds", "3"])
            .args(SETTING)
            .args(wishes)
            .arg("--picture")
            .arg(path)
            .env("DISPLAY", &server.display)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .status()
            .context("cannot start the window")?;
        if status.success() {
            return Ok(());
        }
    }
    bail!("no picture for {} after {TRIES} windows; the reason is above", path.display())
}

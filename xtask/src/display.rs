//! An X server for windows that nobody sees.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

/// An X server without a screen. It ends with this.
pub struct Display {
    process: Child,
    name: String,
}

impl Display {
    /// Starts one.
    pub fn start() -> Result<Self> {
        // It looks for a free number itself and tells it.
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "2000x1300x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let output = process.stdout.take().context("Xvfb has no output")?;
        let mut server = Self { process, name: String::new() };
        let mut number = String::new();
        BufReader::new(output).read_line(&mut number).context("Xvfb tells no display")?;
        ensure!(!number.trim().is_empty(), "Xvfb has stopped at once");
        server.name = format!(":{}", number.trim());
        Ok(server)
    }

    /// Has a command open its windows there.
    pub fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("DISPLAY", &self.name).env("LIBGL_ALWAYS_SOFTWARE", "1");
        command.env_remove("WAYLAND_DISPLAY")
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! A virtual screen for real windows.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::workspace;

/// How often a window is opened at most.
const TRIES: usize = 3;

/// An X server without a screen, and perhaps a window manager, which end when this is dropped.
pub struct Server {
    process: Child,
    display: String,
    window_manager: Option<Child>,
}

impl Server {
    /// Starts a server.
    pub fn start() -> Result<Self> {
        // It finds a free display and prints its number.
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "2000x1300x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let output = process.stdout.take().context("Xvfb has no output")?;
        let mut server = Self { process, display: String::new(), window_manager: None };
        let mut number = String::new();
        BufReader::new(output)
            .read_line(&mut number)
            .context("Xvfb has not printed its display")?;
        ensure!(!number.trim().is_empty(), "Xvfb has ended at once");
        server.display = format!(":{}", number.trim());
        Ok(server)
    }

    /// Asks a window to close, as a window manager does when its button is clicked.
    #[cfg(target_os = "linux")]
    pub fn close_window(&self, title: &str) -> Result<()> {
        use x11rb::connection::Connection;
        use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask};

        let (connection, screen) = x11rb::connect(Some(&self.display))?;
        let root = connection.setup().roots[screen].root;
        let atom =
            |name: &str| anyhow::Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom);
        let (protocols, delete) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?);
        for window in connection.query_tree(root)?.reply()?.children {
            let (name, text) = (AtomEnum::WM_NAME, AtomEnum::ANY);
            let name = connection.get_property(false, window, name, text, 0, 64)?.reply()?;
            if name.value == title.as_bytes() {
                let event = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
                connection.send_event(false, window, EventMask::NO_EVENT, event)?.check()?;
                return Ok(());
            }
        }
        anyhow::bail!("no window is named {title:?}")
    }

    /// Only Xvfb's windows can be closed.
    #[cfg(not(target_os = "linux"))]
    pub fn close_window(&self, title: &str) -> Result<()> {
        anyhow::bail!("the window {title:?} is not on a virtual screen")
    }

    /// Starts a server with a window manager, which may not be ready yet.
    pub fn start_managed() -> Result<Self> {
        let mut server = Self::start()?;
        let mut openbox = server.command(Path::new("openbox"));
        openbox.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        server.window_manager = Some(openbox.spawn().context("cannot start openbox")?);
        Ok(server)
    }

    /// A command whose windows open on this screen.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // They may have ended by themselves.
        for process in self.window_manager.iter_mut().chain([&mut self.process]) {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Runs a program that opens windows, again if it fails: software drivers sometimes leave a window
/// black, and the next one is fine.
pub fn run_with_retries(open: impl Fn() -> Command) -> Result<()> {
    for _ in 1..TRIES {
        if workspace::run(&mut open()).is_ok() {
            return Ok(());
        }
    }
    workspace::run(&mut open())
}

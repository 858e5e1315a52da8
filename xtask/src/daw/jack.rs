//! A JACK server without a sound card, and what can be recorded on it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::ardour::SAMPLE_RATE;
use super::patience;
use crate::workspace;

/// Frames that are played at a time: many, so that a busy machine loses none.
pub const CYCLE: usize = 4096;

/// A server of this process alone. It ends with this.
pub struct Jack {
    server: Child,
    name: String,
}

impl Jack {
    /// Starts one.
    pub fn start() -> Result<Self> {
        let name = format!("extrema-{}", std::process::id());
        let mut server = Command::new("jackd");
        // Not in real time, which takes privileges, but waiting for its clients.
        server.args(["--name", &name, "--no-realtime", "--sync", "-d", "dummy"]);
        server.args(["--rate", &SAMPLE_RATE.to_string(), "--period", &CYCLE.to_string()]);
        let server = silent(&mut server).spawn().context("cannot start jackd")?;
        let mut jack = Self { server, name };
        thread::sleep(Duration::from_secs(2));
        ensure!(jack.server.try_wait()?.is_none(), "jackd has stopped at once");
        Ok(jack)
    }

    /// Has a command use this server.
    pub fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("JACK_DEFAULT_SERVER", &self.name).env("JACK_NO_START_SERVER", "1")
    }

    /// Begins to record two ports into a file.
    pub fn record(&self, ports: [&str; 2], seconds: u64, file: &Path) -> Result<Recorder> {
        workspace::remove(file)?;
        let mut recorder = patience::limited("jack_capture");
        recorder
            .args(["-dc", "-b", "FLOAT", "-f", "wav", "-c", "2", "-p", ports[0], "-p", ports[1]]);
        recorder.args(["-d", &seconds.to_string()]).arg(file);
        let process = silent(self.show(&mut recorder)).spawn();
        Ok(Recorder(process.context("cannot start jack_capture")?))
    }
}

impl Drop for Jack {
    fn drop(&mut self) {
        // Asked kindly, it removes what it has in shared memory.
        let _ = Command::new("kill").arg(self.server.id().to_string()).status();
        let _ = self.server.wait();
    }
}

/// A recording that is being made.
pub struct Recorder(Child);

impl Recorder {
    /// Waits for its end.
    pub fn finish(mut self) -> Result<()> {
        let status = self.0.wait()?;
        ensure!(status.success(), "jack_capture failed: {status}");
        Ok(())
    }
}

fn silent(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

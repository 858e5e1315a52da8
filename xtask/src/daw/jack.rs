//! A JACK server without a sound card, and recordings on it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::timeout;
use crate::workspace;

/// Frames played at a time. With 1024, a busy machine was too late and JACK dropped Ardour.
pub const CYCLE: usize = 4096;

/// A server for this process alone, which ends when this is dropped.
pub struct Jack {
    server: Child,
    name: String,
}

impl Jack {
    /// Starts a server with a sample rate in Hz.
    pub fn start(sample_rate: u32) -> Result<Self> {
        let name = format!("extrema-{}", std::process::id());
        let mut server = Command::new("jackd");
        // Real time would take privileges; `--sync` waits for the clients instead.
        server.args(["--name", &name, "--no-realtime", "--sync", "-d", "dummy"]);
        server.args(["--rate", &sample_rate.to_string(), "--period", &CYCLE.to_string()]);
        let server = silent(&mut server).spawn().context("cannot start jackd")?;
        let mut jack = Self { server, name };
        thread::sleep(Duration::from_secs(2));
        ensure!(jack.server.try_wait()?.is_none(), "jackd has ended at once");
        Ok(jack)
    }

    /// Makes a command use this server.
    pub fn use_for<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("JACK_DEFAULT_SERVER", &self.name).env("JACK_NO_START_SERVER", "1")
    }

    /// Starts to record two ports into a file.
    pub fn record(&self, ports: [&str; 2], seconds: u64, file: &Path) -> Result<Recorder> {
        workspace::remove(file)?;
        let mut recorder = timeout::with_timeout("jack_capture");
        recorder
            .args(["-dc", "-b", "FLOAT", "-f", "wav", "-c", "2", "-p", ports[0], "-p", ports[1]]);
        recorder.args(["-d", &seconds.to_string()]).arg(file);
        let process = silent(self.use_for(&mut recorder)).spawn();
        Ok(Recorder(process.context("cannot start jack_capture")?))
    }
}

impl Drop for Jack {
    fn drop(&mut self) {
        // On SIGTERM it removes its shared memory; on SIGKILL it would not.
        let _ = Command::new("kill").arg(self.server.id().to_string()).status();
        let _ = self.server.wait();
    }
}

/// A recording in progress.
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

//! `extrema standalone` with JACK plays what the effect plays, to the bit, and ends when its window is
//! closed.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use extrema::codec::Codebook;
use extrema::effect::{Effect, Latency};

use super::jack::Jack;
use crate::display::Server;
use crate::track::Track;
use crate::{tools, workspace};

/// JACK's sample rate in Hz: not the one that the framework's wrapper assumes.
const SAMPLE_RATE: u32 = 44_100;

/// Length of the recording in seconds.
const SECONDS: u64 = 6;

/// From here on the codec no longer knows what it heard before the recording began: the source is silent
/// between its beats, of which it has two a second.
const SETTLED: usize = SAMPLE_RATE as usize * 3 / 2;

/// What is played: a short tone, two times a second.
const SOURCE: [&str; 10] =
    ["--name", "source", "--bpm", "120", "-f", "311", "-A", "0.7", "-D", "180"];
const SOURCE_PORT: &str = "source:120_bpm";

/// How long a program may take to appear, and to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds the program with its window and runs the check.
pub fn run() -> Result<()> {
    tools::ensure(&tools::STANDALONE)?;
    tools::ensure(&[tools::VIRTUAL_SCREEN])?;
    let program = build()?;
    workspace::announce("Using the effect without a host", "half a minute");
    let folder = workspace::target_folder("daw")?;
    let start = Instant::now();
    let recorded = record(&program, &folder.join("standalone.wav"))?;
    let [played, source] = &recorded.channels[..] else { bail!("the recording is not stereo") };
    let rate = f64::from(SAMPLE_RATE);
    let mut effect = Effect::new(&Codebook::standard(), rate, 2, Latency::Full);
    let (mut wanted, mut other) = (source.clone(), source.clone());
    effect.process(&mut [&mut wanted, &mut other], &mut ());
    let from = SETTLED.min(played.len());
    let wanted = recorded.with(vec![wanted[from..].to_vec()]);
    let played = recorded.with(vec![played[from..].to_vec()]);
    ensure!(wanted.channels[0].iter().any(|x| x.abs() > 0.1), "the source was not heard");
    let difference = wanted.difference(&played).unwrap_or_default();
    ensure!(difference.is_empty(), "the standalone program and the effect: {difference}");
    println!(
        "ok: the standalone program plays what the effect plays ({:.1} s)",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

fn build() -> Result<PathBuf> {
    workspace::announce("Building the standalone program", workspace::BUILD_TIME);
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", workspace::QUICK, "--package=extrema", "--bin=extrema"]);
    workspace::run(cargo.arg("--features=standalone"))?;
    Ok(workspace::target()?.join(workspace::QUICK).join("extrema"))
}

/// Records what the program plays, and what it is given.
fn record(program: &Path, file: &Path) -> Result<Track> {
    let (jack, screen) = (Jack::start(SAMPLE_RATE)?, Server::start()?);
    let mut source = Command::new("jack_metro");
    let _source = Running(start(jack.use_for(source.args(SOURCE)))?);
    wait_for_port(&jack, SOURCE_PORT)?;
    let mut command = screen.command(program);
    command.args(["standalone", "--backend", "jack", "--connect-jack-inputs", SOURCE_PORT]);
    let mut standalone = Running(start(jack.use_for(&mut command))?);
    wait_for_port(&jack, "extrema:output_1")?;
    jack.record(["extrema:output_1", SOURCE_PORT], SECONDS, file)?.finish()?;
    screen.close_window("Extrema")?;
    let since = Instant::now();
    while standalone.0.try_wait()?.is_none() && since.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(50));
    }
    let status = standalone.0.try_wait()?.context("the program runs on without its window")?;
    ensure!(status.success(), "the program has ended with {status}");
    Track::read(file)
}

fn start(command: &mut Command) -> Result<Child> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().with_context(|| format!("cannot start `{}`", workspace::show(command)))
}

/// Waits until a program has opened a port.
fn wait_for_port(jack: &Jack, port: &str) -> Result<()> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        let ports = jack.use_for(&mut Command::new("jack_lsp")).output()?;
        if String::from_utf8_lossy(&ports.stdout).lines().any(|line| line == port) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("JACK's port {port} does not appear")
}

/// A program that is ended when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

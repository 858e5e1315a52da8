//! Runs Ardour without a window and with a home folder of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use extrema::effect::Control;

use super::jack::Jack;
use super::session::{SAMPLE_RATE, Session};
use super::timeout;
use crate::track::Track;
use crate::{install, workspace};

/// Where Debian's Ardour 7 has its internal programs and libraries.
const LIBRARY: &str = "/usr/lib/ardour7";

/// Ardour's flags for SSE, SSE2, and for flushing denormals to zero on load and on store, which every
/// `x86_64` processor has; without those for AVX, FMA and AVX-512. On processors with AVX-512, Ardour before
/// 8.5 mixes up to 7 samples beyond the end of a buffer if it lies at certain addresses, and crashes: fixed in
/// Ardour's commit d023ea0d77.
const PROCESSOR_FLAGS: &str = "15";

const CREATE: &str = include_str!("create.lua");
const RELOAD: &str = include_str!("reload.lua");
const LIVE: &str = include_str!("live.lua");

/// How long Ardour plays on after the end of the audio.
const TAIL_SECONDS: u64 = 2;

/// A word of `create.lua` that sets a control which hosts keep as a position.
pub fn position(control: Control, value: f64) -> String {
    format!("{}={}", control.spec().name, control.to_host(value))
}

/// An Ardour that has Extrema and none of this user's configuration.
pub struct Ardour {
    folder: PathBuf,
}

impl Ardour {
    /// Installs the bundle for a fresh Ardour and lets it scan.
    pub fn with(bundle: &Path) -> Result<Self> {
        let folder = workspace::target()?.join("daw");
        workspace::remove(&folder)?;
        let ardour = Self { folder };
        let plugins = ardour.home().join(".vst3");
        fs::create_dir_all(&plugins)?;
        let installed = install::install_bundle(bundle, &plugins)?;
        date_back(&installed)?;
        let scan = || {
            let mut scan = ardour.command(&format!("{LIBRARY}/ardour-vst3-scanner"));
            scan.args(["-f", "-q"]).arg(&installed).env("LD_LIBRARY_PATH", LIBRARY);
            Ok(scan)
        };
        timeout::output(scan).context("Ardour cannot scan the bundle")?;
        Ok(ardour)
    }

    /// Ardour's name and version.
    pub fn version(&self) -> Result<String> {
        let printed = timeout::output(|| {
            let mut ask = self.command("ardour7-lua");
            ask.arg("--version");
            Ok(ask)
        })?;
        Ok(printed.lines().next().unwrap_or_default().to_owned())
    }

    /// Makes a session with Extrema on the track *Wet* and the audio on every track. `create.lua`
    /// describes `setup`.
    pub fn create(&self, name: &str, setup: &[&str], audio: &Track) -> Result<Session> {
        let session = Session::new(&self.folder, name);
        let mut words = vec![session.folder().display().to_string(), name.to_owned()];
        words.extend(setup.iter().map(|&word| word.to_owned()));
        let printed = timeout::output(|| {
            // Left by an attempt that hung.
            workspace::remove(session.folder())?;
            self.lua(CREATE, &words)
        })?;
        ensure!(
            printed.contains("latency 2048"),
            "Ardour does not see a latency of 2048 samples: {printed}"
        );
        session.add_audio(audio)?;
        Ok(session)
    }

    /// Opens a session, saves it again, and returns Extrema's parameters as `LABEL=VALUE`.
    pub fn reload(&self, session: &Session) -> Result<Vec<String>> {
        let words = [session.folder().display().to_string(), session.name().to_owned()];
        let printed = timeout::output(|| self.lua(RELOAD, &words))?;
        Ok(printed.lines().filter(|line| line.contains('=')).map(str::to_owned).collect())
    }

    /// Exports the master bus, cut to a number of frames: Ardour exports the tail as well.
    pub fn export(&self, session: &Session, frames: usize) -> Result<Track> {
        let target = self.folder.join(format!("{}.wav", session.name()));
        timeout::output(|| {
            workspace::remove(&target)?;
            let mut command = self.command("ardour7-export");
            command.args(["--bitdepth", "float", "--output"]).arg(&target);
            command.arg(session.folder()).arg(session.name());
            Ok(command)
        })?;
        let mut track = Track::read(&target)?;
        ensure!(
            track.sample_rate == SAMPLE_RATE && track.channels.len() == 2,
            "the export of {} is not stereo at {SAMPLE_RATE} Hz",
            session.name()
        );
        ensure!(track.frames() >= frames, "the export of {} is too short", session.name());
        track.channels.iter_mut().for_each(|channel| channel.truncate(frames));
        Ok(track)
    }

    /// Plays a session of a number of frames, and records the master bus.
    pub fn play(&self, session: &Session, jack: &Jack, frames: usize) -> Result<Track> {
        let seconds = frames as u64 / u64::from(SAMPLE_RATE) + TAIL_SECONDS;
        let target = self.folder.join(format!("{}-live.wav", session.name()));
        let words = [
            session.folder().display().to_string(),
            session.name().to_owned(),
            (seconds + TAIL_SECONDS).to_string(),
        ];
        let mut command = self.lua(LIVE, &words)?;
        jack.use_for(&mut command).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut ardour = command.stderr(Stdio::null()).spawn().context("cannot start Ardour")?;
        let printed = BufReader::new(ardour.stdout.take().context("Ardour has no output")?);
        let mut lines = printed.lines();
        let is_ready = lines.by_ref().any(|line| line.is_ok_and(|line| line == "ready"));
        ensure!(is_ready, "Ardour does not play {} on JACK", session.name());
        let ports = [":Master/audio_out 1", ":Master/audio_out 2"];
        let recorder = jack.record(ports, seconds, &target)?;
        // The recorder has to be connected before the first sound.
        thread::sleep(Duration::from_millis(500));
        ardour.stdin.take().context("Ardour has no input")?.write_all(b"roll\n")?;
        recorder.finish()?;
        lines.for_each(drop);
        ardour.wait()?;
        Track::read(&target)
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    fn lua(&self, script: &str, words: &[String]) -> Result<Command> {
        let file = self.folder.join("script.lua");
        fs::write(&file, script)?;
        let mut command = self.command("ardour7-lua");
        command.arg(&file).args(words);
        Ok(command)
    }

    /// A program with none of the user's configuration, which is stopped if it hangs.
    fn command(&self, program: &str) -> Command {
        let mut command = timeout::with_timeout(program);
        command.env("HOME", self.home()).env("LC_ALL", "C.UTF-8");
        command.env("ARDOUR_FPU_FLAGS", PROCESSOR_FLAGS);
        for variable in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "VST3_PATH"] {
            command.env_remove(variable);
        }
        command
    }
}

/// Dates everything in a folder back by a minute. Ardour takes its record of a scan for outdated if
/// the plugin's file is of the same second, and without a window then leaves the plugin out.
fn date_back(path: &Path) -> Result<()> {
    if path.is_dir() {
        return fs::read_dir(path)?.try_for_each(|entry| date_back(&entry?.path()));
    }
    let earlier = SystemTime::now() - Duration::from_secs(60);
    File::options().append(true).open(path)?.set_modified(earlier)?;
    Ok(())
}

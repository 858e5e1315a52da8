//! Runs Ardour without a window, with a home folder of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};

use super::jack::Jack;
use super::patience;
use super::session::Session;
use crate::track::Track;
use crate::{install, workspace};

/// The rate of every session, in Hz.
pub const SAMPLE_RATE: u32 = 48_000;

/// Where Debian's Ardour 7 keeps what is not for users.
const LIBRARY: &str = "/usr/lib/ardour7";

const CREATE: &str = include_str!("create.lua");
const RELOAD: &str = include_str!("reload.lua");
const LIVE: &str = include_str!("live.lua");

/// How long Ardour goes on playing after the end, in seconds.
const AFTER: u64 = 2;

/// An Ardour that knows Extrema and nothing of this user.
pub struct Ardour {
    folder: PathBuf,
}

impl Ardour {
    /// Gives a fresh Ardour the bundle and has it scanned.
    pub fn with(bundle: &Path) -> Result<Self> {
        let folder = workspace::target()?.join("daw");
        workspace::remove(&folder)?;
        let ardour = Self { folder };
        let plugins = ardour.home().join(".vst3");
        fs::create_dir_all(&plugins)?;
        let installed = install::place(bundle, &plugins)?;
        age(&installed)?;
        let scan = || {
            let mut scan = ardour.command(&format!("{LIBRARY}/ardour-vst3-scanner"));
            scan.args(["-f", "-q"]).arg(&installed).env("LD_LIBRARY_PATH", LIBRARY);
            Ok(scan)
        };
        patience::said(scan).context("Ardour cannot scan the bundle")?;
        Ok(ardour)
    }

    /// The version, as Ardour says it.
    pub fn version(&self) -> Result<String> {
        let said = patience::said(|| {
            let mut ask = self.command("ardour7-lua");
            ask.arg("--version");
            Ok(ask)
        })?;
        Ok(said.lines().next().unwrap_or_default().to_owned())
    }

    /// Makes a session with Extrema on the track *Wet* and the audio on every track; `setup` is as
    /// `create.lua` has it.
    pub fn create(&self, name: &str, setup: &[&str], audio: &Track) -> Result<Session> {
        let session = Session::new(&self.folder, name);
        let mut words = vec![session.folder().display().to_string(), name.to_owned()];
        words.extend(setup.iter().map(|&word| word.to_owned()));
        let said = patience::said(|| {
            // Of an attempt that hung.
            workspace::remove(session.folder())?;
            self.lua(CREATE, &words)
        })?;
        ensure!(said.contains("latency 2048"), "Ardour sees another latency: {said}");
        session.place(audio)?;
        Ok(session)
    }

    /// Opens a session and saves it again; says which values Extrema then has.
    pub fn reload(&self, session: &Session) -> Result<Vec<String>> {
        let words = [session.folder().display().to_string(), session.name().to_owned()];
        let said = patience::said(|| self.lua(RELOAD, &words))?;
        Ok(said.lines().filter(|line| line.contains('=')).map(str::to_owned).collect())
    }

    /// Exports what the master bus plays, cut to a number of frames: Ardour goes on into the tail.
    pub fn export(&self, session: &Session, frames: usize) -> Result<Track> {
        let target = self.folder.join(format!("{}.wav", session.name()));
        patience::said(|| {
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

    /// Plays a session of a number of frames, and records what the master bus plays.
    pub fn play(&self, session: &Session, jack: &Jack, frames: usize) -> Result<Track> {
        let seconds = frames as u64 / u64::from(SAMPLE_RATE) + AFTER;
        let target = self.folder.join(format!("{}-live.wav", session.name()));
        let words = [
            session.folder().display().to_string(),
            session.name().to_owned(),
            (seconds + AFTER).to_string(),
        ];
        let mut command = self.lua(LIVE, &words)?;
        jack.show(&mut command).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut ardour = command.stderr(Stdio::null()).spawn().context("cannot start Ardour")?;
        let said = BufReader::new(ardour.stdout.take().context("Ardour has no output")?);
        let mut lines = said.lines();
        let is_ready = lines.by_ref().any(|line| line.is_ok_and(|line| line == "ready"));
        ensure!(is_ready, "Ardour does not play {} on JACK", session.name());
        let ports = [":Master/audio_out 1", ":Master/audio_out 2"];
        let recorder = jack.record(ports, seconds, &target)?;
        // The recorder has to be there before the first sound.
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

    /// A program that sees no configuration but its own, and is stopped if it hangs.
    fn command(&self, program: &str) -> Command {
        let mut command = patience::limited(program);
        command.env("HOME", self.home()).env("LC_ALL", "C.UTF-8");
        for variable in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "VST3_PATH"] {
            command.env_remove(variable);
        }
        command
    }
}

/// Dates everything in a folder back. Ardour rescans a plug-in, and headless then ignores it, when
/// it is of the same second as the note of the scan.
fn age(path: &Path) -> Result<()> {
    if path.is_dir() {
        return fs::read_dir(path)?.try_for_each(|entry| age(&entry?.path()));
    }
    let earlier = SystemTime::now() - Duration::from_secs(60);
    File::options().append(true).open(path)?.set_modified(earlier)?;
    Ok(())
}

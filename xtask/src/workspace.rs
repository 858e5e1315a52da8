//! The project's folders, running its commands, and building its programs.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Message, MetadataCommand};

/// How long a build takes, for [`announce`].
pub const BUILD_TIME: &str = "some minutes on a fresh machine, seconds afterwards";

/// Makes the project's folder the current one, wherever the user has started this.
pub fn enter() -> Result<()> {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = xtask.parent().unwrap_or(xtask);
    std::env::set_current_dir(root)
        .with_context(|| format!("cannot enter the project's folder {}", root.display()))
}

/// Says what happens next, and how long it usually takes.
pub fn announce(what: &str, time: &str) {
    println!("\n== {what} ({time}) ==");
}

/// Cargo's target folder.
pub fn target() -> Result<PathBuf> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .context("cannot ask Cargo for its target folder")?;
    Ok(metadata.target_directory.into())
}

/// A folder in the target folder, made if need be.
pub fn target_folder(name: &str) -> Result<PathBuf> {
    let folder = target()?.join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Removes a file or a folder, if it exists.
pub fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove the old {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Shows a command, runs it, and fails if it does.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("$ {shown}");
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    ensure!(status.success(), "`{shown}` failed: {status}");
    Ok(())
}

/// Runs a command and returns what it has printed; fails if it does.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot start `{shown}`"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("`{shown}` failed: {}\n{text}", output.status);
    }
    Ok(text)
}

/// The profile of what is released, and one as optimised that builds in half the time.
pub const RELEASE: &str = "release";
pub const QUICK: &str = "quick";

/// Builds the command-line program without the plugin.
pub fn build_program(profile: &str) -> Result<PathBuf> {
    announce("Building the command-line program", BUILD_TIME);
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", profile, "--package=extrema", "--bin=extrema"]);
    run(cargo.args(["--no-default-features", "--features=cli"]))?;
    let name = format!("extrema{}", std::env::consts::EXE_SUFFIX);
    let program = target()?.join(profile).join(name);
    ensure!(program.is_file(), "the build has not made {}", program.display());
    Ok(program)
}

/// Builds a benchmark without the plugin.
pub fn build_bench(name: &str) -> Result<PathBuf> {
    announce(&format!("Building the benchmark {name}"), BUILD_TIME);
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--package=extrema", "--no-default-features", "--no-run"]);
    cargo.args(["--message-format=json-render-diagnostics", "--bench", name]);
    let messages = output(&mut cargo)?;
    let programs = Message::parse_stream(messages.as_bytes()).filter_map(|message| match message {
        Ok(Message::CompilerArtifact(artifact)) if artifact.target.name == name => {
            artifact.executable
        }
        _ => None,
    });
    let program = programs.last().with_context(|| format!("Cargo has not built {name}"))?;
    Ok(program.into())
}

/// A command as one would type it, with the environment that was set for it.
pub fn show(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(key, value)| {
        Some(format!("{}={:?}", key.to_string_lossy(), value?.to_string_lossy()))
    });
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words = words.map(|word| word.to_string_lossy().into_owned());
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

//! What the machine has to have besides Rust, and getting it where that is possible.

use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Something that is called by its name on the command line.
struct Tool {
    command: &'static str,
    why: &'static str,
    /// The Debian package that has it, or several with spaces between.
    package: &'static str,
    elsewhere: &'static str,
}

/// Rust links with it. Nothing else is needed: every library of the plugin is Rust, or loaded when
/// its window opens.
const COMPILER: Tool = Tool {
    command: "cc",
    why: "to link the plugin",
    package: "build-essential",
    elsewhere: if cfg!(target_os = "macos") {
        "run `xcode-select --install`"
    } else {
        "install GCC or Clang with your system's package manager (Fedora: `dnf install gcc`, Arch: \
         `pacman -S base-devel`)"
    },
};

const PYTHON: Tool = Tool {
    command: "python3",
    why: "to compare the codec with an independent one",
    package: "python3",
    elsewhere: "install Python 3 from your system's package manager or from https://python.org",
};

const VALGRIND: Tool = Tool {
    command: "valgrind",
    why: "to count instructions",
    package: "valgrind",
    elsewhere: "install Valgrind from your system's package manager",
};

const EMULATORS: [Tool; 2] = [emulator("qemu-x86_64"), emulator("qemu-aarch64")];

const fn emulator(command: &'static str) -> Tool {
    Tool {
        command,
        why: "to play another processor",
        package: "qemu-user",
        elsewhere: "install QEMU's user mode from your system's package manager",
    }
}

const ARM_COMPILER: Tool = Tool {
    command: "aarch64-linux-gnu-gcc",
    why: "to link for 64-bit ARM",
    package: "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    elsewhere: "install a GCC for aarch64-linux-gnu",
};

/// The other codecs that Extrema is measured against.
const PEERS: [Tool; 6] = [
    peer("lame", "lame"),
    peer("opusenc", "opus-tools"),
    peer("opusdec", "opus-tools"),
    peer("oggenc", "vorbis-tools"),
    peer("oggdec", "vorbis-tools"),
    peer("flac", "flac"),
];

const fn peer(command: &'static str, package: &'static str) -> Tool {
    Tool {
        command,
        why: "to measure it beside Extrema",
        package,
        elsewhere: "install it from your system's package manager",
    }
}

/// Makes sure that there is a linker.
pub fn compiler() -> Result<()> {
    if cfg!(target_env = "msvc") {
        // Rust's own installer fetches this linker, and Rust finds it without a PATH.
        return Ok(());
    }
    ensure(&COMPILER)
}

/// Makes sure that there is a Python.
pub fn python() -> Result<()> {
    ensure(&PYTHON)
}

/// Makes sure that instructions can be counted.
pub fn valgrind() -> Result<()> {
    ensure(&VALGRIND)
}

/// Makes sure that other processors can be emulated.
pub fn emulators() -> Result<()> {
    EMULATORS.iter().try_for_each(ensure)
}

/// Makes sure that there is a linker for 64-bit ARM.
pub fn arm_compiler() -> Result<()> {
    ensure(&ARM_COMPILER)
}

/// Tries to get the other codecs; what stays missing is said, and no failure.
pub fn peers() {
    for error in PEERS.iter().filter_map(|peer| ensure(peer).err()) {
        println!("SKIPPED: {error:#}");
    }
}

/// Whether a command can be started.
pub fn has(command: &str) -> bool {
    let quiet = Command::new(command)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

/// Fetches the lists of Debian's packages.
pub fn update_packages() -> Result<()> {
    privileged(&["apt-get", "update", "-qq"], "to know which packages there are")
}

fn ensure(tool: &Tool) -> Result<()> {
    let Tool { command, why, package, elsewhere } = tool;
    if has(command) {
        return Ok(());
    }
    println!("`{command}` is missing; it is needed {why}.");
    if !has("apt-get") {
        bail!("`{command}` is needed {why}: {elsewhere}, then run this again");
    }
    let mut install = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    install.extend(package.split(' '));
    if privileged(&install, why).is_err() {
        // A fresh container knows no packages at all.
        update_packages()?;
        privileged(&install, why)?;
    }
    if !has(command) {
        bail!("{package} is installed, but `{command}` still does not run; check your PATH");
    }
    Ok(())
}

/// Runs a command as root: at once if this is root, else with `sudo` if a person agrees.
fn privileged(words: &[&str], why: &str) -> Result<()> {
    let line = words.join(" ");
    let mut command = if is_root() {
        Command::new(words[0])
    } else {
        let by_hand = format!("it is needed {why}; run `sudo {line}`, then run this again");
        if !has("sudo") {
            bail!("this needs root, and there is no sudo: {by_hand}");
        }
        if !agrees(&format!("Run `sudo {line}` now?"))? {
            bail!("not installed: {by_hand}");
        }
        let mut sudo = Command::new("sudo");
        sudo.arg(words[0]);
        sudo
    };
    command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive");
    println!("Running `{line}` …");
    workspace::run(&mut command)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Asks on a terminal; without one, nobody agrees.
fn agrees(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("cannot read the answer")?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

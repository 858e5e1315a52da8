//! The programs that a machine needs besides Rust, and installing them where that is possible.

use std::ffi::OsStr;
use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A program, or something that a program can check for.
pub struct Tool {
    command: &'static str,
    /// An argument with which the command succeeds; without one it only has to be in the `PATH`.
    check: Option<&'static str>,
    purpose: &'static str,
    /// The Debian packages that have it.
    packages: &'static [&'static str],
    /// How to get it on systems without APT.
    elsewhere: &'static str,
}

const fn tool(
    command: &'static str,
    purpose: &'static str,
    packages: &'static [&'static str],
    elsewhere: &'static str,
) -> Tool {
    Tool { command, check: None, purpose, packages, elsewhere }
}

/// Links what Rust compiles. No other library is needed to build: the plugin's are all written in
/// Rust, or loaded when its window opens. macOS has a `cc` that only says how to get the real one.
pub const COMPILER: Tool = Tool {
    check: Some("--version"),
    ..tool(
        "cc",
        "to link programs",
        &["build-essential"],
        if cfg!(target_os = "macos") {
            "run `xcode-select --install`"
        } else {
            "install GCC or Clang with your system's package manager (Fedora: `dnf install gcc`, \
             Arch: `pacman -S base-devel`)"
        },
    )
};

/// Compiles libFuzzer.
pub const CPP_COMPILER: Tool = tool(
    "c++",
    "to compile libFuzzer",
    &["build-essential"],
    "install a C++ compiler with your system's package manager (Fedora: `dnf install gcc-c++`)",
);

pub const PYTHON: Tool = tool(
    "python3",
    "to compare the codec with an independent implementation",
    &["python3"],
    "install Python 3 with your system's package manager or from https://python.org",
);

/// Debian has this part of Python in a package of its own.
pub const PYTHON_VENV: Tool = Tool {
    check: Some("-cimport ensurepip, venv"),
    purpose: "with `venv` and `pip`, to run the plugin in hosts that are Python packages",
    packages: &["python3-venv"],
    ..PYTHON
};

/// DawDreamer is linked with it, and a machine without a screen may lack it.
pub const OPENGL: Tool = Tool {
    check: Some("-cimport ctypes; ctypes.CDLL('libGL.so.1')"),
    purpose: "with `libGL.so.1`, to run the plugin in hosts that are Python packages",
    packages: &["libgl1"],
    elsewhere: "install OpenGL's `libGL.so.1` with your system's package manager (Fedora: `dnf \
                install libglvnd-glx`)",
    ..PYTHON
};

pub const ARDOUR: Tool = tool(
    "ardour7-lua",
    "to use the plugin in a DAW",
    &["ardour"],
    "install Ardour 7 so that its `ardour7-lua` and `ardour7-export` are in your PATH, or run this \
     check on Debian 12",
);

const JACK_ELSEWHERE: &str = "install JACK 2 and jack_capture with your system's package manager";
pub const JACK: [Tool; 2] = [
    tool("jackd", "to play live without a sound card", &["jackd2"], JACK_ELSEWHERE),
    tool("jack_capture", "to record what a DAW plays", &["jack-capture"], JACK_ELSEWHERE),
];

/// What the standalone program is linked with on Linux. `pkg-config` finds their headers.
pub const STANDALONE: [Tool; 2] =
    [library("alsa", &["libasound2-dev", "pkg-config"]), library("jack", &["libjack-jackd2-dev"])];

const fn library(name: &'static str, packages: &'static [&'static str]) -> Tool {
    Tool {
        check: Some(name),
        ..tool(
            "pkg-config",
            "to build the standalone program, with ALSA's and JACK's headers",
            packages,
            "install pkg-config and the headers of ALSA and JACK with your system's package manager \
             (Fedora: `dnf install pkgconf alsa-lib-devel pipewire-jack-audio-connection-kit-devel`)",
        )
    }
}

pub const VALGRIND: Tool = tool(
    "valgrind",
    "to count instructions",
    &["valgrind"],
    "install Valgrind with your system's package manager",
);

pub const EMULATORS: [Tool; 2] = [emulator("qemu-x86_64"), emulator("qemu-aarch64")];

const fn emulator(command: &'static str) -> Tool {
    tool(
        command,
        "to emulate other processors",
        &["qemu-user"],
        "install QEMU's user mode with your system's package manager",
    )
}

pub const ARM_COMPILER: Tool = tool(
    "aarch64-linux-gnu-gcc",
    "to link for 64-bit ARM",
    &["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
    "install a GCC for aarch64-linux-gnu",
);

/// The codecs that Extrema is measured against.
#[cfg(unix)]
pub const OTHER_CODECS: [Tool; 6] = [
    other_codec("lame", &["lame"]),
    other_codec("opusenc", &["opus-tools"]),
    other_codec("opusdec", &["opus-tools"]),
    other_codec("oggenc", &["vorbis-tools"]),
    other_codec("oggdec", &["vorbis-tools"]),
    other_codec("flac", &["flac"]),
];

#[cfg(unix)]
const fn other_codec(command: &'static str, packages: &'static [&'static str]) -> Tool {
    let elsewhere = "install it with your system's package manager";
    tool(command, "to measure it beside Extrema", packages, elsewhere)
}

/// Resamples for codecs that have one rate.
pub const SOX: Tool =
    tool("sox", "to resample tracks", &["sox"], "install SoX with your system's package manager");

pub const VIRTUAL_SCREEN: Tool = tool(
    "Xvfb",
    "to open the editor's window on a virtual screen",
    // With Mesa's drivers, and the libraries that a window loads.
    &[
        "xvfb",
        "libegl1",
        "libgl1",
        "libgl1-mesa-dri",
        "libx11-xcb1",
        "libxcursor1",
        "libxkbcommon-x11-0",
    ],
    "install Xvfb and Mesa with your system's package manager (Fedora: `dnf install \
     xorg-x11-server-Xvfb mesa-dri-drivers mesa-libEGL libxkbcommon-x11`)",
);

pub const WINDOW_MANAGER: Tool = tool(
    "openbox",
    "to use the editor's window under a window manager",
    &["openbox"],
    "install Openbox with your system's package manager",
);

/// Makes sure that tools are there: installs them with APT, or fails and says how to get them.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    tools.iter().try_for_each(ensure_one)
}

fn ensure_one(tool: &Tool) -> Result<()> {
    let Tool { command, purpose, packages, elsewhere, .. } = tool;
    // Rust's own installer fetches MSVC's linker, and Rust finds it without a PATH.
    let is_given = cfg!(target_env = "msvc") && *command == COMPILER.command;
    if is_given || is_present(tool) {
        return Ok(());
    }
    println!("`{command}` is missing; it is needed {purpose}.");
    if !has("apt-get") {
        bail!("`{command}` is needed {purpose}: {elsewhere}, then run this again");
    }
    let mut install = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    install.extend_from_slice(packages);
    if run_as_root(&install, purpose).is_err() {
        // A fresh container has no package lists.
        update_package_lists()?;
        run_as_root(&install, purpose)?;
    }
    if !is_present(tool) {
        let packages = packages.join(", ");
        bail!("{packages} is installed, but `{command}` still does not run; check your PATH");
    }
    Ok(())
}

fn is_present(tool: &Tool) -> bool {
    tool.check.map_or_else(|| has(tool.command), |argument| succeeds(tool.command, argument))
}

/// Whether a command is in the `PATH`.
pub fn has(command: &str) -> bool {
    which::which(command).is_ok()
}

/// Whether a command succeeds with an argument.
pub fn succeeds(command: impl AsRef<OsStr>, argument: &str) -> bool {
    let mut command = Command::new(command);
    command.arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Fetches APT's package lists.
pub fn update_package_lists() -> Result<()> {
    run_as_root(&["apt-get", "update", "-qq"], "to know which packages there are")
}

/// Runs a command at once if this is root; otherwise with `sudo`, if the user agrees.
fn run_as_root(words: &[&str], purpose: &str) -> Result<()> {
    let line = words.join(" ");
    let mut command = if is_root() {
        Command::new(words[0])
    } else {
        let by_hand = format!("it is needed {purpose}; run `sudo {line}`, then run this again");
        if !has("sudo") {
            bail!("this needs root, and there is no sudo: {by_hand}");
        }
        if !confirm(&format!("Run `sudo {line}` now?"))? {
            bail!("not installed: {by_hand}");
        }
        let mut sudo = Command::new("sudo");
        sudo.arg(words[0]);
        sudo
    };
    workspace::run(command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Asks on a terminal; without one the answer is no.
fn confirm(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("cannot read the answer")?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

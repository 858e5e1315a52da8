//! What the machine has to have besides Rust, and getting it where that is possible.

use std::ffi::OsStr;
use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Something that is called by its name on the command line.
struct Tool {
    command: &'static str,
    /// The argument with which it does nothing but succeed.
    ask: &'static str,
    why: &'static str,
    /// The Debian packages that have it.
    packages: &'static [&'static str],
    elsewhere: &'static str,
}

/// Rust links with it. Nothing else is needed: every library of the plugin is Rust, or loaded when
/// its window opens.
const COMPILER: Tool = Tool {
    command: "cc",
    ask: "--version",
    why: "to link the plugin",
    packages: &["build-essential"],
    elsewhere: if cfg!(target_os = "macos") {
        "run `xcode-select --install`"
    } else {
        "install GCC or Clang with your system's package manager (Fedora: `dnf install gcc`, Arch: \
         `pacman -S base-devel`)"
    },
};

const PYTHON: Tool = Tool {
    command: "python3",
    ask: "--version",
    why: "to compare the codec with an independent one",
    packages: &["python3"],
    elsewhere: "install Python 3 from your system's package manager or from https://python.org",
};

const ARDOUR: Tool = Tool {
    command: "ardour7-lua",
    ask: "--version",
    why: "to use the plugin in a DAW",
    packages: &["ardour"],
    elsewhere: "install Ardour 7 so that its `ardour7-lua` and `ardour7-export` are in your PATH, \
                or leave this check to Debian 12",
};

/// A server that plays to nobody, and a recorder.
const JACK: [Tool; 2] = [live("jackd", &["jackd2"]), live("jack_capture", &["jack-capture"])];

const fn live(command: &'static str, packages: &'static [&'static str]) -> Tool {
    Tool {
        command,
        ask: "--version",
        why: "to record what a DAW plays live",
        packages,
        elsewhere: "install JACK 2 and jack_capture from your system's package manager",
    }
}

/// Debian packs this part of Python apart.
const PYTHON_ENVIRONMENTS: Tool = Tool {
    command: "python3",
    ask: "-cimport ensurepip, venv",
    why: "with `venv` and `pip`, to run the plugin in hosts that come as Python packages",
    packages: &["python3-venv"],
    elsewhere: PYTHON.elsewhere,
};

/// DawDreamer is linked with it, and a machine without a screen may lack it.
const OPENGL: Tool = Tool {
    command: "python3",
    ask: "-cimport ctypes; ctypes.CDLL('libGL.so.1')",
    why: "with `libGL.so.1`, to run the plugin in hosts that come as Python packages",
    packages: &["libgl1"],
    elsewhere: "install OpenGL's `libGL.so.1` with your system's package manager (Fedora: `dnf \
                install libglvnd-glx`)",
};

const VALGRIND: Tool = Tool {
    command: "valgrind",
    ask: "--version",
    why: "to count instructions",
    packages: &["valgrind"],
    elsewhere: "install Valgrind from your system's package manager",
};

const EMULATORS: [Tool; 2] = [emulator("qemu-x86_64"), emulator("qemu-aarch64")];

const fn emulator(command: &'static str) -> Tool {
    Tool {
        command,
        ask: "--version",
        why: "to play another processor",
        packages: &["qemu-user"],
        elsewhere: "install QEMU's user mode from your system's package manager",
    }
}

const ARM_COMPILER: Tool = Tool {
    command: "aarch64-linux-gnu-gcc",
    ask: "--version",
    why: "to link for 64-bit ARM",
    packages: &["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
    elsewhere: "install a GCC for aarch64-linux-gnu",
};

/// The other codecs that Extrema is measured against.
const PEERS: [Tool; 6] = [
    peer("lame", &["lame"]),
    peer("opusenc", &["opus-tools"]),
    peer("opusdec", &["opus-tools"]),
    peer("oggenc", &["vorbis-tools"]),
    peer("oggdec", &["vorbis-tools"]),
    peer("flac", &["flac"]),
];

const fn peer(command: &'static str, packages: &'static [&'static str]) -> Tool {
    Tool {
        command,
        ask: "--version",
        why: "to measure it beside Extrema",
        packages,
        elsewhere: "install it from your system's package manager",
    }
}

const SCREEN: Tool = Tool {
    command: "Xvfb",
    ask: "-help",
    why: "to open the editor's window on a screen that nobody sees",
    // With Mesa's drivers, and the libraries that a window loads.
    packages: &[
        "xvfb",
        "libegl1",
        "libgl1",
        "libgl1-mesa-dri",
        "libx11-xcb1",
        "libxcursor1",
        "libxkbcommon-x11-0",
    ],
    elsewhere: "install Xvfb and Mesa with your system's package manager (Fedora: `dnf install \
                xorg-x11-server-Xvfb mesa-dri-drivers mesa-libEGL libxkbcommon-x11`)",
};

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

/// Makes sure that a Python can make environments of its own.
pub fn python_environments() -> Result<()> {
    python()?;
    ensure(&PYTHON_ENVIRONMENTS)
}

/// Makes sure that the hosts that come as Python packages find the libraries they do not bring.
pub fn python_hosts() -> Result<()> {
    if cfg!(target_os = "linux") { ensure(&OPENGL) } else { Ok(()) }
}

/// Makes sure that there is an Ardour.
pub fn ardour() -> Result<()> {
    ensure(&ARDOUR)
}

/// Makes sure that what a DAW plays live can be recorded.
pub fn jack() -> Result<()> {
    JACK.iter().try_for_each(ensure)
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

/// Makes sure that a window can be opened without a screen.
pub fn screen() -> Result<()> {
    ensure(&SCREEN)
}

/// Whether a command can be started.
pub fn has(command: &str) -> bool {
    answers(command, "--version")
}

/// Whether a command succeeds with an argument.
pub fn answers(command: impl AsRef<OsStr>, argument: &str) -> bool {
    let quiet = Command::new(command)
        .arg(argument)
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
    let Tool { command, ask, why, packages, elsewhere } = tool;
    if answers(command, ask) {
        return Ok(());
    }
    println!("`{command}` is missing; it is needed {why}.");
    if !has("apt-get") {
        bail!("`{command}` is needed {why}: {elsewhere}, then run this again");
    }
    let mut install = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    install.extend_from_slice(packages);
    if privileged(&install, why).is_err() {
        // A fresh container knows no packages at all.
        update_packages()?;
        privileged(&install, why)?;
    }
    if !answers(command, ask) {
        let packages = packages.join(", ");
        bail!("{packages} is installed, but `{command}` still does not run; check your PATH");
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

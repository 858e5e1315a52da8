//! The committed hashes of the codec's output on processors other than this one: with SSE4.2 at
//! most, with hardly more than SSE2, and on 64-bit ARM. Debian's `qemu-user` plays them.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::{needs, workspace};

/// The test that compares the hashes.
const TEST: &str = "identity::output_has_the_committed_bits";

/// x86 processors without AVX, by the newest of their instructions that the codec could use.
const OLDER: [(&str, &str); 2] =
    [("SSE4.2", "qemu-x86_64 -cpu Nehalem"), ("SSE2", "qemu-x86_64 -cpu qemu64")];

const ARM: &str = "aarch64-unknown-linux-gnu";

/// Runs the test on all of them, where that is possible.
pub fn run() -> Result<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        println!("SKIPPED: other processors are emulated on x86-64 Linux only.");
        return Ok(());
    }
    needs::compiler()?;
    needs::emulators()?;
    for (newest, runner) in OLDER {
        println!("\n== The same bits with no more than {newest} ==");
        test(&[], &[("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", runner)])?;
    }

    println!("\n== The same bits on 64-bit ARM ==");
    if workspace::run(Command::new("rustup").args(["target", "add", ARM])).is_err() {
        println!("SKIPPED: Rust's library for {ARM} cannot be had here.");
        return Ok(());
    }
    needs::arm_compiler()?;
    test(
        &["--target", ARM],
        &[
            ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc"),
            (
                "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER",
                "qemu-aarch64 -L /usr/aarch64-linux-gnu",
            ),
        ],
    )
}

/// Builds the codec's tests and runs the one under the emulator.
fn test(options: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--package=extrema", "--release", "--no-default-features"]);
    cargo
        .args(options)
        .args(["--test=codec", "--", "--exact", TEST])
        .envs(environment.iter().copied());
    println!("{}", workspace::show(&cargo));
    let output = workspace::output(&mut cargo)?;
    print!("{output}");
    // A test that has been renamed would pass unnoticed.
    ensure!(output.contains("1 passed"), "no test is called {TEST}");
    Ok(())
}

//! Checks the committed hashes of the codec's output on other processors, emulated by QEMU: with
//! SSE4.2 at most, with SSE2 at most, and on 64-bit ARM.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::{tools, workspace};

/// The test that compares the hashes.
const TEST: &str = "identity::output_has_the_committed_bits";

/// x86 processors without AVX: the newest instruction set of each that the codec may use, and
/// QEMU's command.
const OLDER: [(&str, &str); 2] =
    [("SSE4.2", "qemu-x86_64 -cpu Nehalem"), ("SSE2", "qemu-x86_64 -cpu qemu64")];

const ARM: &str = "aarch64-unknown-linux-gnu";

/// Runs the test on all of them.
pub fn run() -> Result<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        println!("SKIPPED: other processors are emulated on x86-64 Linux only.");
        return Ok(());
    }
    tools::ensure(&[tools::COMPILER])?;
    tools::ensure(&tools::EMULATORS)?;
    for (newest, runner) in OLDER {
        let what = format!("The same bits with {newest} at most");
        workspace::announce(&what, workspace::BUILD_TIME);
        test(&[], &[("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", runner)])?;
    }

    workspace::announce("The same bits on 64-bit ARM", workspace::BUILD_TIME);
    if workspace::run(Command::new("rustup").args(["target", "add", ARM])).is_err() {
        println!("SKIPPED: Rust's library for {ARM} cannot be installed here.");
        return Ok(());
    }
    tools::ensure(&[tools::ARM_COMPILER])?;
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

/// Builds the codec's tests and runs the one in the emulator.
fn test(options: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "test",
        "--profile",
        workspace::QUICK,
        "--package=extrema",
        "--no-default-features",
    ]);
    cargo
        .args(options)
        .args(["--test=codec", "--", "--exact", TEST])
        .envs(environment.iter().copied());
    println!("$ {}", workspace::show(&cargo));
    let output = workspace::output(&mut cargo)?;
    print!("{output}");
    // Cargo succeeds if no test has this name.
    ensure!(output.contains("1 passed"), "there is no test {TEST}");
    Ok(())
}

//! Fuzzes every reader of foreign bytes and the effect with libFuzzer, for a while each.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{tools, workspace};

/// The targets in `fuzz/fuzz_targets`, and the longest input of each in bytes: several times what its
/// largest case has.
const TARGETS: [(&str, u32); 5] = [
    ("audio_reader", 1 << 16),
    ("container", 4096),
    ("raw", 4096),
    ("state", 4096),
    ("effect", 8192),
];

/// Small files that the test suite has anyway, in the format of some targets.
const FIXTURES: &str = "tests/fixtures";

/// In megabytes, for the target and all that libFuzzer keeps.
const MEMORY_LIMIT: u32 = 2048;

/// In seconds, for one input. The slowest that are valid take a tenth of it.
const TIME_LIMIT: u32 = 20;

/// Runs each target for so many seconds. An input that fails is kept among the target's cases, where
/// `cargo test` replays it.
pub fn run(seconds: u32) -> Result<()> {
    if cfg!(windows) {
        println!("SKIPPED: libFuzzer is used on Linux and macOS only.");
        return Ok(());
    }
    tools::ensure(&[tools::COMPILER, tools::CPP_COMPILER])?;
    if !tools::has("cargo-fuzz") {
        workspace::announce("Installing cargo-fuzz", "a few minutes, once");
        workspace::run(Command::new("cargo").args(["install", "--locked", "cargo-fuzz"]))?;
    }
    workspace::announce("Building the fuzz targets", workspace::BUILD_TIME);
    workspace::run(cargo_fuzz("build").arg("--sanitizer=none"))?;
    for (target, max_bytes) in TARGETS {
        let what = format!("Fuzzing {target}");
        workspace::announce(&what, &format!("{seconds} seconds"));
        let folder = |name: &str| Path::new("fuzz").join(name).join(target);
        let (corpus, cases) = (folder("corpus"), folder("cases"));
        let [corpus, cases] = [std::path::absolute(corpus)?, std::path::absolute(cases)?];
        std::fs::create_dir_all(&corpus)
            .with_context(|| format!("cannot make {}", corpus.display()))?;
        let mut fuzz = cargo_fuzz("run");
        fuzz.args(["--sanitizer=none", target]).arg(&corpus).arg(&cases);
        fuzz.arg(std::path::absolute(FIXTURES)?).arg("--");
        fuzz.arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={max_bytes}"))
            .arg(format!("-rss_limit_mb={MEMORY_LIMIT}"))
            .arg(format!("-timeout={TIME_LIMIT}"))
            .arg(format!("-artifact_prefix={}/", cases.display()))
            // The statistics of every new input would fill the screen.
            .args(["-verbosity=0", "-print_final_stats=1"]);
        workspace::run(&mut fuzz).with_context(|| {
            format!(
                "{target} has failed; the input is now in fuzz/cases/{target}, and `cargo test` \
                 replays it. Mend the code, give the file a name, and commit it"
            )
        })?;
    }
    Ok(())
}

fn cargo_fuzz(task: &str) -> Command {
    let mut cargo = Command::new("cargo");
    // The plugin logs every state that it refuses.
    cargo.args(["fuzz", task, "--fuzz-dir=fuzz"]).env("NICE_LOG", "/dev/null");
    cargo
}

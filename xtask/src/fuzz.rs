//! Fuzzes every reader of foreign bytes and the effect with libFuzzer, for a while each.

use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};

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

/// Targets that run at the same time. libFuzzer keeps one core busy.
const AT_ONCE: usize = 2;

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
        workspace::run(Command::new("cargo").args([
            "install",
            "--debug",
            "--locked",
            "cargo-fuzz",
        ]))?;
    }
    workspace::announce("Building the fuzz targets", workspace::BUILD_TIME);
    workspace::run(&mut cargo_fuzz("build"))?;
    for targets in TARGETS.chunks(AT_ONCE) {
        let names: Vec<&str> = targets.iter().map(|(target, _)| *target).collect();
        workspace::announce(
            &format!("Fuzzing {}", names.join(" and ")),
            &format!("{seconds} seconds"),
        );
        thread::scope(|scope| {
            let start =
                |&(target, max_bytes)| scope.spawn(move || run_target(target, max_bytes, seconds));
            let running: Vec<_> = targets.iter().map(start).collect();
            let ended: Vec<_> = running.into_iter().map(|target| target.join()).collect();
            ended
                .into_iter()
                .try_for_each(|result| result.unwrap_or_else(|_| bail!("xtask panicked")))
        })?;
    }
    Ok(())
}

/// Runs a target to its end, and prints what libFuzzer has counted.
fn run_target(target: &str, max_bytes: u32, seconds: u32) -> Result<()> {
    let folder = |name: &str| std::path::absolute(Path::new("fuzz").join(name).join(target));
    let (corpus, cases) = (folder("corpus")?, folder("cases")?);
    std::fs::create_dir_all(&corpus)
        .with_context(|| format!("cannot make {}", corpus.display()))?;
    let mut fuzz = cargo_fuzz("run");
    fuzz.arg(target).arg(&corpus).arg(&cases);
    fuzz.arg(std::path::absolute(FIXTURES)?).arg("--");
    fuzz.arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={max_bytes}"))
        .arg(format!("-rss_limit_mb={MEMORY_LIMIT}"))
        .arg(format!("-timeout={TIME_LIMIT}"))
        .arg(format!("-artifact_prefix={}/", cases.display()))
        .arg("-print_final_stats=1");
    let shown = workspace::show(&fuzz);
    println!("$ {shown}");
    let output = fuzz.output().with_context(|| format!("cannot start `{shown}`"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!(
            "{log}\n{target} has failed; the input is now in fuzz/cases/{target}, and `cargo test` \
             replays it. Mend the code, give the file a name, and commit it"
        );
    }
    // The last status line has the size of the corpus, and then come the statistics.
    let statistics = log.lines().filter(|line| line.contains("DONE") || line.starts_with("stat::"));
    println!("{target}:\n  {}", statistics.collect::<Vec<_>>().join("\n  "));
    Ok(())
}

fn cargo_fuzz(task: &str) -> Command {
    let mut cargo = Command::new("cargo");
    // Without --release, cargo-fuzz turns on the checks of overflow in every crate, also where fuzz/Cargo.toml
    // does not. The plugin logs every state that it refuses.
    cargo.args(["fuzz", task, "--fuzz-dir=fuzz", "--release", "--sanitizer=none"]);
    cargo.env("NICE_LOG", "/dev/null");
    cargo
}

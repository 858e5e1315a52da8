//! Counts instructions per sample with callgrind, and fails if they have grown. Unlike times,
//! counts are the same in every run of a build.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{tools, workspace};

/// The committed instructions per sample of each case.
const COMMITTED: &str = "benches/instructions.toml";

/// How much a count may grow: another compiler changes them by a few percent.
const TOLERANCE: f64 = 1.10;

/// The rounds of two runs. Their difference is counted, which leaves out everything but the rounds.
const ROUNDS: [usize; 2] = [1, 3];

const HEAD: &str = "\
# Instructions per sample with AVX2, counted by callgrind. `cargo xtask instructions` fails when one
# has grown by more than a tenth, and `cargo xtask instructions --update` writes this file.
";

/// Counts, and compares with the committed counts or replaces them.
pub fn run(update: bool) -> Result<()> {
    if !avx2() {
        println!(
            "SKIPPED: the committed counts are for processors with AVX2, which this one lacks."
        );
        return Ok(());
    }
    tools::ensure(&[tools::COMPILER, tools::VALGRIND])?;
    let program = workspace::build_bench("instructions")?;
    workspace::announce("Counting instructions", "about two minutes");
    let counts = count_all(&program)?;
    if update {
        let text = toml::to_string(&counts).context("cannot write the counts as TOML")?;
        fs::write(COMMITTED, format!("{HEAD}{text}"))
            .with_context(|| format!("cannot write {COMMITTED}"))?;
        println!("Written: {COMMITTED}");
        return Ok(());
    }
    let text = fs::read_to_string(COMMITTED).with_context(|| format!("cannot read {COMMITTED}"))?;
    let committed: BTreeMap<String, f64> =
        toml::from_str(&text).with_context(|| format!("{COMMITTED} is damaged"))?;
    compare(&counts, &committed)
}

/// Whether the codec's AVX2 code runs on this processor.
fn avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// Instructions per sample, by case.
fn count_all(program: &Path) -> Result<BTreeMap<String, f64>> {
    let list = workspace::output(&mut Command::new(program))?;
    let mut counts = BTreeMap::new();
    for line in list.lines() {
        let (samples, case) =
            line.split_once('\t').context("the benchmark has not printed its cases")?;
        let samples: f64 =
            samples.parse().context("the benchmark has not printed numbers of samples")?;
        let [few, many] = ROUNDS.map(|rounds| count(program, case, rounds));
        let count = (many? - few?) / (samples * (ROUNDS[1] - ROUNDS[0]) as f64);
        counts.insert(case.to_owned(), (10.0 * count).round() / 10.0);
    }
    Ok(counts)
}

/// All instructions of one run.
fn count(program: &Path, case: &str, rounds: usize) -> Result<f64> {
    let file = workspace::target()?.join("instructions.callgrind");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet"]);
    valgrind.arg(format!("--callgrind-out-file={}", file.display()));
    valgrind.arg(program).args([case, &rounds.to_string()]);
    workspace::output(&mut valgrind)?;
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total
        .and_then(|total| total.trim().parse().ok())
        .with_context(|| format!("callgrind has not written a total into {}", file.display()))
}

fn compare(counts: &BTreeMap<String, f64>, committed: &BTreeMap<String, f64>) -> Result<()> {
    println!("{:>9} {:>9}  instructions per sample", "now", "committed");
    let mut grown = Vec::new();
    for (case, &now) in counts {
        let Some(&before) = committed.get(case) else {
            bail!("{COMMITTED} lacks \"{case}\"; run `cargo xtask instructions --update`");
        };
        println!("{now:>9.1} {before:>9.1}  {case}");
        if now > before * TOLERANCE {
            grown.push(format!("{case}: {:+.0} %", 100.0 * (now / before - 1.0)));
        }
    }
    if !grown.is_empty() {
        bail!(
            "more instructions per sample than before:\n  {}\nIf that is worth it, run `cargo \
             xtask instructions --update` and say why in the commit",
            grown.join("\n  ")
        );
    }
    Ok(())
}

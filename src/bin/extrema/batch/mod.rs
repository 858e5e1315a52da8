//! Commands that take one file or many: which files, where each output goes, and all of them on all
//! processors.

mod folders;
mod inputs;
mod names;
mod progress;
mod turns;
mod workers;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::bail;
use clap::Args;
use extrema::audio_file::STANDARD_STREAM;

use crate::messages;

pub use folders::Folders;
pub use inputs::{FileKind, Found, find};
pub use names::assign;
pub use progress::{FileProgress, Progress};
pub use turns::in_turns;
pub use workers::{all_processors, for_each};

/// The exit code if a file that is cut short was salvaged, and nothing worse has happened.
const SALVAGED: u8 = 2;

/// The options of commands that make a file of each input.
#[derive(Debug, Args)]
pub struct BatchOptions {
    /// Write into this folder, which is made if need be. With it there may be many inputs, and a folder
    /// stands for all files in it and in its sub-folders, which are kept
    #[arg(short, long, value_name = "DIR")]
    output_folder: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
}

/// How many threads work.
#[derive(Debug, Args)]
pub struct Threads {
    /// Work with this many threads [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = thread_count)]
    threads: Option<usize>,
}

impl Threads {
    /// At least 1.
    pub fn count(&self) -> usize {
        self.threads.unwrap_or_else(all_processors)
    }
}

/// A file to read and what to make of it.
#[derive(Debug)]
pub struct Job {
    pub input: PathBuf,
    pub output: PathBuf,
    /// Size of the input in bytes, by which jobs are weighed.
    pub size: u64,
}

/// A job on its way.
pub struct Task<'a> {
    pub input: &'a Path,
    pub output: &'a Path,
    /// How many threads it may use.
    pub threads: usize,
    pub progress: FileProgress<'a>,
}

/// How a file went that has not failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Whole,
    /// It is cut short, and what is there of it was used.
    Salvaged,
}

impl BatchOptions {
    /// Calls `work` for every input among `paths`, the last of which is the only output unless there is a
    /// folder for outputs. What is wrong with a single input is the error; of many, each that fails is
    /// reported and the others are done.
    pub fn run(
        &self,
        paths: &[PathBuf],
        kind: &FileKind,
        check_output: impl Fn(&Path) -> anyhow::Result<()>,
        work: impl Fn(&Task<'_>) -> anyhow::Result<Done> + Sync,
    ) -> anyhow::Result<ExitCode> {
        if let Some(folder) = &self.output_folder {
            return self.run_all(paths, folder, kind, work);
        }
        let (input, output) = one_pair(paths)?;
        crate::check_paths(input, output)?;
        check_output(output)?;
        let progress = Progress::new(1, 1);
        let (threads, file) = (self.threads.count(), progress.file(1));
        let done = work(&Task { input, output, threads, progress: file });
        progress.finish();
        Ok(match done? {
            Done::Whole => ExitCode::SUCCESS,
            Done::Salvaged => ExitCode::from(SALVAGED),
        })
    }

    fn run_all(
        &self,
        paths: &[PathBuf],
        folder: &Path,
        kind: &FileKind,
        work: impl Fn(&Task<'_>) -> anyhow::Result<Done> + Sync,
    ) -> anyhow::Result<ExitCode> {
        if paths.iter().any(|path| path == Path::new(STANDARD_STREAM)) {
            bail!("standard input has no name that its output could have; leave out -o");
        }
        let failures = AtomicUsize::new(0);
        let complain = |words: String| {
            failures.fetch_add(1, Ordering::Relaxed);
            messages::say(words);
        };
        let found = find(paths, kind, complain);
        let mut jobs = assign(found, folder, kind.output, messages::say);
        // The longest first, so that no processor is left with it at the end.
        jobs.sort_by_key(|job| std::cmp::Reverse(job.size));
        let folders = Folders::default();
        let progress = Progress::new(jobs.iter().map(|job| job.size).sum(), jobs.len());
        let salvaged = AtomicBool::new(false);
        for_each(jobs.len(), self.threads.count(), |number, threads| {
            let job = &jobs[number];
            let file = progress.file(job.size);
            let task = Task { input: &job.input, output: &job.output, threads, progress: file };
            match folders.make_for(&job.output).and_then(|()| work(&task)) {
                Ok(Done::Whole) => (),
                Ok(Done::Salvaged) => salvaged.store(true, Ordering::Relaxed),
                Err(error) => {
                    failures.fetch_add(1, Ordering::Relaxed);
                    progress.say(messages::describe(&error));
                }
            }
        });
        progress.finish();
        folders.remove_empty();
        Ok(match (failures.into_inner(), salvaged.into_inner()) {
            (0, false) => ExitCode::SUCCESS,
            (0, true) => ExitCode::from(SALVAGED),
            _ => ExitCode::FAILURE,
        })
    }
}

/// The only input and the only output.
fn one_pair(paths: &[PathBuf]) -> anyhow::Result<(&Path, &Path)> {
    match paths {
        [input, _] if input.is_dir() => bail!(
            "cannot open {}: it is a folder; name a folder for what becomes of its files with -o DIR",
            input.display()
        ),
        [input, output] => Ok((input, output)),
        [_, _, third, ..] => bail!(
            "{} is one path too many: an input has one output; for many inputs, name the folder of \
             their outputs with -o DIR",
            third.display()
        ),
        _ => bail!("missing: <OUTPUT>, the file to write, or -o DIR, the folder to write it into"),
    }
}

/// Reads the value of `--threads`.
fn thread_count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=1024).contains(count));
    count.ok_or_else(|| format!("{text:?} is not a number of threads; write 1 to 1024"))
}

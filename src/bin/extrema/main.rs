//! The `extrema` program: encodes, decodes, renders and inspects audio files.

mod automation;
mod curves;
mod decode;
mod encode;
mod inspect;
mod options;
mod render;
mod stored;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

/// Audio as peaks, troughs and the curves between: every half-wave in five bytes.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Encode(encode::Encode),
    Decode(decode::Decode),
    Render(render::Render),
    Inspect(inspect::Inspect),
    Curves(curves::Curves),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            // Help and version come this way too.
            let failed = message.use_stderr();
            return if message.print().is_err() || failed {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let result = match cli.command {
        Command::Encode(encode) => encode.run(),
        Command::Decode(decode) => decode.run(),
        Command::Render(render) => render.run(),
        Command::Inspect(inspect) => inspect.run(),
        Command::Curves(curves) => curves.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output, `head` for example, has had enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("extrema: {}", describe(&error));
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// An error and its causes, without those that are part of its own text.
fn describe(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// A progress bar over so many frames, seen on a terminal only.
fn progress(frames: Option<u64>, rate: u32) -> ProgressBar {
    let Some(frames) = frames else {
        return ProgressBar::new_spinner();
    };
    let template = "{bar:40} {percent:>3} %  {eta} left";
    let bar = ProgressBar::new(frames);
    // Redrawing costs more than a short file does.
    bar.set_draw_target(match frames < u64::from(rate) {
        true => indicatif::ProgressDrawTarget::hidden(),
        false => indicatif::ProgressDrawTarget::stderr(),
    });
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Refuses to replace the input by the output.
fn check_paths(input: &Path, output: &Path) -> anyhow::Result<()> {
    if let (Ok(a), Ok(b)) = (input.canonicalize(), output.canonicalize())
        && a == b
    {
        bail!("{} would be replaced by its own result; name another output", input.display());
    }
    Ok(())
}

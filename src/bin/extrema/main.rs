//! The `extrema` command line: encodes, decodes, renders and inspects audio files.

mod automation;
mod curves;
mod decode;
mod encode;
mod encoded_file;
mod inspect;
mod options;
mod render;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

/// Lossy audio effect and codec: replaces every half-wave by one of 255 curves, in five bytes
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
        // Help and version arrive here too, but are printed to stdout.
        Err(message) => {
            let printed = message.print().is_ok() && !message.use_stderr();
            return if printed { ExitCode::SUCCESS } else { ExitCode::FAILURE };
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
        // The reader of our output, `head` for example, has closed it.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("extrema: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// A progress bar over `frames` frames at `rate` Hz, or a spinner if the length is not known.
fn progress(frames: Option<u64>, rate: u32) -> ProgressBar {
    let Some(frames) = frames else {
        return ProgressBar::new_spinner();
    };
    let template = "{bar:40} {percent:>3} %  {eta} left";
    let bar = ProgressBar::new(frames);
    // For less than a second of audio, drawing would take longer than the work itself.
    bar.set_draw_target(match frames < u64::from(rate) {
        true => indicatif::ProgressDrawTarget::hidden(),
        false => indicatif::ProgressDrawTarget::stderr(),
    });
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Refuses to overwrite the input.
fn check_paths(input: &Path, output: &Path) -> anyhow::Result<()> {
    if let (Ok(a), Ok(b)) = (input.canonicalize(), output.canonicalize())
        && a == b
    {
        bail!("{} is both input and output; name another output", input.display());
    }
    Ok(())
}

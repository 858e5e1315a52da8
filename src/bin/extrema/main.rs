//! The `extrema` command line: encodes, decodes, renders and inspects audio files.

mod automation;
mod batch;
mod codebook_option;
mod curves;
mod decode;
mod decode_parts;
mod encode;
mod encode_parts;
mod encode_search;
mod encoded_file;
mod inspect;
mod interruption;
mod messages;
mod options;
mod output_name;
mod pack;
mod presets;
mod render;
#[cfg(feature = "standalone")]
mod standalone;
mod time_range;
mod usage;

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use extrema::audio_file::{STANDARD_STREAM, silence_caught_panics};
use extrema::container::SAMPLE_RATES;

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
    Pack(pack::Pack),
    Curves(curves::Curves),
    Presets(presets::Presets),
    #[cfg(feature = "standalone")]
    Standalone(standalone::Standalone),
}

fn main() -> ExitCode {
    let command_line = Cli::try_parse();
    // Its window has signals of its own to handle.
    #[cfg(feature = "standalone")]
    match &command_line {
        Ok(Cli { command: Command::Standalone(standalone) }) => return standalone.run(),
        // Without a command, which the program as it is released asks for.
        Err(_) if std::env::args_os().len() == 1 => return standalone::Standalone::new().run(),
        _ => (),
    }
    interruption::handle();
    silence_caught_panics();
    let result = match command_line {
        Ok(cli) => run(cli.command),
        Err(message) if message.use_stderr() => {
            messages::say(usage::describe(&message));
            return ExitCode::FAILURE;
        }
        // Help and version.
        Err(message) => message.print().map(|()| ExitCode::SUCCESS).context(messages::CANNOT_PRINT),
    };
    match result {
        Ok(code) => code,
        Err(error) if messages::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            messages::say(messages::describe(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Encode(encode) => return encode.run(),
        Command::Decode(decode) => return decode.run(),
        Command::Render(render) => render.run()?,
        Command::Inspect(inspect) => return inspect.run(),
        Command::Pack(pack) => pack.run()?,
        Command::Curves(curves) => curves.run()?,
        Command::Presets(presets) => presets.run()?,
        #[cfg(feature = "standalone")]
        Command::Standalone(standalone) => return Ok(standalone.run()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses to overwrite the input, and to read audio from a keyboard.
fn check_paths(input: &Path, output: &Path) -> anyhow::Result<()> {
    check_input(input)?;
    if input == Path::new(STANDARD_STREAM) || output == Path::new(STANDARD_STREAM) {
        return Ok(());
    }
    if let (Ok(a), Ok(b)) = (input.canonicalize(), output.canonicalize())
        && a == b
        && a.is_file()
    {
        bail!("{} is both input and output; name another output", input.display());
    }
    Ok(())
}

/// Refuses a file with a sample rate at which the codec does not work.
fn check_sample_rate(path: &Path, rate: u32) -> anyhow::Result<()> {
    if !SAMPLE_RATES.contains(&rate) {
        bail!(
            "{} has a sample rate of {rate} Hz, but only {} to {} Hz can be encoded; resample it first, \
             or correct its header if that is wrong",
            path.display(),
            SAMPLE_RATES.start(),
            SAMPLE_RATES.end()
        );
    }
    Ok(())
}

/// Refuses to read audio from a keyboard.
fn check_input(input: &Path) -> anyhow::Result<()> {
    if input == Path::new(STANDARD_STREAM) && io::stdin().is_terminal() {
        bail!("standard input is a terminal; name a file, or send one to it with < or |");
    }
    Ok(())
}

//! `extrema standalone`: the effect in a window of its own, on the system's audio inputs and outputs.

use std::process::ExitCode;

use clap::Args;
use extrema::plugin::Extrema;
use nice_plug::wrapper::standalone::nice_export_standalone_with_args;

use crate::messages;

/// The options with which the framework's wrapper is told a sample rate.
const RATE_OPTIONS: [&str; 2] = ["-r", "--sample-rate"];

/// Open the effect in a window of its own, with JACK, ALSA, CoreAudio or WASAPI
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Standalone {
    /// Backend, devices, ports and more; --help lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<String>,
}

impl Standalone {
    /// Without options.
    pub fn new() -> Self {
        Self { options: Vec::new() }
    }

    /// Runs until the window is closed.
    pub fn run(&self) -> ExitCode {
        end_on_signals();
        let mut arguments = vec!["extrema standalone".to_owned()];
        arguments.extend_from_slice(&self.options);
        if let Some(rate) = self.jack_rate() {
            if self.options.iter().any(|option| RATE_OPTIONS.iter().any(|o| option.starts_with(o)))
            {
                messages::say(format_args!(
                    "JACK runs at {rate} Hz and nothing else can; leave out --sample-rate"
                ));
                return ExitCode::FAILURE;
            }
            arguments.extend(["--sample-rate".to_owned(), rate.to_string()]);
        }
        if nice_export_standalone_with_args::<Extrema, _>(arguments) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    /// The sample rate in Hz of the JACK server, if one runs and is to be used: the framework's wrapper
    /// activates the plugin with the rate from its options, whatever JACK's is.
    fn jack_rate(&self) -> Option<u32> {
        let is_backend =
            |option: &&String| option.starts_with("-b") || option.starts_with("--backend");
        let at = self.options.iter().position(|option| is_backend(&option));
        let named = at.is_some_and(|at| {
            let rest = &self.options[at..];
            rest.iter().take(2).any(|option| option.ends_with("jack") || option.ends_with("auto"))
        });
        if at.is_some() && !named {
            return None;
        }
        let options = jack::ClientOptions::NO_START_SERVER;
        let (client, _) = jack::Client::new("extrema-rate", options).ok()?;
        Some(client.sample_rate())
    }
}

/// Ends the program on the signals that ask it to. The framework's wrapper takes Ctrl-C and does nothing
/// while its window is open, so its handler must not get it.
#[cfg(unix)]
fn end_on_signals() {
    use nix::sys::signal::{SigSet, Signal};

    let signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]);
    // Threads that are started later inherit this.
    if signals.thread_block().is_ok() {
        std::thread::spawn(move || {
            if let Ok(signal) = signals.wait() {
                extrema::recorder::finish_all();
                std::process::exit(128 + signal as i32);
            }
        });
    }
}

#[cfg(not(unix))]
fn end_on_signals() {}

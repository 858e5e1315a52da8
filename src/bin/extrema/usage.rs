//! What the program says to a command line that it does not understand.

use std::error::Error;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What is wrong with the command line, and how to write it.
pub fn describe(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return format!("which command?\n\n{}", error.render().to_string().trim_end());
    }
    let get = |kind| error.get(kind).map(words).filter(|text| !text.is_empty());
    let argument = || get(ContextKind::InvalidArg).unwrap_or_else(|| "an argument".to_owned());
    let value = get(ContextKind::InvalidValue);
    let mut message = match error.kind() {
        ErrorKind::ValueValidation => {
            // Our own parsers say what can be written.
            let reason = error.source().map_or_else(String::new, ToString::to_string);
            format!("{}: {reason}", argument())
        }
        ErrorKind::InvalidValue => {
            let valid = get(ContextKind::ValidValue);
            let valid = valid.map(|valid| format!("; write one of {valid}")).unwrap_or_default();
            match value {
                Some(value) => format!("{}: there is no {value:?}{valid}", argument()),
                None => format!("{} needs a value{valid}", argument()),
            }
        }
        ErrorKind::UnknownArgument => {
            let argument = argument();
            let what =
                if argument.starts_with('-') { "there is no option" } else { "nothing takes" };
            format!("{what} {argument} here{}", suggestion(error, ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => {
            let command = get(ContextKind::InvalidSubcommand).unwrap_or_default();
            let suggestion = suggestion(error, ContextKind::SuggestedSubcommand);
            format!("there is no command {command:?}{suggestion}")
        }
        ErrorKind::MissingRequiredArgument => format!("missing: {}", argument()),
        ErrorKind::ArgumentConflict => match get(ContextKind::PriorArg) {
            Some(prior) if prior != argument() => {
                format!("{} cannot be combined with {prior}; leave one out", argument())
            }
            _ => format!("{} is given twice; leave one out", argument()),
        },
        ErrorKind::InvalidUtf8 => "an option's value is not valid UTF-8 text".to_owned(),
        // Values too many or too few, which no option of ours can have.
        _ => format!("{} is not understood", argument()),
    };
    if let Some(usage) = get(ContextKind::Usage) {
        message = format!("{message}\n{}", usage.trim());
    }
    message + "\n`extrema help` lists the commands, `extrema help COMMAND` its options"
}

/// A similar word, as a question.
fn suggestion(error: &clap::Error, kind: ContextKind) -> String {
    let word = match error.get(kind) {
        Some(ContextValue::String(word)) => word,
        // The most similar one is the last.
        Some(ContextValue::Strings(words)) if let Some(word) = words.last() => word,
        _ => return String::new(),
    };
    format!("; did you mean {word}?")
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        _ => String::new(),
    }
}

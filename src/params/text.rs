//! The parameters' values as text, there and back.

use super::{LONGEST, THRESHOLD_BOTTOM, latency_choice, longest_milliseconds};
use crate::codec::Threshold;

/// `Off`, or decibels relative to full scale: `-56.3 dB`.
pub fn threshold(decibels: f32) -> String {
    if decibels <= THRESHOLD_BOTTOM {
        "Off".to_owned()
    } else {
        format!("{} dB", rounded(decibels, 1))
    }
}

/// Reads `-60`, `-60 dB`, `50 lsb` (16-bit steps) or `off`.
pub fn parse_threshold(text: &str) -> Option<f32> {
    let text = text.trim().to_lowercase();
    if text == "off" {
        return Some(THRESHOLD_BOTTOM);
    }
    let decibels = match text.strip_suffix("lsb") {
        Some(steps) => {
            let steps = Threshold::from_steps(f64::from(number(steps)?));
            if steps == Threshold::OFF {
                return Some(THRESHOLD_BOTTOM);
            }
            steps.dbfs() as f32
        }
        None => number(without_unit(&text, &["dbfs", "db"]))?,
    };
    // The bottom itself is *Off*; a typed -90 dB is the value above it.
    Some(decibels.clamp(THRESHOLD_BOTTOM.next_up(), 0.0))
}

/// `Max` at the top, else milliseconds: `0.10 ms`, `12.5 ms`.
pub fn longest(value: f32) -> String {
    let Some(milliseconds) = longest_milliseconds(value) else { return "Max".to_owned() };
    let digits = if milliseconds < 9.995 { 2 } else { 1 };
    format!("{milliseconds:.digits$} ms")
}

/// Reads `max` or milliseconds.
pub fn parse_longest(text: &str) -> Option<f32> {
    let text = text.trim().to_lowercase();
    if text == "max" {
        return Some(1.0);
    }
    let milliseconds = f64::from(number(without_unit(&text, &["ms"]))?);
    if milliseconds <= 0.0 {
        return None;
    }
    let (shortest, top) = (LONGEST.start(), LONGEST.end());
    let value = (libm::log(milliseconds / shortest) / libm::log(top / shortest)) as f32;
    // The top itself is *Max*; a typed 50 ms is the value below it.
    Some(value.clamp(0.0, 1.0_f32.next_down()))
}

/// A percentage with at most one decimal, without its unit.
pub fn percent(value: f32) -> String {
    let text = rounded(value, 1);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Reads a percentage.
pub fn parse_percent(text: &str) -> Option<f32> {
    number(without_unit(text.trim(), &["%"]))
}

/// Reads decibels.
pub fn parse_decibels(text: &str) -> Option<f32> {
    number(without_unit(&text.trim().to_lowercase(), &["db"]))
}

/// `On` or `Off`.
pub fn switch(on: bool) -> String {
    if on { "On" } else { "Off" }.to_owned()
}

/// Reads `on` or `off`, also as `yes`, `no`, `true`, `false`, `1`, `0`.
pub fn parse_switch(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "on" | "yes" | "true" | "1" => Some(true),
        "off" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// The names of the latency's choices.
const LATENCY_NAMES: [&str; 3] = ["Low", "Normal", "Full"];

/// The choice with its duration at a sample rate in Hz: `Full, 46.4 ms`.
pub fn latency(choice: i32, sample_rate: f64) -> String {
    let name = LATENCY_NAMES[choice.clamp(0, 2) as usize];
    format!("{name}, {:.1} ms", latency_milliseconds(choice, sample_rate))
}

/// Reads the name of a choice, with or without its duration, or a duration, which means the nearest
/// choice.
pub fn parse_latency(text: &str, sample_rate: f64) -> Option<i32> {
    let text = text.trim().to_lowercase();
    let named = (0..).zip(LATENCY_NAMES).find(|(_, name)| text.starts_with(&name.to_lowercase()));
    if let Some((choice, _)) = named {
        return Some(choice);
    }
    let wanted = f64::from(number(without_unit(&text, &["ms"]))?);
    let distance = |choice: &i32| (latency_milliseconds(*choice, sample_rate) - wanted).abs();
    (0..=2).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

fn latency_milliseconds(choice: i32, sample_rate: f64) -> f64 {
    f64::from(latency_choice(choice).samples(sample_rate)) * 1000.0 / sample_rate
}

/// A finite number, which may be written with a true minus sign or a decimal comma.
fn number(text: &str) -> Option<f32> {
    let plain = text.trim().replace('\u{2212}', "-").replace(',', ".");
    plain.parse().ok().filter(|value: &f32| value.is_finite())
}

fn without_unit<'a>(text: &'a str, units: &[&str]) -> &'a str {
    units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text)
}

/// A number with a fixed count of decimals and no negative zero.
fn rounded(value: f32, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if zero { text.trim_start_matches('-').to_owned() } else { text }
}

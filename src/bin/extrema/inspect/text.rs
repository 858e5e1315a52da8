//! The summary as text.

use std::io::{self, Write};

use extrema::codec::{CURVE_COUNT, Flats, MaxLength, Settings, Share, StereoMode};

use super::names;
use super::snr::Snr;
use super::summary::{CodebookSource, StorageSummary, Summary};

/// How many of the most used curves the summary lists; eight fill a line.
const LISTED_CURVES: usize = 8;

/// Prints what there is to say of a file, a line for each point.
pub fn summarise(summary: &Summary, out: &mut impl Write) -> io::Result<()> {
    let mut line = |name: &str, text: String| writeln!(out, "{name:<12}{text}");
    line("file", format!("{}, {} bytes", summary.file, summary.bytes))?;
    if let Some(missing) = &summary.cut_short {
        line("cut short", missing.clone())?;
    }
    let Summary { sample_rate_hz: rate, seconds, frames, .. } = summary;
    line("audio", format!("{rate} Hz, {}, {seconds:.3} s, {frames} frames", channels(summary)))?;
    if let Some(frames) = summary.lead_in_frames {
        line("excerpt", format!("{frames} frames are decoded before its first and left out"))?;
    }
    let unknown = || "unknown: a raw stream does not store them".to_owned();
    line("settings", summary.encoder.map_or_else(unknown, |encoder| settings(&encoder, *rate)))?;
    line("codebook", codebook(summary))?;
    for (number, tag) in summary.tags.iter().enumerate() {
        let name = if number == 0 { "tags" } else { "" };
        // On one line, whatever it has in it.
        let value: String =
            tag.value.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
        line(name, format!("{}={value}", tag.name))?;
    }
    let records = &summary.records;
    line(
        "records",
        format!("{}: {} curves, {} holds", records.total, records.curves, records.holds),
    )?;
    if let Some(storage) = &summary.storage {
        line("stored", stored(storage))?;
        let has_index = storage.has_index;
        line("index", if has_index { "yes" } else { "none" }.to_owned())?;
    }
    line("curves", most_used_curves(&summary.by_ordinal[1..]))?;
    if let Some(rate) = &summary.rate {
        let (file, pcm) = (rate.file_kbits_per_second, rate.pcm16_kbits_per_second);
        line("rate", format!("{file:.1} kbit/s: the whole file as it lies on disk"))?;
        let percent = 100.0 * file / pcm;
        line("ratio", format!("{percent:.1} % of 16-bit PCM's {pcm:.1} kbit/s"))?;
        let (kilobits, records) = (rate.kbits_per_second, rate.records_per_second);
        let text = format!("{kilobits:.1} kbit/s at five bytes a record, {records:.1} records/s");
        line("record rate", text)?;
    }
    match &summary.snr {
        Some(snr) => line("SNR", snr_text(snr)),
        None => Ok(()),
    }
}

/// The signal-to-noise ratio of all channels, and of each if there are several.
pub fn snr_text(snr: &Snr) -> String {
    let text = match &snr.by_channel_db[..] {
        [] | [_] => String::new(),
        each => {
            let each: Vec<String> = each.iter().copied().map(decibels).collect();
            format!(" (by channel: {})", each.join(", "))
        }
    };
    decibels(snr.db) + &text
}

fn decibels(snr: Option<f64>) -> String {
    // Nothing is lost of files without a single frame, either.
    snr.map_or_else(|| "no difference".to_owned(), |snr| format!("{snr:.2} dB"))
}

/// The channels in words.
pub fn channels(summary: &Summary) -> String {
    match (summary.channels, summary.encoder.map(|settings| settings.stereo)) {
        (1, _) => "mono".to_owned(),
        (2, Some(StereoMode::MidSide)) => "stereo as mid and side".to_owned(),
        (2, Some(StereoMode::Linked)) => "stereo, linked".to_owned(),
        (2, _) => "stereo".to_owned(),
        (channels, _) => format!("{channels} channels"),
    }
}

/// The codebook in words.
fn codebook(summary: &Summary) -> String {
    let Summary { codebook, codebook_source, codebook_curves, .. } = summary;
    let source = match codebook_source {
        CodebookSource::BuiltIn => "built in",
        CodebookSource::File => "the file's own",
        CodebookSource::Option => "given with --codebook",
    };
    let is_assumed = summary.encoder.is_none() && *codebook_source == CodebookSource::BuiltIn;
    let assumed = if is_assumed { "; a raw stream does not say which it needs" } else { "" };
    format!("{codebook}, {source}, {codebook_curves} curves{assumed}")
}

/// How the records are stored.
fn stored(storage: &StorageSummary) -> String {
    let StorageSummary { chunks, packed_chunks, percent_of_plain, .. } = *storage;
    let percent = percent_of_plain.unwrap_or(100.0);
    match packed_chunks {
        0 => "plain, five bytes a record".to_owned(),
        _ if packed_chunks == chunks => format!("packed, {percent:.1} % of five bytes a record"),
        _ => format!(
            "{packed_chunks} of {chunks} chunks packed, {percent:.1} % of five bytes a record"
        ),
    }
}

/// The settings of the encoder in words.
fn settings(settings: &Settings, sample_rate_hz: u32) -> String {
    let threshold = settings.threshold;
    let threshold = if threshold.steps() > 0.0 {
        format!("{} steps ({:.1} dBFS)", threshold.steps(), threshold.dbfs())
    } else {
        "off".to_owned()
    };
    let detector = names::detector(settings.detector);
    let longest = if settings.max_length == MaxLength::FORMAT {
        "max".to_owned()
    } else {
        format!("{} samples", settings.max_length.hold)
    };
    let with_search = settings.search.map(|search| {
        let (effort, weight) = (names::effort(search.effort), names::weight(search.weight));
        format!(
            "effort {effort}, lambda {}, weight {weight}, curves {}, longest {longest}",
            search.price, settings.curves
        )
    });
    let mut text = with_search.unwrap_or_else(|| {
        format!(
            "threshold {threshold}, detector {detector}, points {}, curves {}, longest {longest}",
            settings.points, settings.curves
        )
    });
    for later in settings_after_v0_1(settings, sample_rate_hz) {
        text += ", ";
        text += &later;
    }
    text
}

/// The settings that came after V0.1 and are not as V0.1 was.
fn settings_after_v0_1(settings: &Settings, sample_rate_hz: u32) -> Vec<String> {
    let Settings { follow, flats, zoom, edge, levels, .. } = *settings;
    let Settings { loss, loss_run, loss_mode, looping, loop_length, .. } = *settings;
    let is_rounded = !levels.is_off();
    let (scale, mode) = (names::level_scale(levels.scale), names::loss_mode(loss_mode));
    let milliseconds = 1000.0 * f64::from(loop_length) / f64::from(sample_rate_hz);
    let percent = |share: Share| format!("{} %", f64::from(share.thousandths()) / 10.0);
    [
        (follow != Share::NONE, format!("follow {}", percent(follow))),
        (flats == Flats::Draw, "flats draw".to_owned()),
        (zoom > 1, format!("zoom {zoom}")),
        (edge != Share::NONE, format!("edge {}", percent(edge))),
        (is_rounded, format!("levels {:.1} bits {scale}", f64::from(levels.tenths_of_bits) / 10.0)),
        (loss != Share::NONE, format!("loss {} in runs of {loss_run}, {mode}", percent(loss))),
        (looping, format!("loop {milliseconds:.1} ms")),
    ]
    .into_iter()
    .filter_map(|(is_used, text)| is_used.then_some(text))
    .collect()
}

/// How many curves are used, and which ones most often.
fn most_used_curves(curves: &[u64]) -> String {
    let total = curves.iter().sum::<u64>();
    let mut used: Vec<(u64, usize)> =
        curves.iter().copied().zip(1..).filter(|&(count, _)| count > 0).collect();
    used.sort_by_key(|&(count, ordinal)| (std::cmp::Reverse(count), ordinal));
    let listed: Vec<String> = used
        .iter()
        .take(LISTED_CURVES)
        .map(|&(count, ordinal)| {
            format!("{ordinal} ({:.1} %)", 100.0 * count as f64 / total as f64)
        })
        .collect();
    match listed.is_empty() {
        true => "none used".to_owned(),
        false => format!("{} of {CURVE_COUNT} used, most often {}", used.len(), listed.join(", ")),
    }
}

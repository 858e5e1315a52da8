//! docs/COMPARISON.md.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use super::codecs::{BEST, BEST_PACKED, CODECS, SLOPE};
use super::{Measured, SECONDS, plot};
use crate::bench::timing::median;

const DOCUMENT: &str = "docs/COMPARISON.md";

const WORDS: &str = "\
## What the SNR does not say

The signal-to-noise ratio compares samples: how much energy the wave has over how much energy the difference has. \
It does not know what is heard.

* MP3, Opus and Vorbis do not try for a good SNR. They put their noise where the sound covers it, and replace what \
  the ear does not follow exactly. At 10 dB they can sound like the original; Extrema at 10 dB does not.
* It weighs loud low notes above everything else, because that is where the energy is. Hiss on a quiet cymbal \
  counts next to nothing.
* A codec that shifts phases, as resampling does, loses SNR without being heard.
* So a curve above another in the first plot means: nearer to the wave. It does not mean: sounds better. The second \
  plot is nearer to that, and is an estimate by a model of hearing, whose authors made it for small differences.

Extrema is an effect before it is a codec: what it loses is what it is for.

## How it was measured

* Every command reads a WAV file of 16 bits and one channel and writes one. Rates are those of whole files, headers \
  included; *packed* is the same file after `extrema pack`, which decodes to the same samples. A search that is told \
  to pack makes other records.
* What a codec puts in front of the audio is cut off: the shift at which both files are most alike, in whole samples.
* Where a decoded file has a lower sample rate, as LAME's at 48 kbit/s, it was resampled to the original's.
* Opus works at 48 kHz. Tracks of another rate were resampled by SoX at its highest quality, and its SNR is that \
  against the resampled track, so that resampling is no loss of Opus's.
* The score is the mean opinion score that [Zimtohrli](https://github.com/google/zimtohrli) predicts, from 1 to 5, \
  at 48 kHz; of the original itself it is 5. ViSQOL and PEAQ have not been tried.
* Speed is seconds of audio for a second of the processor's time and by the clock, starting the program five seconds \
  at a time, on a machine that was doing other work. Extrema uses all processors where a file is long enough. \
  [PERFORMANCE.md](PERFORMANCE.md) measures that more carefully.
* A search is given a price of a record (`--lambda`), which takes one pass; asking for a rate or an SNR takes several.
";

/// Writes the document.
pub fn write(all: &[Measured], tracks: usize, is_real: bool) -> Result<()> {
    let material = match is_real {
        true => format!(
            "{SECONDS:.0} seconds from the middle of each of {tracks} real tracks: brass, cello, drums, \
             electric piano, synthesiser, orchestral and chiptune music, songs, and speech"
        ),
        false => "the demo's song".to_owned(),
    };
    let mut text = format!(
        "# Beside other codecs\n\nWritten by `cargo xtask compare --tracks FOLDER`; do not edit. Measured on \
         {material}, as one channel. Figures are medians over tracks.\n\n![SNR over rate]({})\n\n![Score over \
         rate]({})\n",
        plot::SNR.trim_start_matches("docs/"),
        plot::OPINION.trim_start_matches("docs/")
    );
    text += "\n| codec | setting | kbit/s | packed | SNR | score | encode, decode: × real time, processor | by the \
             clock |\n|---|---|---|---|---|---|---|---|\n";
    for codec in CODECS {
        for one in all.iter().filter(|one| one.codec == codec) {
            let packed = one.packed_kbits_per_second.as_ref();
            let packed = packed.map_or("–".to_owned(), |rates| format!("{:.1}", median(rates)));
            let snr = match median(&one.snr_db) {
                snr if snr.is_finite() => format!("{snr:.1} dB").replace('-', "\u{2212}"),
                _ => "exact".to_owned(),
            };
            let speeds = |which: usize| {
                format!("{:.0}, {:.0}", one.encode_speed[which], one.decode_speed[which])
            };
            writeln!(
                text,
                "| {codec} | {} | {:.1} | {packed} | {snr} | {:.2} | {} | {} |",
                one.setting,
                median(&one.kbits_per_second),
                median(&one.opinion),
                speeds(0),
                speeds(1)
            )?;
        }
    }
    write!(text, "\n{}\n{WORDS}", packing(all))?;
    fs::write(DOCUMENT, text).with_context(|| format!("cannot write {DOCUMENT}"))?;
    println!("\nWritten: {DOCUMENT}");
    Ok(())
}

/// How much packing saves.
fn packing(all: &[Measured]) -> String {
    let rates = |codec: &'static str| {
        let of_codec = all.iter().filter(move |one| one.codec == codec);
        of_codec.flat_map(|one| one.kbits_per_second.iter().copied())
    };
    let packed = |codec: &'static str| {
        let of_codec = all.iter().filter(move |one| one.codec == codec);
        of_codec.flat_map(|one| one.packed_kbits_per_second.iter().flatten().copied())
    };
    let share = |packed: &mut dyn Iterator<Item = f64>, codec| {
        let shares: Vec<f64> =
            packed.zip(rates(codec)).map(|(packed, plain)| packed / plain).collect();
        median(&shares)
    };
    format!(
        "Packed, a file of V0.1's method takes {:.2} of its size, and one of effort best, which then ends records on \
         coarser levels, {:.2} (medians over tracks and settings).\n",
        share(&mut packed(SLOPE), SLOPE),
        share(&mut rates(BEST_PACKED), BEST)
    )
}

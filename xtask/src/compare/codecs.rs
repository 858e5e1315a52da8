//! The codecs that are compared, and their settings.

/// A codec with one setting, as command lines in which IN, CODED, PACKED and OUT stand for files.
pub struct Setting {
    /// What settings of one kind have in common.
    pub codec: &'static str,
    /// What this one has.
    pub setting: String,
    pub encode: String,
    pub decode: String,
    /// Packs what was encoded, where that is possible.
    pub pack: Option<&'static str>,
    /// In Hz, if the codec works at no other.
    pub sample_rate: Option<u32>,
}

pub const SLOPE: &str = "Extrema, Slope (V0.1)";
pub const PEAK: &str = "Extrema, Peak";
pub const FAST: &str = "Extrema, effort fast";
pub const BEST: &str = "Extrema, effort best";
pub const BEST_PACKED: &str = "Extrema, effort best, packed";
pub const LAME: &str = "LAME (MP3)";
pub const OPUS: &str = "Opus";
pub const VORBIS: &str = "Vorbis";
pub const FLAC: &str = "FLAC";

/// All codecs in the order of the document.
pub const CODECS: [&str; 9] = [SLOPE, PEAK, FAST, BEST, BEST_PACKED, LAME, OPUS, VORBIS, FLAC];

/// Opus knows only this rate and its fractions.
pub const OPUS_RATE: u32 = 48_000;

/// All settings. Rates are for one channel.
pub fn all() -> Vec<Setting> {
    let mut all = Vec::new();
    for steps in [50, 200, 800] {
        for (codec, detector) in [(SLOPE, "slope"), (PEAK, "peak")] {
            let options = format!("--detector {detector} --threshold {steps}lsb");
            let setting = extrema(codec, format!("{steps} steps"), &options);
            all.push(Setting { pack: Some("extrema pack CODED PACKED"), ..setting });
        }
    }
    for (codec, effort) in [(FAST, "fast"), (BEST, "best"), (BEST_PACKED, "best --pack")] {
        for lambda in ["1e5", "1e6", "1e7"] {
            let options = format!("--effort {effort} --lambda {lambda}");
            all.push(extrema(codec, format!("lambda {lambda}"), &options));
        }
    }
    for rate in [48, 64, 96, 128] {
        all.push(other(
            LAME,
            format!("{rate} kbit/s"),
            format!("lame --quiet -b {rate} IN CODED"),
            "lame --quiet --decode CODED OUT",
        ));
        all.push(Setting {
            sample_rate: Some(OPUS_RATE),
            ..other(
                OPUS,
                format!("{rate} kbit/s"),
                format!("opusenc --quiet --bitrate {rate} IN CODED"),
                "opusdec --quiet --rate 48000 CODED OUT",
            )
        });
        all.push(other(
            VORBIS,
            format!("{rate} kbit/s"),
            format!("oggenc --quiet -b {rate} -o CODED IN"),
            "oggdec --quiet -o OUT CODED",
        ));
    }
    all.push(other(
        FLAC,
        "−5".to_owned(),
        "flac --silent --force -5 -o CODED IN".to_owned(),
        "flac --silent --force --decode -o OUT CODED",
    ));
    all
}

fn extrema(codec: &'static str, setting: String, options: &str) -> Setting {
    let encode = format!("extrema encode IN CODED {options}");
    other(codec, setting, encode, "extrema decode --bits 16 CODED OUT")
}

fn other(codec: &'static str, setting: String, encode: String, decode: &str) -> Setting {
    Setting { codec, setting, encode, decode: decode.to_owned(), pack: None, sample_rate: None }
}

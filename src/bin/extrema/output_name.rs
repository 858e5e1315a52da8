//! Refuses outputs whose names promise another kind of file than they would be.

use std::path::Path;

use anyhow::bail;

/// Extensions of audio files that this program does not write.
const OTHER_AUDIO: [&str; 27] = [
    "aac", "ac3", "aif", "aifc", "aiff", "alac", "amr", "ape", "au", "caf", "dsf", "flac", "m4a",
    "mka", "mkv", "mov", "mp2", "mp3", "mp4", "oga", "ogg", "opus", "snd", "w64", "webm", "wma",
    "wv",
];

/// Refuses a name for a WAV file that belongs to another kind.
pub fn check_wav(path: &Path, command: &str) -> anyhow::Result<()> {
    if is_one_of(path, &OTHER_AUDIO) || is_one_of(path, &["extrema"]) {
        let name = path.with_extension("wav");
        bail!("cannot write {}: {command} writes WAV; name it {}", path.display(), name.display());
    }
    Ok(())
}

/// Refuses a name for an encoded file that belongs to an audio file.
pub fn check_encoded(path: &Path) -> anyhow::Result<()> {
    if is_one_of(path, &OTHER_AUDIO) || is_one_of(path, &["wav", "wave", "rf64", "bw64", "bwf"]) {
        let name = path.with_extension("extrema");
        bail!(
            "cannot write {}: encode writes .extrema files; name it {}",
            path.display(),
            name.display()
        );
    }
    Ok(())
}

fn is_one_of(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|own| extensions.iter().any(|other| own.eq_ignore_ascii_case(other)))
}

//! The names of outputs in a folder: those of the inputs, and no two the same.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::Job;
use super::inputs::Found;

/// Gives each input an output below `folder`. Where two inputs differ only in what their outputs do not have,
/// such as the extension, the later one gets a number, and `note` is told. No output is one of the inputs.
pub fn assign(
    found: Vec<Found>,
    folder: &Path,
    extension: &str,
    mut note: impl FnMut(String),
) -> Vec<Job> {
    let inputs: HashSet<PathBuf> =
        found.iter().filter_map(|found| found.path.canonicalize().ok()).collect();
    let natural: Vec<PathBuf> =
        found.iter().map(|found| folder.join(&found.within).with_extension(extension)).collect();
    let wanted: HashSet<String> = natural.iter().map(|path| key(path)).collect();
    let is_input = |path: &Path| path.canonicalize().is_ok_and(|path| inputs.contains(&path));
    // Which input has each of the outputs.
    let mut taken: HashMap<String, PathBuf> = HashMap::new();
    let mut jobs = Vec::new();
    for (found, natural) in found.into_iter().zip(natural) {
        let other = taken
            .get(&key(&natural))
            .cloned()
            .or_else(|| is_input(&natural).then(|| natural.clone()));
        let output = match other {
            None => natural,
            Some(other) => {
                let numbered = (2..).map(|number| numbered(&natural, number));
                let is_free = |path: &PathBuf| {
                    let key = key(path);
                    !taken.contains_key(&key) && !wanted.contains(&key) && !is_input(path)
                };
                let Some(output) = numbered.into_iter().find(is_free) else { continue };
                note(format!(
                    "note: {} becomes {}, because of {}",
                    found.path.display(),
                    output.display(),
                    other.display()
                ));
                output
            }
        };
        taken.insert(key(&output), found.path.clone());
        jobs.push(Job { input: found.path, output, size: found.size });
    }
    jobs
}

/// What two paths have in common that are the same file on some systems.
fn key(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// `song.wav` as `song-2.wav`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

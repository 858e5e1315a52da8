//! Shows a folder in the system's file manager.

use std::fs;
use std::path::Path;

/// Shows a folder, and makes it if need be. It may take as long as a disk does.
///
/// # Errors
/// A sentence.
pub fn show_folder(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("The folder {} cannot be made: {error}.", folder.display()))?;
    opener::open(folder).map_err(|error| {
        format!("The folder {} could not be shown: {error}. Open it yourself.", folder.display())
    })
}

//! The folder of the recordings, and the names of their files.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::text;
use crate::presets::{MAX_NAME_CHARACTERS, one_line, to_file_name};
use crate::show_folder::show_folder;

/// The environment variable that names another folder for recordings.
pub const FOLDER_VARIABLE: &str = "EXTREMA_RECORDINGS";

/// The most files of a name.
const MAX_NUMBER: u32 = 999;

/// The most bytes of a preset's name in that of a file. With the date, a number and the extension, it
/// is less than the 255 bytes that common file systems take.
const MAX_NAME_BYTES: usize = 200;

/// The folder of the recordings; it need not exist.
#[derive(Debug, Clone, Default)]
pub(super) struct Folder(pub Option<PathBuf>);

impl Folder {
    /// The given folder, or the one that [`FOLDER_VARIABLE`] names, or one among the user's audio files,
    /// or else documents.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn path(&self) -> Result<PathBuf, String> {
        if let Some(folder) = &self.0 {
            return Ok(folder.clone());
        }
        if let Some(folder) = std::env::var_os(FOLDER_VARIABLE).filter(|name| !name.is_empty()) {
            return Ok(folder.into());
        }
        let user = directories::UserDirs::new();
        let folder = user.as_ref().map(|user| {
            user.audio_dir().or_else(|| user.document_dir()).unwrap_or_else(|| user.home_dir())
        });
        folder.map(|folder| folder.join("Extrema")).ok_or_else(|| {
        format!(
            "This system has no folder for your audio files. Name one in the environment variable \
             {FOLDER_VARIABLE}."
        )
    })
    }

    /// Opens the folder in the system's file manager, and makes it if need be.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn show(&self) -> Result<(), String> {
        show_folder(&self.make()?)
    }

    /// The folder, which is made if need be.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn make(&self) -> Result<PathBuf, String> {
        let folder = self.path()?;
        fs::create_dir_all(&folder).map_err(|error| {
        let (folder, error) = (folder.display(), text::cause(&error));
        format!(
            "The folder {folder} cannot be made: {error}. Make it yourself, or name another in the \
             environment variable {FOLDER_VARIABLE}."
        )
    })?;
        Ok(folder)
    }
}

/// The names of a recording's files.
#[derive(Debug)]
pub(super) struct Names {
    /// Date, time and preset.
    stem: String,
    /// The number of the next file.
    number: u32,
}

impl Names {
    /// The names of a recording that begins now.
    pub(super) fn new(preset_name: &str) -> Self {
        let now = jiff::Zoned::now().strftime("%Y-%m-%d %H.%M.%S");
        let mut name: String = one_line(preset_name).chars().take(MAX_NAME_CHARACTERS).collect();
        while to_file_name(&name).len() > MAX_NAME_BYTES {
            name.pop();
        }
        let stem = format!("{now} {}", to_file_name(name.trim_end()));
        Self { stem: stem.trim_end().to_owned(), number: 1 }
    }

    /// Creates the next file. One that is there already is left alone.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn create(&mut self, folder: &Folder) -> Result<(PathBuf, File), String> {
        let folder = folder.make()?;
        while self.number <= MAX_NUMBER {
            let path = folder.join(match self.number {
                1 => format!("{}.extrema", self.stem),
                number => format!("{} {number}.extrema", self.stem),
            });
            self.number += 1;
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (),
                Err(error) => return Err(cannot_create(&path, &error)),
            }
        }
        Err(format!(
            "The recording has {MAX_NUMBER} files already, because the stereo mode or the sample rate \
             has changed so often. Record again without changing them."
        ))
    }
}

fn cannot_create(path: &Path, error: &io::Error) -> String {
    format!(
        "The file {} cannot be made: {}. Let Extrema write to its folder, or name another in the \
         environment variable {FOLDER_VARIABLE}.",
        path.display(),
        text::cause(error)
    )
}

//! The user's presets: a file each, in a folder of the user; folders within it are groups.
//!
//! A file that cannot be read is named with the reason and left alone. Files are written under another
//! name and appear whole or not at all, so what is there stays whole if writing fails.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::name::{from_file_name, same_name, to_file_name, to_folder_name};
use super::{Preset, PresetError, file, name};

/// The environment variable that names another folder for the user's presets.
pub const FOLDER_VARIABLE: &str = "EXTREMA_PRESETS";

/// The group of presets that lie in no folder of their own.
pub const USER_GROUP: &str = "User";

/// How many files may have names that differ only by the number at their end.
const MAX_NUMBER: u32 = 99;

/// The folder of the user's presets. It need not exist until one is saved.
#[derive(Debug, Clone)]
pub struct UserPresets {
    folder: PathBuf,
}

/// A preset in a file of the user.
#[derive(Debug, Clone)]
pub struct UserPreset {
    /// The preset.
    pub preset: Preset,
    /// Its file.
    pub path: PathBuf,
    /// What was not taken as the file has it, a sentence each.
    pub notices: Vec<String>,
    unknown: file::Unknown,
}

/// The presets of a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those that can be used, by group and name.
    pub presets: Vec<UserPreset>,
    /// What could not be read, each with its path and the reason.
    pub problems: Vec<PresetError>,
}

impl UserPreset {
    /// Reads a preset from a file anywhere. Its group is [`USER_GROUP`].
    ///
    /// # Errors
    /// [`PresetError::Read`] or [`PresetError::Broken`].
    pub fn load(path: &Path) -> Result<Self, PresetError> {
        Self::load_in_group(path, USER_GROUP)
    }

    fn load_in_group(path: &Path, group: &str) -> Result<Self, PresetError> {
        let broken = |reason| PresetError::Broken { path: path.to_owned(), reason };
        let failed = |source| PresetError::Read { path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        // To open a pipe would wait for somebody to write to it.
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a folder" } else { "a pipe or a device" };
            return Err(broken(format!("it is {what} and not a file")));
        }
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(failed)?;
        file.take(file::MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > file::MAX_FILE_BYTES {
            return Err(broken("it is far larger than any preset".to_owned()));
        }
        let stem = from_file_name(&path.file_stem().unwrap_or_default().to_string_lossy());
        let content = file::parse(&bytes, group, &stem).map_err(broken)?;
        let file::Content { preset, notices, unknown } = content;
        Ok(Self { preset, path: path.to_owned(), notices, unknown })
    }

    /// Whether the file has the name that it would be saved under.
    fn has_own_name(&self) -> bool {
        self.path.file_stem().is_some_and(|stem| *stem == *to_file_name(self.preset.name()))
    }
}

impl UserPresets {
    /// The folder that [`FOLDER_VARIABLE`] names, or the one that the system has for such files.
    ///
    /// # Errors
    /// [`PresetError::NoFolder`] if there is neither.
    pub fn standard() -> Result<Self, PresetError> {
        if let Some(folder) = std::env::var_os(FOLDER_VARIABLE).filter(|name| !name.is_empty()) {
            return Ok(Self::at(folder));
        }
        let project = directories::ProjectDirs::from("audio", "Extrema", "Extrema");
        let project = project.ok_or(PresetError::NoFolder)?;
        Ok(Self::at(project.data_dir().join("presets")))
    }

    /// A folder, which need not exist.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads all presets. A folder that does not exist has none.
    pub fn list(&self) -> Listing {
        let mut listing = Listing::default();
        self.read_folder(&self.folder, &[], &mut HashSet::new(), &mut listing);
        // Of files with the same preset, the one that has its name comes first.
        listing.presets.sort_by_cached_key(|user| {
            let (group, name) = (user.preset.group().to_lowercase(), user.preset.name());
            (group, name.to_lowercase(), !user.has_own_name(), user.path.clone())
        });
        let Listing { presets, problems } = &mut listing;
        presets.dedup_by(|second, first| {
            let is_copy = same_name(second.preset.group(), first.preset.group())
                && same_name(second.preset.name(), first.preset.name());
            if is_copy {
                let first = first.path.display();
                let reason = format!("{first} has the same name and group; change one of them");
                problems.push(PresetError::Broken { path: second.path.clone(), reason });
            }
            is_copy
        });
        listing
    }

    fn read_folder(
        &self,
        folder: &Path,
        groups: &[String],
        visited: &mut HashSet<PathBuf>,
        listing: &mut Listing,
    ) {
        let failed = |path: &Path, source| PresetError::Read { path: path.to_owned(), source };
        // Links may lead in a circle.
        if let Ok(canonical) = folder.canonicalize()
            && !visited.insert(canonical)
        {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound && groups.is_empty() => return,
            Err(error) => return listing.problems.push(failed(folder, error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push(entry.path()),
                Err(error) => listing.problems.push(failed(folder, error)),
            }
        }
        paths.sort();
        for path in paths {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            if file_name.starts_with('.') {
                continue;
            }
            let is_preset = is_json(&path);
            if path.is_dir() && !is_preset {
                let groups = [groups, &[from_file_name(&file_name)]].concat();
                match name::clean_group(&groups.join("/")) {
                    Ok(_) => self.read_folder(&path, &groups, visited, listing),
                    Err(reason) => listing
                        .problems
                        .push(PresetError::Broken { path, reason: format!("its group: {reason}") }),
                }
            } else if is_preset {
                let group = groups.join("/");
                let group = if groups.is_empty() { USER_GROUP } else { &group };
                match UserPreset::load_in_group(&path, group) {
                    Ok(preset) => listing.presets.push(preset),
                    Err(problem) => listing.problems.push(problem),
                }
            }
        }
    }

    /// Saves a preset in the folder of its group, and returns the file. A preset of the same name in
    /// the group is kept unless `replace` says otherwise.
    ///
    /// # Errors
    /// [`PresetError::Exists`], or [`PresetError::Write`], after which everything is as it was.
    pub fn save(&self, preset: &Preset, replace: bool) -> Result<PathBuf, PresetError> {
        let text = file::write(preset, &file::Unknown::default());
        let listing = self.list();
        let of_group = |user: &&UserPreset| same_name(user.preset.group(), preset.group());
        let mut of_group = listing.presets.iter().filter(of_group).peekable();
        // A group is the same whatever its capitals, so it stays in the folder that it has.
        let folder = of_group.peek().and_then(|user| user.path.parent().map(Path::to_owned));
        match of_group.find(|user| same_name(user.preset.name(), preset.name())) {
            Some(user) if replace => {
                replace_file(&user.path, text.as_bytes())?;
                Ok(user.path.clone())
            }
            Some(user) => Err(exists(preset, &user.path)),
            None => {
                let folder = folder.unwrap_or_else(|| self.group_folder(preset.group()));
                save_new(&folder, preset, text.as_bytes())
            }
        }
    }

    /// Gives a preset another name, and its file too. Returns the file.
    ///
    /// # Errors
    /// [`PresetError::Name`], [`PresetError::Exists`] if another preset of the group has that name, or
    /// [`PresetError::Write`], after which everything is as it was, or [`PresetError::Delete`], after
    /// which it is there under both names.
    pub fn rename(&self, user: &UserPreset, name: &str) -> Result<PathBuf, PresetError> {
        let UserPreset { preset, path, unknown, .. } = user;
        let renamed = Preset::new(name, preset.group(), preset.description(), |control| {
            preset.values[control as usize]
        })?;
        let is_other = |other: &&UserPreset| {
            other.path != *path
                && same_name(other.preset.group(), renamed.group())
                && same_name(other.preset.name(), renamed.name())
        };
        if let Some(other) = self.list().presets.iter().find(is_other) {
            return Err(exists(&renamed, &other.path));
        }
        let text = file::write(&renamed, unknown);
        // Only the capitals differ, which on many file systems is no other file.
        if same_name(preset.name(), renamed.name()) {
            replace_file(path, text.as_bytes())?;
            return Ok(path.clone());
        }
        let new_path = save_new(path.parent().unwrap_or(&self.folder), &renamed, text.as_bytes())?;
        self.delete(user)?;
        Ok(new_path)
    }

    /// Writes a preset to a file anywhere, in place of one that is there.
    ///
    /// # Errors
    /// [`PresetError::Write`], after which everything is as it was.
    pub fn export(preset: &Preset, path: &Path) -> Result<(), PresetError> {
        let write = || {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let file = temporary(folder.unwrap_or(Path::new(".")), preset.to_json().as_bytes())?;
            file.persist(path).map_err(|failure| failure.error)?;
            Ok(())
        };
        write().map_err(|source| PresetError::Write { path: path.to_owned(), source })
    }

    /// Deletes a preset's file.
    ///
    /// # Errors
    /// [`PresetError::Delete`].
    pub fn delete(&self, user: &UserPreset) -> Result<(), PresetError> {
        let path = &user.path;
        fs::remove_file(path).map_err(|source| PresetError::Delete { path: path.clone(), source })
    }

    fn group_folder(&self, group: &str) -> PathBuf {
        match group {
            group if same_name(group, USER_GROUP) => self.folder.clone(),
            group => group
                .split('/')
                .fold(self.folder.clone(), |folder, part| folder.join(to_folder_name(part))),
        }
    }
}

fn exists(preset: &Preset, path: &Path) -> PresetError {
    PresetError::Exists {
        name: preset.name().to_owned(),
        group: preset.group().to_owned(),
        path: path.to_owned(),
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// Writes a file that no other preset has the name of. Whatever has its file name, a broken file for
/// example, is left alone, and a number tells them apart.
fn save_new(folder: &Path, preset: &Preset, bytes: &[u8]) -> Result<PathBuf, PresetError> {
    let failed = |path: &Path, source| PresetError::Write { path: path.to_owned(), source };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let stem = to_file_name(preset.name());
    let mut number = 1;
    loop {
        let path = folder.join(match number {
            1 => format!("{stem}.json"),
            number => format!("{stem} {number}.json"),
        });
        let file = temporary(folder, bytes).map_err(|error| failed(&path, error))?;
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(taken)
                if taken.error.kind() == io::ErrorKind::AlreadyExists && number < MAX_NUMBER =>
            {
                // Somebody else may have saved it since the folder was read.
                let other = UserPreset::load(&path);
                if other.is_ok_and(|other| same_name(other.preset.name(), preset.name())) {
                    return Err(exists(preset, &path));
                }
                number += 1;
            }
            Err(failure) => return Err(failed(&path, failure.error)),
        }
    }
}

/// Replaces a file, or the one that a link at its place leads to.
fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), PresetError> {
    let replace = || {
        let target = fs::canonicalize(path)?;
        let permissions = fs::metadata(&target)?.permissions();
        if permissions.readonly() {
            let words = "the file there is write-protected; unprotect it or choose another name";
            return Err(io::Error::other(words));
        }
        let folder = target.parent().unwrap_or(Path::new("."));
        let file = temporary(folder, bytes)?;
        file.as_file().set_permissions(permissions)?;
        file.persist(&target).map_err(|failure| failure.error)?;
        Ok(())
    };
    replace().map_err(|source| PresetError::Write { path: path.to_owned(), source })
}

/// A complete file under a provisional name, which is deleted unless the file is given another.
fn temporary(folder: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".extrema-");
    // Readable for others too, as far as the user's own settings allow.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // The error's own text would name the provisional file.
    let mut file = builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

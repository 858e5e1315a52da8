//! Names of every kind, and the files that hold them.

use std::path::Component;

use extrema::presets::{MAX_NAME_CHARACTERS, Preset, PresetError};
use proptest::prelude::*;

use super::{Folder, preset};

const ODD: [&str; 43] = [
    "a/b",
    "a\\b",
    "/",
    "/etc/passwd",
    "..",
    ".",
    "...",
    "../../up",
    "..\\up",
    ".hidden",
    "trailing.",
    "CON",
    "Con.x",
    "NUL",
    "nul.json",
    "aux",
    "PRN",
    "COM1",
    "com1.txt",
    "lpt9",
    "COM\u{b9}",
    "conin$",
    "a:b",
    "C:",
    "a*b?",
    "\"quoted\"",
    "<html>",
    "a|b",
    "100%",
    "%41",
    "%2F",
    "%",
    "-x",
    "--help",
    "~",
    "$HOME",
    "`ls`",
    "Füße",
    "日本語",
    "🎹🎸",
    "e\u{301}",
    "العربية",
    "a.json",
];

fn is_safe(file_name: &str) -> bool {
    let stem = file_name.split('.').next().unwrap().to_lowercase();
    let devices = ["con", "prn", "aux", "nul", "com1", "lpt9", "com\u{b9}", "conin$"];
    !file_name.starts_with('.')
        && !devices.contains(&&*stem)
        && !file_name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|'])
        && file_name.len() <= 255
}

#[test]
fn odd_names_have_safe_files() {
    let folder = Folder::new();
    for name in ODD {
        let path = folder.presets.save(&preset(name, "User", -30.0), false).unwrap();
        assert_eq!(path.parent(), Some(folder.presets.folder()), "{name}");
        let file_name = path.file_name().unwrap().to_str().unwrap();
        assert!(is_safe(file_name), "{name}: {file_name}");
    }
    let listing = folder.presets.list();
    assert!(listing.problems.is_empty(), "{:?}", listing.problems);
    let mut names: Vec<&str> = listing.presets.iter().map(|user| user.preset.name()).collect();
    let mut wanted = ODD.to_vec();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
}

#[test]
fn odd_groups_have_safe_folders() {
    for name in ODD.into_iter().filter(|name| !name.contains('/')) {
        let folder = Folder::new();
        let path = folder.presets.save(&preset("x", name, -30.0), false).unwrap();
        let inside = path.strip_prefix(folder.presets.folder()).unwrap();
        let parts: Vec<Component<'_>> = inside.components().collect();
        assert_eq!(parts.len(), 2, "{name}: {}", path.display());
        for part in parts {
            let part = part.as_os_str().to_str().unwrap();
            assert!(is_safe(part) && !part.ends_with('.'), "{name}: {part}");
        }
        assert_eq!(folder.only().preset.group(), name);
    }
}

#[test]
fn names_have_limits() {
    let long = "x".repeat(MAX_NAME_CHARACTERS + 1);
    for (name, words) in [
        ("", "empty"),
        (" \t\n", "empty"),
        (&*long, "too long"),
        ("a\0b", "shown"),
        ("\u{1b}[1m", "shown"),
    ] {
        for (name, group) in [(name, "User"), ("x", name)] {
            let error = Preset::new(name, group, "", |control| control.spec().default).unwrap_err();
            assert!(matches!(error, PresetError::Name { .. }), "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
    }
    for group in ["a//b", "/a", "a/", "a/b/c/d/e"] {
        assert!(Preset::new("x", group, "", |control| control.spec().default).is_err(), "{group}");
    }
    // The longest name of the largest characters, and of those that take the longest escapes.
    let folder = Folder::new();
    for character in ["🎹", "%", "x"] {
        let name = character.repeat(MAX_NAME_CHARACTERS);
        folder.presets.save(&preset(&name, "User", -30.0), false).unwrap();
    }
    assert_eq!(folder.names().len(), 3);
}

#[test]
fn spaces_make_no_difference() {
    let folder = Folder::new();
    folder.presets.save(&preset("  two \u{a0}\n words ", " My   group ", -30.0), false).unwrap();
    assert_eq!(folder.names(), ["My group/two words"]);
}

proptest! {
    #[test]
    fn any_name_is_refused_or_comes_back(name in "\\PC{1,70}", group in "[^/]{1,20}") {
        let made = Preset::new(&name, &group, &name, |control| control.spec().default);
        let Ok(preset) = made else { return Ok(()) };
        let folder = Folder::new();
        let path = folder.presets.save(&preset, false).unwrap();
        prop_assert!(path.starts_with(folder.presets.folder()));
        prop_assert!(is_safe(path.file_name().unwrap().to_str().unwrap()));
        let read = folder.only().preset;
        prop_assert_eq!(read.name(), preset.name());
        prop_assert_eq!(read.group(), preset.group());
        prop_assert_eq!(read.description(), preset.description());
    }
}

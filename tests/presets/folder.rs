//! The user's folder: saving, renaming, deleting, and what others have put there.

use std::fs;
use std::sync::Barrier;

use extrema::presets::{PresetError, UserPreset, UserPresets};

use super::{Folder, preset, threshold};

#[test]
fn a_folder_that_is_not_there_is_empty_until_something_is_saved() {
    let parent = Folder::new();
    let presets = UserPresets::at(parent.path("deep/er"));
    let listing = presets.list();
    assert!(listing.presets.is_empty() && listing.problems.is_empty());
    assert!(!presets.folder().exists());
    presets.save(&preset("First", "User", -30.0), false).unwrap();
    assert_eq!(presets.list().presets.len(), 1);
}

#[test]
fn folders_are_groups() {
    let folder = Folder::new();
    for (name, group) in [("b", "User"), ("A", "User"), ("c", "Drums"), ("d", "Drums/Tight")] {
        folder.presets.save(&preset(name, group, -30.0), false).unwrap();
    }
    assert_eq!(folder.names(), ["Drums/c", "Drums/Tight/d", "User/A", "User/b"]);
    assert!(folder.path("Drums/Tight/d.json").is_file() && folder.path("A.json").is_file());
    // What people and systems leave lying about.
    folder.write("read me.txt", "hello");
    folder.write(".DS_Store", "x");
    folder.write("._A.json", "x");
    folder.write(".trash/e.json", "x");
    let listing = folder.presets.list();
    assert_eq!((listing.presets.len(), listing.problems.len()), (4, 0));
}

#[test]
fn an_existing_preset_is_replaced_only_when_asked() {
    let folder = Folder::new();
    let path = folder.presets.save(&preset("Mine", "Drums", -30.0), false).unwrap();
    let before = folder.contents();
    for (name, group) in [("Mine", "Drums"), ("mine", "drums"), ("MINE ", "Drums")] {
        match folder.presets.save(&preset(name, group, -20.0), false) {
            Err(PresetError::Exists { path: there, .. }) => assert_eq!(there, path),
            other => panic!("{other:?}"),
        }
        assert_eq!(folder.contents(), before);
    }
    assert_eq!(folder.presets.save(&preset("mine", "drums", -20.0), true).unwrap(), path);
    assert_eq!(threshold(&folder.only().preset), -20.0);
    assert_eq!(folder.only().preset.name(), "mine");
    // In another group it is another preset, and in the folder's own spelling.
    folder.presets.save(&preset("Mine", "Bass", -10.0), false).unwrap();
    folder.presets.save(&preset("Other", "DRUMS", -10.0), false).unwrap();
    assert_eq!(folder.names(), ["Bass/Mine", "Drums/mine", "Drums/Other"]);
}

#[test]
fn what_is_in_the_way_is_left_alone() {
    let folder = Folder::new();
    folder.write("Mine.json", "not a preset");
    fs::create_dir(folder.path("Mine 2.json")).unwrap();
    let text = preset("Renamed by hand", "User", -40.0).to_json();
    folder.write("Mine 3.json", &text);
    for replace in [false, true] {
        let path = folder.presets.save(&preset("Mine", "User", -30.0), replace).unwrap();
        assert_eq!(path, folder.path("Mine 4.json"));
    }
    assert_eq!(fs::read(folder.path("Mine.json")).unwrap(), b"not a preset");
    assert_eq!(fs::read(folder.path("Mine 3.json")).unwrap(), text.as_bytes());
    assert_eq!(folder.names(), ["User/Mine", "User/Renamed by hand"]);
    let listing = folder.presets.list();
    let problems: Vec<_> = listing.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().any(|text| text.contains("Mine.json") && text.contains("valid JSON")));
    assert!(problems.iter().any(|text| text.contains("Mine 2.json") && text.contains("folder")));
}

#[test]
fn broken_files_are_named_and_do_not_hide_others() {
    let folder = Folder::new();
    folder.presets.save(&preset("Good", "Drums", -30.0), false).unwrap();
    let path = folder.write("Drums/Bad.json", "{");
    folder.write("Drums/Newer.json", "{\"version\": 99}");
    let before = folder.contents();
    let listing = folder.presets.list();
    assert_eq!(listing.presets.len(), 1);
    let problems: Vec<_> = listing.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains(path.to_str().unwrap()) && problems[0].contains("cut short"));
    assert!(problems[1].contains("Newer.json") && problems[1].contains("update Extrema"));
    assert_eq!(folder.contents(), before);
}

#[test]
fn a_copied_file_is_named_until_it_has_its_own_name() {
    let folder = Folder::new();
    let path = folder.presets.save(&preset("Mine", "User", -30.0), false).unwrap();
    fs::copy(&path, folder.path("A copy.json")).unwrap();
    let listing = folder.presets.list();
    assert_eq!(listing.presets.len(), 1);
    assert_eq!(listing.presets[0].path, path);
    let [problem] = &listing.problems[..] else { panic!("{:?}", listing.problems) };
    assert!(problem.to_string().contains("A copy.json"), "{problem}");
}

#[test]
fn presets_are_renamed_and_deleted() {
    let folder = Folder::new();
    folder.presets.save(&preset("Mine", "Drums", -30.0), false).unwrap();
    let path = folder.presets.rename(&folder.only(), "Y/ours").unwrap();
    assert_eq!(folder.names(), ["Drums/Y/ours"]);
    assert_eq!(folder.contents().len(), 1);
    assert_eq!(threshold(&UserPreset::load(&path).unwrap().preset), -30.0);
    // Only the capitals.
    assert_eq!(folder.presets.rename(&folder.only(), "Y/OURS").unwrap(), path);
    assert_eq!(folder.names(), ["Drums/Y/OURS"]);

    folder.presets.save(&preset("Other", "Drums", -10.0), false).unwrap();
    let before = folder.contents();
    let user = folder.presets.list().presets.remove(1);
    assert!(matches!(folder.presets.rename(&user, "other"), Err(PresetError::Exists { .. })));
    assert!(matches!(folder.presets.rename(&user, " "), Err(PresetError::Name { .. })));
    assert_eq!(folder.contents(), before);
    folder.presets.delete(&user).unwrap();
    assert_eq!(folder.names(), ["Drums/Other"]);
    assert!(matches!(folder.presets.delete(&user), Err(PresetError::Delete { .. })));
}

#[test]
fn a_protected_file_stays_as_it_is() {
    let folder = Folder::new();
    let path = folder.presets.save(&preset("Mine", "User", -30.0), false).unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let before = folder.contents();
    let error = folder.presets.save(&preset("Mine", "User", -20.0), true).unwrap_err();
    assert!(matches!(error, PresetError::Write { .. }), "{error}");
    assert_eq!(folder.contents(), before);
}

#[test]
fn a_file_where_a_folder_belongs_is_an_error() {
    let folder = Folder::new();
    folder.write("Drums", "a file");
    let before = folder.contents();
    let error = folder.presets.save(&preset("Mine", "Drums", -30.0), false).unwrap_err();
    assert!(matches!(error, PresetError::Write { .. }), "{error}");
    assert_eq!(folder.contents(), before);
    // And where the whole folder belongs.
    let presets = UserPresets::at(folder.path("Drums"));
    assert_eq!(presets.list().problems.len(), 1);
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    let real = elsewhere.write("real.json", preset("Linked", "User", -30.0).to_json());
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, folder.path("Linked.json")).unwrap();
    symlink(folder.presets.folder(), folder.path("circle")).unwrap();
    assert_eq!(folder.names(), ["User/Linked"]);
    folder.presets.save(&preset("Linked", "User", -20.0), true).unwrap();
    assert_eq!(threshold(&UserPreset::load(&real).unwrap().preset), -20.0);
    assert!(folder.path("Linked.json").is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

/// Of many that save one name at the same time, one does and the others are told.
#[test]
fn one_of_many_saves_a_name() {
    let folder = Folder::new();
    let barrier = Barrier::new(8);
    let saved: usize = std::thread::scope(|scope| {
        let savers: Vec<_> = (0..8)
            .map(|i| {
                let (folder, barrier) = (&folder, &barrier);
                scope.spawn(move || {
                    let preset = preset("Mine", "User", -30.0 - f64::from(i));
                    barrier.wait();
                    match folder.presets.save(&preset, false) {
                        Ok(_) => 1,
                        Err(PresetError::Exists { .. }) => 0,
                        Err(error) => panic!("{error}"),
                    }
                })
            })
            .collect();
        savers.into_iter().map(|saver| saver.join().unwrap()).sum()
    });
    assert_eq!(saved, 1);
    assert_eq!(folder.contents().len(), 1);
}

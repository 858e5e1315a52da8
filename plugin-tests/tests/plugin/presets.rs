//! Presets in a host's browser: what it is told of them, and what loading one does.

use std::ffi::{CStr, CString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clack_extensions::preset_discovery::indexer::IndexerImpl;
use clack_extensions::preset_discovery::metadata_receiver::MetadataReceiverImpl;
use clack_extensions::preset_discovery::prelude::*;
use clack_host::prelude::{HostError, HostInfo};
use extrema::codec::Codebook;
use extrema::effect::{Control, Effect, EffectSettings, Latency};
use extrema::params::view::{PresetName, ViewState};
use extrema::presets::{FOLDER_VARIABLE, Preset, UserPresets, factory};
use test_signals::chords;

use crate::host::{Change, Instance, entry};

/// What the plugin declares: file extensions, and the flags and paths of locations.
#[derive(Debug, Default)]
struct Declared {
    extensions: Vec<String>,
    locations: Vec<(Flags, Option<PathBuf>)>,
}

impl IndexerImpl for Declared {
    fn declare_filetype(&mut self, file_type: FileType<'_>) -> Result<(), HostError> {
        self.extensions.push(file_type.file_extension.unwrap().to_str().unwrap().to_owned());
        Ok(())
    }

    fn declare_location(&mut self, info: LocationInfo<'_>) -> Result<(), HostError> {
        let path = match info.location {
            Location::Plugin => None,
            Location::File { path } => Some(PathBuf::from(path.to_str().unwrap())),
        };
        self.locations.push((info.flags, path));
        Ok(())
    }

    fn declare_soundpack(&mut self, _: Soundpack<'_>) -> Result<(), HostError> {
        panic!("there are no sound packs")
    }
}

/// A preset as the host's browser would list it.
#[derive(Debug, Default, PartialEq)]
struct Listed {
    name: String,
    key: Option<String>,
    plugin: Option<String>,
    flags: Option<Flags>,
    description: String,
    group: String,
}

#[derive(Debug, Default)]
struct Browser {
    presets: Vec<Listed>,
    errors: Vec<String>,
    /// How many presets it takes.
    room: usize,
}

fn owned(text: &CStr) -> String {
    text.to_str().unwrap().to_owned()
}

impl MetadataReceiverImpl for Browser {
    fn on_error(&mut self, _: i32, message: Option<&CStr>) {
        self.errors.push(owned(message.unwrap()));
    }

    fn begin_preset(&mut self, name: Option<&CStr>, key: Option<&CStr>) -> Result<(), HostError> {
        if self.presets.len() == self.room {
            return Err(HostError::Message("enough"));
        }
        let (name, key) = (owned(name.unwrap()), key.map(owned));
        self.presets.push(Listed { name, key, ..Listed::default() });
        Ok(())
    }

    fn add_plugin_id(&mut self, id: UniversalPluginId<'_>) {
        assert_eq!(id.abi, c"clap");
        self.presets.last_mut().unwrap().plugin = Some(owned(id.id));
    }

    fn set_soundpack_id(&mut self, _: &CStr) {}

    fn set_flags(&mut self, flags: Flags) {
        self.presets.last_mut().unwrap().flags = Some(flags);
    }

    fn add_creator(&mut self, _: &CStr) {}

    fn set_description(&mut self, description: &CStr) {
        self.presets.last_mut().unwrap().description = owned(description);
    }

    fn set_timestamps(&mut self, _: Option<Timestamp>, _: Option<Timestamp>) {}

    fn add_feature(&mut self, _: &CStr) {}

    fn add_extra_info(&mut self, key: &CStr, value: &CStr) {
        assert_eq!(key, c"group");
        self.presets.last_mut().unwrap().group = owned(value);
    }
}

fn provider() -> Provider<Declared> {
    let entry = entry();
    let factory: PresetDiscoveryFactory<'_> = entry.get_factory().expect("a factory of presets");
    let ids: Vec<CString> =
        factory.provider_descriptors().map(|provider| provider.id().unwrap().to_owned()).collect();
    let [id] = &ids[..] else { panic!("{ids:?}") };
    let host = HostInfo::new("Extrema tests", "Extrema", "", "1.0").expect("a host");
    Provider::instantiate(Declared::default(), &entry, id, &host).expect("a provider")
}

fn browse(location: Location<'_>) -> Browser {
    let mut browser = Browser { room: 1000, ..Browser::default() };
    provider().get_metadata(location, &mut browser);
    browser
}

fn c_path(path: &Path) -> CString {
    CString::new(path.to_str().unwrap()).unwrap()
}

/// A folder that is deleted with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("extrema-test-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a host reads of each parameter, by name.
fn values(instance: &mut Instance) -> Vec<(String, f64)> {
    let parameters = instance.parameters();
    parameters.into_iter().map(|p| (p.name, instance.value(p.id))).collect()
}

/// The same after a preset has been set by hand, text by text.
fn set_by_hand(instance: &mut Instance, preset: &Preset) -> Vec<Change> {
    let changes = preset.texts().map(|(id, text)| {
        let name = Control::from_id(id).unwrap().spec().name;
        instance.change(name, &text)
    });
    changes.collect()
}

#[test]
fn the_browser_lists_every_factory_preset() {
    let listed = browse(Location::Plugin);
    assert_eq!(listed.errors, [""; 0]);
    assert_eq!(listed.presets.len(), factory().len());
    for (listed, preset) in listed.presets.iter().zip(factory()) {
        let wanted = Listed {
            name: preset.name().to_owned(),
            key: Some(preset.name().to_owned()),
            plugin: Some("audio.extrema.extrema".to_owned()),
            flags: Some(Flags::IS_FACTORY_CONTENT),
            description: preset.description().to_owned(),
            group: preset.group().to_owned(),
        };
        assert_eq!(*listed, wanted);
    }
    let mut browser = Browser { room: 3, ..Browser::default() };
    provider().get_metadata(Location::Plugin, &mut browser);
    assert_eq!(browser.presets.len(), 3, "a host that has enough gets no more");
}

#[test]
fn every_factory_preset_is_loaded_as_it_is_written() {
    let (mut loaded, mut by_hand) = (Instance::new(), Instance::new());
    for preset in factory() {
        // Latency and bypass are not the preset's business.
        for instance in [&mut loaded, &mut by_hand] {
            let others = [instance.change("Latency", "low"), instance.change("Bypass", "on")];
            instance.flush(&others);
        }
        let key = CString::new(preset.name()).unwrap();
        let report = loaded.load_preset(Location::Plugin, Some(&key));
        assert_eq!(report.as_deref(), Ok(preset.name()));
        let changes = set_by_hand(&mut by_hand, preset);
        by_hand.flush(&changes);
        assert_eq!(values(&mut loaded), values(&mut by_hand), "{}", preset.name());
        // The codebook and the window stay too, and the editor knows the preset.
        let [loaded, by_hand] = [&mut loaded, &mut by_hand].map(|instance| {
            let state: serde_json::Value =
                serde_json::from_slice(&instance.save().split_off(8)).unwrap();
            ["codebook", "editor", "view"].map(|field| state["fields"][field].clone())
        });
        assert_eq!(loaded[..2], by_hand[..2], "{}", preset.name());
        let view: ViewState = serde_json::from_str(loaded[2].as_str().unwrap()).unwrap();
        let (group, name) = (preset.group().to_owned(), preset.name().to_owned());
        assert_eq!(view.preset, Some(PresetName { group, name }));
    }
}

#[test]
fn a_preset_file_is_listed_and_loaded() {
    let folder = Folder::new("file");
    let preset = Preset::new("My: fizz", "Drums", "Fizz; for drums.", |control| match control {
        Control::Threshold => -20.0,
        Control::Mix => 60.0,
        control => control.spec().default,
    });
    let preset = preset.unwrap();
    let path = c_path(&UserPresets::at(&folder.0).save(&preset, false).unwrap());
    let location = Location::File { path: &path };
    let listed = browse(location);
    let [listed] = &listed.presets[..] else { panic!("{listed:?}") };
    assert_eq!((&*listed.name, &listed.key), ("My: fizz", &None));
    assert_eq!(listed.flags, Some(Flags::IS_USER_CONTENT));
    assert_eq!(listed.description, "Fizz; for drums.");

    let (mut loaded, mut by_hand) = (Instance::new(), Instance::new());
    assert!(loaded.load_preset(location, None).is_ok());
    let changes = set_by_hand(&mut by_hand, &preset);
    by_hand.flush(&changes);
    assert_eq!(values(&mut loaded), values(&mut by_hand));
}

#[test]
fn what_cannot_be_loaded_is_reported_and_changes_nothing() {
    let folder = Folder::new("broken");
    let write = |name: &str, text: &str| {
        let path = folder.0.join(name);
        fs::write(&path, text).unwrap();
        c_path(&path)
    };
    let broken = write("broken.json", "{");
    let newer = write("newer.json", "{\"version\": 99}");
    let missing = c_path(&folder.0.join("missing.json"));
    let itself = c_path(&folder.0);
    let mut instance = Instance::new();
    let change = instance.change("Threshold", "-12 dB");
    instance.flush(&[change]);
    let before = instance.save();
    for (path, words) in [
        (&broken, "cut short"),
        (&newer, "update Extrema"),
        (&missing, "missing.json: "),
        (&itself, "a folder and not a file"),
    ] {
        let location = Location::File { path };
        let error = instance.load_preset(location, None).unwrap_err();
        assert!(error.contains(words), "{error}");
        let listed = browse(location);
        assert_eq!(listed.presets, []);
        assert!(matches!(&listed.errors[..], [error] if error.contains(words)), "{listed:?}");
    }
    for key in [None, Some(c"No such preset"), Some(c"")] {
        assert!(instance.load_preset(Location::Plugin, key).is_err());
    }
    assert_eq!(instance.save(), before);
}

/// A preset that is loaded while playing acts from the next block on as other settings of the effect
/// do, to the bit, so it is as free of clicks as they are.
#[test]
fn loading_while_playing_is_setting_the_effect() {
    const BLOCK: usize = 480;
    let wave: Vec<f32> = chords(48_000.0, 40 * BLOCK, 5).into_iter().map(|x| x as f32).collect();
    let names =
        ["Soft sand", "Rust", "Side dust", "Ghost of the loss", "Robot 1k", "Parallel grit"];
    let mut instance = Instance::new();
    let mut player = instance.activate(48_000.0, BLOCK as u32);
    let mut effect = Effect::new(&Codebook::standard(), 48_000.0, 2, Latency::default());
    // As a parameter keeps them.
    let kept = |control: Control, value| control.from_host(control.to_host(value));
    effect.set(EffectSettings::from_values(|control| kept(control, control.spec().default)));
    for (number, block) in wave.chunks(BLOCK).enumerate() {
        if number % 6 == 2 {
            let preset = factory().iter().find(|preset| preset.name() == names[number / 6 % 6]);
            let preset = preset.unwrap();
            let key = CString::new(preset.name()).unwrap();
            instance.load_preset(Location::Plugin, Some(&key)).unwrap();
            effect.set(EffectSettings::from_values(|control| {
                kept(control, preset.value(control).unwrap_or(control.spec().default))
            }));
        }
        let [mut left, mut right] = [block.to_vec(), block.to_vec()];
        effect.process(&mut [&mut left, &mut right], &mut ());
        assert!(player.block(&[block, block], &[]) == [left, right], "block {number}");
    }
    instance.deactivate(player);
}

/// The test below runs this in a second process, because only there can it set the environment variable
/// that names the folder.
#[test]
#[ignore = "needs an environment"]
fn the_users_folder_is_declared() {
    let folder = PathBuf::from(std::env::var_os(FOLDER_VARIABLE).unwrap());
    let provider = provider();
    let declared = provider.indexer();
    assert_eq!(declared.extensions, ["json"]);
    let mut wanted = vec![(Flags::IS_FACTORY_CONTENT, None)];
    if folder.exists() {
        wanted.push((Flags::IS_USER_CONTENT, Some(folder)));
    }
    assert_eq!(declared.locations, wanted);
}

#[test]
fn locations_are_the_plugin_and_the_users_folder_if_there_is_one() {
    let folder = Folder::new("locations");
    for folder in [folder.0.clone(), folder.0.join("missing")] {
        let mut test = Command::new(std::env::current_exe().unwrap());
        test.args(["--exact", "presets::the_users_folder_is_declared", "--ignored"]);
        let output = test.env(FOLDER_VARIABLE, folder).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
    }
}

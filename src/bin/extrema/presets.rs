//! `extrema presets`, and presets by name for other commands.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};
use extrema::effect::Control;
use extrema::presets::{
    Found, Library, Listing, Preset, PresetError, USER_GROUP, UserPreset, UserPresets, same_name,
};
use serde_json::{Value, json};

use crate::messages;
use crate::options::{ControlOptions, option_name};

/// Columns for names: the longest of a factory preset, and a gap.
const NAME_COLUMNS: usize = 26;

/// List presets, or show, save, rename and delete them
///
/// Presets come with Extrema or are your own: a .json file each, in the folder that `extrema presets
/// folder` prints, or in EXTREMA_PRESETS if that is set. Folders within it are groups.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Presets {
    #[command(subcommand)]
    action: Option<Action>,
    /// List only this group
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// List names, groups, descriptions, values and files as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    Show(Show),
    Save(Save),
    Rename(Rename),
    Delete(Delete),
    /// Print the folder of your own presets
    Folder,
}

/// Show what a preset sets
#[derive(Debug, Args)]
struct Show {
    /// Its name, GROUP/NAME, or a .json file
    name: String,
    /// Print it as a preset file, to be edited, sent, and saved with --from
    #[arg(long)]
    json: bool,
}

/// Save a preset of your own, and print its file
#[derive(Debug, Args)]
#[command(mut_arg("latency", |arg| arg.hide(true)), mut_arg("bypass", |arg| arg.hide(true)))]
struct Save {
    /// The name
    name: String,
    /// The group, a folder; GROUP/GROUP for one within another [default: User, no folder]
    #[arg(long, value_name = "GROUP", default_value = USER_GROUP, hide_default_value = true)]
    group: String,
    /// What is heard and what it is good for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Start from a preset: its name, GROUP/NAME, or a .json file; other options take precedence
    #[arg(long, alias = "preset", value_name = "NAME")]
    from: Option<String>,
    /// Replace your preset of the same name and group
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    controls: ControlOptions<true>,
}

/// Rename a preset of your own, and print its file
#[derive(Debug, Args)]
struct Rename {
    /// Its name, or GROUP/NAME
    name: String,
    /// The new name
    new_name: String,
}

/// Delete a preset of your own
#[derive(Debug, Args)]
struct Delete {
    /// Its name, or GROUP/NAME
    name: String,
}

/// The preset with a name, or in a file. What it could not be taken at its word for is printed.
pub fn find(text: &str) -> anyhow::Result<Preset> {
    let library = library();
    let user = match library.find(text) {
        Ok(Found::Factory(preset)) => return Ok(preset.clone()),
        Ok(Found::User(user)) => user.clone(),
        Err(PresetError::NotFound { .. }) if is_json(text) => UserPreset::load(Path::new(text))?,
        Err(error) => return Err(with_remedy(error)),
    };
    for notice in &user.notices {
        warn(&format!("{}: {notice}", user.path.display()));
    }
    Ok(user.preset)
}

impl Presets {
    pub fn run(self) -> anyhow::Result<()> {
        match self.action {
            None => self.list(),
            Some(Action::Show(show)) => show.run(),
            Some(Action::Save(save)) => save.run(),
            Some(Action::Rename(rename)) => rename.run(),
            Some(Action::Delete(delete)) => delete.run(),
            Some(Action::Folder) => print_path(UserPresets::standard()?.folder()),
        }
    }

    fn list(&self) -> anyhow::Result<()> {
        let library = library();
        for problem in library.user.problems.iter() {
            warn(&messages::describe_error(problem));
        }
        for user in &library.user.presets {
            for notice in &user.notices {
                warn(&format!("{}: {notice}", user.path.display()));
            }
        }
        let is_wanted = |found: &Found<'_>| {
            let group = self.group.as_ref();
            group.is_none_or(|group| same_name(found.preset().group(), group.trim()))
        };
        let presets: Vec<Found<'_>> = library.all().filter(is_wanted).collect();
        if let Some(group) = &self.group
            && presets.is_empty()
        {
            let mut groups: Vec<_> = library.all().map(|found| found.preset().group()).collect();
            groups.dedup();
            bail!("no preset is in the group {group:?}; these have some: {}", groups.join(", "));
        }
        print(&if self.json { as_json(&presets) } else { as_text(&presets) })
    }
}

/// A line for each preset, under its group.
fn as_text(presets: &[Found<'_>]) -> String {
    let heading = |found: Found<'_>| match (found, found.preset().group()) {
        (Found::User(_), group) if group != USER_GROUP => format!("{group} (your own)"),
        (_, group) => group.to_owned(),
    };
    let mut text = String::new();
    let mut current = None;
    for &found in presets {
        let heading = heading(found);
        if current.as_ref() != Some(&heading) {
            let gap = if current.is_some() { "\n" } else { "" };
            text += &format!("{gap}{heading}\n");
            current = Some(heading);
        }
        let (name, description) = (found.preset().name(), found.preset().description());
        text += format!("  {name:NAME_COLUMNS$}{description}").trim_end();
        text.push('\n');
    }
    text
}

fn as_json(presets: &[Found<'_>]) -> String {
    let entry = |&found: &Found<'_>| {
        let preset = found.preset();
        let file = match found {
            Found::Factory(_) => None,
            Found::User(user) => Some(user.path.to_string_lossy()),
        };
        let values: Value =
            preset.texts().map(|(id, text)| (id.to_owned(), Value::from(text))).collect();
        json!({
            "name": preset.name(),
            "group": preset.group(),
            "description": preset.description(),
            "file": file,
            "values": values,
        })
    };
    let entries: Vec<Value> = presets.iter().map(entry).collect();
    format!("{:#}\n", Value::from(entries))
}

impl Show {
    fn run(&self) -> anyhow::Result<()> {
        let preset = find(&self.name)?;
        if self.json {
            return print(&preset.to_json());
        }
        let mut text = format!("{} ({})\n", preset.name(), preset.group());
        if !preset.description().is_empty() {
            text += &format!("{}\n", preset.description());
        }
        text.push('\n');
        for (id, value) in preset.texts() {
            text += &format!("  {id:14}{value}\n");
        }
        print(&text)
    }
}

impl Save {
    fn run(mut self) -> anyhow::Result<()> {
        let all = Control::ALL.into_iter();
        for control in all.filter(|&control| !Preset::sets(control)) {
            if self.controls.is_given(control) {
                bail!("--{} is not part of a preset; leave it out", option_name(control));
            }
        }
        if let Some(from) = &self.from {
            self.controls.complete_with(&find(from)?);
        }
        let presets = UserPresets::standard()?;
        let value = |control| self.controls.value(control);
        let described =
            |description: &str| Preset::new(&self.name, &self.group, description, value);
        let mut preset = described(self.description.as_deref().unwrap_or_default())?;
        if self.description.is_none() {
            let is_replaced = |user: &&UserPreset| {
                same_name(user.preset.name(), preset.name())
                    && same_name(user.preset.group(), preset.group())
            };
            if let Some(replaced) = presets.list().presets.iter().find(is_replaced) {
                preset = described(replaced.preset.description())?;
            }
        }
        print_path(&presets.save(&preset, self.overwrite).map_err(with_remedy)?)
    }
}

impl Rename {
    fn run(&self) -> anyhow::Result<()> {
        let presets = UserPresets::standard()?;
        let user = find_own(&presets, &self.name)?;
        print_path(&presets.rename(&user, &self.new_name)?)
    }
}

impl Delete {
    fn run(&self) -> anyhow::Result<()> {
        let presets = UserPresets::standard()?;
        let user = find_own(&presets, &self.name)?;
        Ok(presets.delete(&user)?)
    }
}

/// A preset of the user, to be changed.
fn find_own(presets: &UserPresets, name: &str) -> anyhow::Result<UserPreset> {
    let library = Library { user: presets.list() };
    match library.find(name).map_err(with_remedy)? {
        Found::User(user) => Ok(user.clone()),
        Found::Factory(preset) => {
            bail!("{:?} comes with Extrema; only your own presets can be changed", preset.name())
        }
    }
}

/// All presets; without a folder for the user's, those of the factory.
fn library() -> Library {
    let user = UserPresets::standard().map_or_else(|_| Listing::default(), |own| own.list());
    Library { user }
}

fn is_json(text: &str) -> bool {
    let extension = Path::new(text).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// An error with what to do about it on the command line.
fn with_remedy(error: PresetError) -> anyhow::Error {
    let remedy = match error {
        PresetError::NotFound { .. } => "`extrema presets` lists all of them",
        PresetError::Exists { .. } => "add --overwrite to replace it, or choose another name",
        error => return error.into(),
    };
    anyhow!("{error}; {remedy}")
}

fn warn(text: &str) {
    messages::say(format_args!("warning: {text}"));
}

fn print_path(path: &Path) -> anyhow::Result<()> {
    let mut line = path.as_os_str().as_encoded_bytes().to_vec();
    line.push(b'\n');
    print_bytes(&line)
}

fn print(text: &str) -> anyhow::Result<()> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).context(messages::CANNOT_PRINT)
}

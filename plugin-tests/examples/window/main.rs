//! Opens the editor in real windows on Linux, hosted in-process through CLAP, while a chord plays:
//! `cargo run --example window -- [--seconds S] [--set PARAMETER=TEXT]... [--silent] [--idle]
//! [--modulate PARAMETER=AMOUNT]... [--size WIDTHxHEIGHT] [--zoom PERCENT] [--editors COUNT]
//! [--reopen TIMES] [--keys] [--hide] [--hover X,Y] [--click X,Y] [--drag X,Y,X,Y]... [--picture FILE]`.
//!
//! It fails if a picture stays black, if a saved session has forgotten the window's size and zoom, if
//! opening again and again leaves something behind, with `--keys` if the host lacks keys that are its
//! own, with `--hide` if a hidden editor goes on drawing, and if the host's main thread is held up.

#[cfg(target_os = "linux")]
mod checks;
#[cfg(target_os = "linux")]
mod handlers;
#[cfg(target_os = "linux")]
mod leaks;
#[cfg(target_os = "linux")]
mod player;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod windows;

#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "linux")]
use windows::{Touch, Windows};

/// The longest the host's main thread may be held up. Nothing is drawn there.
#[cfg(target_os = "linux")]
const LONGEST_CALL: Duration = Duration::from_millis(200);

/// What the command line asks for.
#[cfg(target_os = "linux")]
struct Wishes {
    seconds: f64,
    set: Vec<(String, String)>,
    modulate: Vec<(String, f64)>,
    silent: bool,
    idle: bool,
    size: (u32, u32),
    zoom: u32,
    editors: usize,
    reopen: usize,
    keys: bool,
    hide: bool,
    touches: Vec<Touch>,
    picture: Option<std::path::PathBuf>,
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wishes = wishes()?;
    let mut players =
        (0..wishes.editors).map(|_| player::Player::new(&wishes)).collect::<Result<Vec<_>, _>>()?;
    let screen = screen::Screen::connect()?;
    let mut watch = leaks::Watch::default();
    for _ in 0..wishes.reopen {
        let mut windows = Windows::open(&screen, &mut players)?;
        windows.serve(Duration::from_millis(150))?;
        windows.close()?;
        watch.look()?;
    }
    watch.judge()?;
    let mut windows = Windows::open(&screen, &mut players)?;
    windows.serve(Duration::from_secs_f64(wishes.seconds))?;
    for &touch in &wishes.touches {
        windows.touch(touch)?;
    }
    if wishes.keys {
        checks::keys(&mut windows)?;
    }
    if wishes.hide {
        checks::hiding(&mut windows)?;
    }
    if let Some(path) = &wishes.picture {
        windows.save_picture(path)?;
    }
    let slowest = windows.slowest;
    println!("longest call of the host's main thread: {slowest:.1?}");
    windows.close()?;
    if slowest > LONGEST_CALL {
        return Err("the host's main thread was held up".into());
    }
    let slowest = players.iter().map(player::Player::slowest).max().unwrap_or_default();
    println!("longest block of audio: {slowest:.1?}");
    players.iter_mut().try_for_each(player::Player::keep_window)?;
    players.into_iter().try_for_each(player::Player::stop)
}

#[cfg(target_os = "linux")]
fn wishes() -> Result<Wishes, Box<dyn std::error::Error>> {
    let mut wishes = Wishes {
        seconds: 10.0,
        set: Vec::new(),
        modulate: Vec::new(),
        silent: false,
        idle: false,
        size: (960, 600),
        zoom: 100,
        editors: 1,
        reopen: 0,
        keys: false,
        hide: false,
        touches: Vec::new(),
        picture: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or("a value is missing");
        match word.as_str() {
            "--seconds" => wishes.seconds = value()?.parse()?,
            "--set" => {
                let wish = value()?;
                let (name, text) = wish.split_once('=').ok_or("PARAMETER=TEXT")?;
                wishes.set.push((name.to_owned(), text.to_owned()));
            }
            "--modulate" => {
                let wish = value()?;
                let (name, amount) = wish.split_once('=').ok_or("PARAMETER=AMOUNT")?;
                wishes.modulate.push((name.to_owned(), amount.parse()?));
            }
            "--silent" => wishes.silent = true,
            "--idle" => wishes.idle = true,
            "--size" => {
                let size = value()?;
                let (width, height) = size.split_once('x').ok_or("WIDTHxHEIGHT")?;
                wishes.size = (width.parse()?, height.parse()?);
            }
            "--keys" => wishes.keys = true,
            "--hide" => wishes.hide = true,
            "--zoom" => wishes.zoom = value()?.parse()?,
            "--editors" => wishes.editors = value()?.parse()?,
            "--reopen" => wishes.reopen = value()?.parse()?,
            "--hover" | "--click" | "--drag" => {
                let places = value()?;
                let places: Vec<i16> =
                    places.split(',').map(str::parse).collect::<Result<_, _>>()?;
                wishes.touches.push(match (word.as_str(), &places[..]) {
                    ("--hover", &[x, y]) => Touch::Hover([x, y]),
                    ("--click", &[x, y]) => Touch::Click([x, y]),
                    ("--drag", &[x, y, to_x, to_y]) => Touch::Drag([x, y], [to_x, to_y]),
                    _ => return Err("X,Y, or X,Y,X,Y for a drag".into()),
                });
            }
            "--picture" => wishes.picture = Some(value()?.into()),
            _ => return Err(format!("what is {word}?").into()),
        }
    }
    Ok(wishes)
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("This opens a window on X11 only.");
}

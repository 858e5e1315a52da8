//! Opens the editor in real windows on Linux, hosted in this process through CLAP, while a chord
//! plays: `cargo run --example window -- --help`.
//!
//! It fails if a window stays black, if a saved session forgets the window's size or zoom, if
//! opening and closing leaks, if the host's main thread is blocked, with `--gestures` if a gesture
//! does not do what it should, and with `--cost` if it draws frames for nothing.

#[cfg(target_os = "linux")]
mod cost;
#[cfg(target_os = "linux")]
mod gestures;
#[cfg(target_os = "linux")]
mod leaks;
#[cfg(target_os = "linux")]
mod places;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod track;
#[cfg(target_os = "linux")]
mod windows;

#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "linux")]
use windows::{Touch, Windows};

/// The longest that the host's main thread may be blocked; the editor draws on its own thread.
#[cfg(target_os = "linux")]
const LONGEST_CALL: Duration = Duration::from_millis(200);

#[cfg(target_os = "linux")]
#[derive(clap::Parser)]
struct Args {
    /// How long the windows stay open before anything is done in them
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Set a parameter before playing
    #[arg(long, value_name = "PARAMETER=TEXT", value_parser = assignment::<String>)]
    set: Vec<(String, String)>,
    /// Modulate a parameter by an offset
    #[arg(long, value_name = "PARAMETER=OFFSET", value_parser = assignment::<f64>)]
    modulate: Vec<(String, f64)>,
    /// Play silence
    #[arg(long)]
    silent: bool,
    /// Play one block only
    #[arg(long)]
    idle: bool,
    /// The window's size in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "960x600", value_parser = size)]
    size: (u32, u32),
    /// The editor's zoom in percent
    #[arg(long, default_value_t = 100)]
    zoom: u32,
    /// How many editors are open at once
    #[arg(long, default_value_t = 1)]
    editors: usize,
    /// Open and close the windows this often first, and look for leaks
    #[arg(long, default_value_t = 0)]
    reopen: usize,
    /// Wait for a window manager, and check gestures with a real mouse and keyboard
    #[arg(long)]
    gestures: bool,
    /// Keep the sizes of the windows in the host's to the host, as a GtkSocket does
    #[arg(long)]
    socket: bool,
    /// The scale that the host wants for its editors
    #[arg(long)]
    scale: Option<f64>,
    /// Check that the corner of the first window can be dragged
    #[arg(long)]
    corner: bool,
    /// Count the frames drawn while a sound plays, at rest, and in a window that cannot be seen
    #[arg(long)]
    cost: bool,
    /// Use the mouse in the first window, in the order given: hover:X,Y, click:X,Y or drag:X,Y,X,Y
    #[arg(long)]
    touch: Vec<Touch>,
    /// Save a picture of the first window
    #[arg(long, value_name = "FILE")]
    picture: Option<std::path::PathBuf>,
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = <Args as clap::Parser>::parse();
    let mut tracks: Vec<_> = (0..args.editors).map(|_| track::Track::new(&args)).collect();
    let screen = screen::Screen::connect(args.socket, args.scale)?;
    if args.gestures {
        screen.wait_for_window_manager()?;
    }
    let mut leaks = leaks::Leaks::default();
    for _ in 0..args.reopen {
        let mut windows = Windows::open(&screen, &mut tracks)?;
        windows.serve(Duration::from_millis(150))?;
        windows.close()?;
        leaks.record()?;
    }
    leaks.check()?;
    let mut windows = Windows::open(&screen, &mut tracks)?;
    windows.serve(Duration::from_secs_f64(args.seconds))?;
    let pixels = f64::from(args.zoom) / 100.0 * args.scale.unwrap_or(1.0);
    let (width, height) = args.size;
    windows.check_size([width, height].map(|side| (f64::from(side) * pixels).round() as u16))?;
    for &touch in &args.touch {
        windows.touch(touch)?;
    }
    if args.gestures {
        gestures::check(&mut windows)?;
    }
    if args.corner {
        gestures::corner(&mut windows)?;
    }
    if args.cost {
        cost::check(&mut windows)?;
    }
    if let Some(path) = &args.picture {
        windows.save_picture(path)?;
    }
    let slowest = windows.slowest;
    println!("longest call of the host's main thread: {slowest:.1?}");
    windows.close()?;
    if slowest > LONGEST_CALL {
        return Err(format!("the host's main thread was blocked for {slowest:.1?}").into());
    }
    let scale = args.scale.unwrap_or(1.0);
    tracks.iter_mut().try_for_each(|track| track.check_saved_window(scale))?;
    for track in tracks {
        println!("longest block of audio: {:.1?}", track.stop()?);
    }
    Ok(())
}

/// Splits `NAME=VALUE`.
#[cfg(target_os = "linux")]
fn assignment<T: std::str::FromStr>(text: &str) -> Result<(String, T), String> {
    let wrong = || format!("`{text}` is not PARAMETER=VALUE");
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    Ok((name.to_owned(), value.parse().map_err(|_| wrong())?))
}

/// Splits `WIDTHxHEIGHT`.
#[cfg(target_os = "linux")]
fn size(text: &str) -> Result<(u32, u32), String> {
    let size = text.split_once('x').map(|(width, height)| (width.parse(), height.parse()));
    match size {
        Some((Ok(width), Ok(height))) => Ok((width, height)),
        _ => Err(format!("`{text}` is not WIDTHxHEIGHT")),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("The window is opened on X11 only.");
}

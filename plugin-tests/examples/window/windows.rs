//! The open windows: the mouse and the keyboard in the first one, and pictures of it.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiSize, PluginGui};
use image::RgbImage;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConfigureNotifyEvent;

use crate::screen::Screen;
use crate::track::Track;

/// How long to wait for a complete picture: some drivers show the first frames late.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How many pictures in a row must be complete before the last one is taken.
const STEADY_PICTURES: usize = 3;

/// How long a window drawn in software takes to react to an event.
pub const REACTION_TIME: Duration = Duration::from_millis(400);

/// A use of the mouse, in pixels of the window.
#[derive(Debug, Clone, Copy)]
pub enum Touch {
    Hover([i16; 2]),
    Click([i16; 2]),
    Drag([i16; 2], [i16; 2]),
}

impl FromStr for Touch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not hover:X,Y, click:X,Y or drag:X,Y,X,Y");
        let (kind, numbers) = text.split_once(':').ok_or_else(wrong)?;
        let numbers: Result<Vec<i16>, _> = numbers.split(',').map(str::parse).collect();
        match (kind, &numbers.map_err(|_| wrong())?[..]) {
            ("hover", &[x, y]) => Ok(Self::Hover([x, y])),
            ("click", &[x, y]) => Ok(Self::Click([x, y])),
            ("drag", &[x, y, to_x, to_y]) => Ok(Self::Drag([x, y], [to_x, to_y])),
            _ => Err(wrong()),
        }
    }
}

/// A window for each track.
pub struct Windows<'a> {
    screen: &'a Screen,
    tracks: &'a mut [Track],
    windows: Vec<u32>,
    /// The longest time for which the host's main thread was blocked.
    pub slowest: Duration,
    /// The key codes that reached the host's first window.
    pub keys: Vec<u8>,
}

impl<'a> Windows<'a> {
    pub fn open(screen: &'a Screen, tracks: &'a mut [Track]) -> Result<Self, Box<dyn Error>> {
        let windows = tracks.iter_mut().map(|track| screen.open(track));
        let windows = windows.collect::<Result<_, _>>()?;
        Ok(Self { screen, tracks, windows, slowest: Duration::ZERO, keys: Vec::new() })
    }

    /// Serves the plugins' requests and the screen's events for a while.
    pub fn serve(&mut self, time: Duration) -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        while began.elapsed() < time {
            std::thread::sleep(Duration::from_millis(5));
            let turn = Instant::now();
            while let Some(event) = self.screen.event()? {
                match event {
                    Event::ConfigureNotify(event) => {
                        if let Some(i) = self.windows.iter().position(|&it| it == event.window) {
                            resized(self.screen, &mut self.tracks[i], event)?;
                        }
                    }
                    Event::KeyPress(event) if event.event == self.windows[0] => {
                        self.keys.push(event.detail);
                    }
                    _ => {}
                }
            }
            for (track, &window) in self.tracks.iter_mut().zip(&self.windows) {
                serve_requests(self.screen, track, window)?;
            }
            self.slowest = self.slowest.max(turn.elapsed());
        }
        Ok(())
    }

    /// Uses the mouse in the first window.
    pub fn touch(&mut self, touch: Touch) -> Result<(), Box<dyn Error>> {
        let window = self.windows[0];
        let (from, to, is_pressed) = match touch {
            Touch::Hover(at) => (at, at, false),
            Touch::Click(at) => (at, at, true),
            Touch::Drag(from, to) => (from, to, true),
        };
        self.screen.moved(window, from, false)?;
        self.serve(REACTION_TIME)?;
        if is_pressed {
            self.screen.button(window, from, true)?;
            self.serve(REACTION_TIME)?;
            let steps = if from == to { 0 } else { 10 };
            for step in 1..=steps {
                let at = [0, 1].map(|k| from[k] + (to[k] - from[k]) * step / steps);
                self.screen.moved(window, at, true)?;
                self.serve(REACTION_TIME)?;
            }
            self.screen.button(window, to, false)?;
            self.serve(REACTION_TIME)?;
        }
        Ok(())
    }

    /// Presses and releases a key, by its code.
    pub fn key(&mut self, code: u8) -> Result<(), Box<dyn Error>> {
        self.screen.key(self.windows[0], code)?;
        self.serve(REACTION_TIME)
    }

    /// Whether the host's window has the keyboard; otherwise the editor's has it.
    pub fn is_host_focused(&self) -> Result<bool, Box<dyn Error>> {
        Ok(self.screen.focus()? == self.windows[0])
    }

    /// Hides the first editor, or shows it again.
    pub fn set_hidden(&mut self, hidden: bool) -> Result<(), Box<dyn Error>> {
        let handle = self.tracks[0].instance.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
        if hidden {
            gui.hide(&handle)?
        } else {
            gui.show(&handle)?
        }
        Ok(())
    }

    /// Waits until the first editor is drawn completely.
    pub fn picture(&mut self) -> Result<RgbImage, Box<dyn Error>> {
        let began = Instant::now();
        let mut complete = 0;
        loop {
            self.serve(REACTION_TIME)?;
            let picture = self.screen.picture(self.windows[0])?;
            complete = if is_complete(&picture) { complete + 1 } else { 0 };
            if complete == STEADY_PICTURES {
                return Ok(picture);
            }
            if complete == 0 && began.elapsed() > TIMEOUT {
                return Err("the window stays black".into());
            }
        }
    }

    /// Takes a picture of the first editor.
    pub fn save_picture(&mut self, path: &Path) -> Result<(), Box<dyn Error>> {
        Ok(self.picture()?.save(path)?)
    }

    /// Closes all windows.
    pub fn close(self) -> Result<(), Box<dyn Error>> {
        for track in self.tracks {
            let handle = track.instance.plugin.plugin_handle();
            let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
            gui.destroy(&handle);
        }
        self.screen.close(&self.windows)
    }
}

/// Serves what a plugin has asked the host for.
fn serve_requests(screen: &Screen, track: &mut Track, window: u32) -> Result<(), Box<dyn Error>> {
    let (callbacks, size) = track.instance.plugin.access_shared_handler(|shared| {
        (shared.callbacks.swap(0, Ordering::SeqCst), shared.window_size.swap(0, Ordering::SeqCst))
    });
    if callbacks > 0 {
        track.instance.idle();
    }
    if size != 0 {
        screen.resize(window, GuiSize::unpack_from_u64(size))?;
    }
    Ok(())
}

/// Lets an editor follow the size of the window around it, within its own bounds.
fn resized(
    screen: &Screen,
    track: &mut Track,
    event: ConfigureNotifyEvent,
) -> Result<(), Box<dyn Error>> {
    let handle = track.instance.plugin.plugin_handle();
    let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
    let offered = GuiSize { width: event.width.into(), height: event.height.into() };
    let taken = gui.adjust_size(&handle, offered).unwrap_or(offered);
    if gui.get_size(&handle) != Some(taken) {
        gui.set_size(&handle, taken)?;
    }
    if taken != offered {
        screen.resize(event.window, taken)?;
    }
    Ok(())
}

/// Whether the editor has drawn itself: next to nothing in it is black, and it has many colours.
fn is_complete(picture: &RgbImage) -> bool {
    let black = picture.pixels().filter(|pixel| pixel.0 == [0; 3]).count();
    let colours: HashSet<_> = picture.pixels().collect();
    black * 200 < picture.pixels().len() && colours.len() > 200
}

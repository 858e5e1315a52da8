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

/// How many frames it takes at most until an event shows and the window system has been told: one may be
/// half drawn when it arrives.
const FRAMES_OF_REACTION: u32 = 4;

/// Time between two movements of a hand.
const HAND: Duration = Duration::from_millis(40);

/// How long something may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The buttons of a mouse; the wheel's notches are buttons too.
pub const LEFT: u8 = 1;
pub const RIGHT: u8 = 3;
pub const WHEEL_UP: u8 = 4;

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
    pub host_keys: Vec<u8>,
    /// Tells when the first editor is drawn, and how often it was.
    damage: Option<u32>,
    frames: u32,
}

impl<'a> Windows<'a> {
    pub fn open(screen: &'a Screen, tracks: &'a mut [Track]) -> Result<Self, Box<dyn Error>> {
        let windows = tracks.iter_mut().map(|track| screen.open(track));
        let windows = windows.collect::<Result<_, _>>()?;
        Ok(Self {
            screen,
            tracks,
            windows,
            slowest: Duration::ZERO,
            host_keys: Vec::new(),
            damage: None,
            frames: 0,
        })
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
                        self.host_keys.push(event.detail);
                    }
                    // A host that keeps sizes to itself is asked for this too.
                    Event::MapRequest(event) => self.screen.set_mapped(event.window, true)?,
                    Event::DamageNotify(event) => {
                        self.frames += 1;
                        self.screen.clear_damage(event.damage)?;
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

    /// Serves until something is so.
    pub fn until(
        &mut self,
        what: &str,
        mut is_so: impl FnMut(&mut Self) -> Result<bool, Box<dyn Error>>,
    ) -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        while !is_so(self)? {
            if began.elapsed() > PATIENCE {
                return Err(format!("waited in vain: {what}").into());
            }
            self.serve(Duration::from_millis(10))?;
        }
        Ok(())
    }

    /// Waits until the first editor, in which something moves, has drawn what was done.
    pub fn rest(&mut self) -> Result<(), Box<dyn Error>> {
        self.watch()?;
        self.frames = 0;
        self.until("the editor draws", |windows| Ok(windows.frames >= FRAMES_OF_REACTION))
    }

    /// From now on counts the frames of the first editor.
    fn watch(&mut self) -> Result<(), Box<dyn Error>> {
        if self.damage.is_none() {
            let editor = self.screen.editor(self.windows[0])?;
            self.damage = Some(self.screen.watch(editor)?);
            self.serve(REACTION_TIME)?;
        }
        Ok(())
    }

    /// Uses the mouse in the first window.
    pub fn touch(&mut self, touch: Touch) -> Result<(), Box<dyn Error>> {
        match touch {
            Touch::Hover(at) => self.point(at),
            Touch::Click(at) => self.click(LEFT, at),
            Touch::Drag(from, to) => self.drag(from, to),
        }?;
        self.serve(REACTION_TIME)
    }

    /// Moves the pointer to a place in the first editor.
    pub fn point(&mut self, at: [i16; 2]) -> Result<(), Box<dyn Error>> {
        self.screen.point(self.windows[0], at)?;
        self.serve(HAND)
    }

    /// Presses or releases a button of the mouse.
    pub fn button(&mut self, button: u8, is_down: bool) -> Result<(), Box<dyn Error>> {
        self.screen.button(button, is_down)?;
        self.serve(HAND)
    }

    /// Clicks.
    pub fn click(&mut self, button: u8, at: [i16; 2]) -> Result<(), Box<dyn Error>> {
        self.point(at)?;
        self.button(button, true)?;
        self.button(button, false)
    }

    /// Drags with the left button, in ten steps.
    pub fn drag(&mut self, from: [i16; 2], to: [i16; 2]) -> Result<(), Box<dyn Error>> {
        self.point(from)?;
        self.button(LEFT, true)?;
        for step in 1..=10 {
            self.point([0, 1].map(|k| from[k] + (to[k] - from[k]) * step / 10))?;
        }
        self.button(LEFT, false)
    }

    /// Presses keys, by their codes, and releases them in reverse.
    pub fn keys(&mut self, codes: &[u8]) -> Result<(), Box<dyn Error>> {
        self.hold(codes, true)?;
        self.hold(codes, false)
    }

    /// Presses keys, or releases them in reverse.
    pub fn hold(&mut self, codes: &[u8], is_down: bool) -> Result<(), Box<dyn Error>> {
        let mut codes = codes.to_vec();
        if !is_down {
            codes.reverse();
        }
        for code in codes {
            self.screen.key(code, is_down)?;
        }
        self.serve(HAND)
    }

    /// The value of a parameter of the first track, from 0 to 1 unless it has steps.
    pub fn value(&mut self, name: &str) -> f64 {
        let instance = &mut self.tracks[0].instance;
        let id = instance.parameter(name).id;
        instance.value(id)
    }

    /// Sets whether the first track plays silence.
    pub fn set_silent(&self, is_silent: bool) {
        self.tracks[0].silent.store(is_silent, Ordering::SeqCst);
    }

    /// The size of the host's first window.
    pub fn size(&self) -> Result<[u16; 2], Box<dyn Error>> {
        self.screen.size(self.windows[0])
    }

    /// Fails unless the host's first window and the editor in it have a size in pixels.
    pub fn check_size(&self, expected: [u16; 2]) -> Result<(), Box<dyn Error>> {
        let window = self.windows[0];
        let sizes = [self.screen.size(window)?, self.screen.size(self.screen.editor(window)?)?];
        if sizes == [expected; 2] {
            return Ok(());
        }
        Err(format!("host and editor are {sizes:?} in size, and not {expected:?}").into())
    }

    /// Gives the keyboard to the host's first window, as a window manager does.
    pub fn focus_host(&mut self) -> Result<(), Box<dyn Error>> {
        self.screen.set_focus(self.windows[0])?;
        self.serve(HAND)
    }

    /// Whether the host's window has the keyboard; otherwise the editor's has it.
    pub fn is_host_focused(&self) -> Result<bool, Box<dyn Error>> {
        Ok(self.screen.focus()? == self.windows[0])
    }

    /// The frames that the first editor draws in some time.
    pub fn frames_in(&mut self, time: Duration) -> Result<u32, Box<dyn Error>> {
        self.watch()?;
        self.frames = 0;
        self.serve(time)?;
        Ok(self.frames)
    }

    /// Unmaps the host's first window, or maps it again.
    pub fn set_mapped(&mut self, is_mapped: bool) -> Result<(), Box<dyn Error>> {
        self.screen.set_mapped(self.windows[0], is_mapped)?;
        self.serve(REACTION_TIME)
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
    screen.grant(event.window, taken)?;
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

//! Editors that are open, a hand that touches the first one, and pictures of it.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiSize, PluginGui};
use image::RgbImage;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConfigureNotifyEvent;

use crate::player::Player;
use crate::screen::Screen;

/// How long a picture is waited for: some drivers show the first ones late.
const PATIENCE: Duration = Duration::from_secs(20);

/// So many pictures in a row have to be complete before the last is taken.
const STEADY: usize = 3;

/// A window that is drawn in software takes its time to see each movement.
pub const MOMENT: Duration = Duration::from_millis(400);

/// What a hand does, in pixels of the window.
#[derive(Debug, Clone, Copy)]
pub enum Touch {
    Hover([i16; 2]),
    Click([i16; 2]),
    Drag([i16; 2], [i16; 2]),
}

/// Editors that are open.
pub struct Windows<'a> {
    screen: &'a Screen,
    players: &'a mut [Player],
    windows: Vec<u32>,
    /// The longest time the host's main thread was held up.
    pub slowest: Duration,
    /// The keys that came to the first of the host's windows.
    pub keys: Vec<u8>,
}

impl<'a> Windows<'a> {
    /// Opens a window for each player.
    pub fn open(screen: &'a Screen, players: &'a mut [Player]) -> Result<Self, Box<dyn Error>> {
        let windows = players.iter_mut().map(|player| screen.open(player));
        let windows = windows.collect::<Result<_, _>>()?;
        Ok(Self { screen, players, windows, slowest: Duration::ZERO, keys: Vec::new() })
    }

    /// Does what the plugins and the screen ask for, for a while.
    pub fn serve(&mut self, time: Duration) -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        while began.elapsed() < time {
            std::thread::sleep(Duration::from_millis(5));
            let turn = Instant::now();
            while let Some(event) = self.screen.event()? {
                match event {
                    Event::ConfigureNotify(event) => {
                        if let Some(i) = self.windows.iter().position(|&it| it == event.window) {
                            resized(self.screen, &mut self.players[i], event)?;
                        }
                    }
                    Event::KeyPress(event) if event.event == self.windows[0] => {
                        self.keys.push(event.detail);
                    }
                    _ => {}
                }
            }
            for (player, &window) in self.players.iter_mut().zip(&self.windows) {
                attend(self.screen, player, window)?;
            }
            self.slowest = self.slowest.max(turn.elapsed());
        }
        Ok(())
    }

    /// Lets a hand do something.
    pub fn touch(&mut self, touch: Touch) -> Result<(), Box<dyn Error>> {
        let window = self.windows[0];
        let (from, to, is_pressed) = match touch {
            Touch::Hover(at) => (at, at, false),
            Touch::Click(at) => (at, at, true),
            Touch::Drag(from, to) => (from, to, true),
        };
        self.screen.moved(window, from, false)?;
        self.serve(MOMENT)?;
        if is_pressed {
            self.screen.button(window, from, true)?;
            self.serve(MOMENT)?;
            let steps = if from == to { 0 } else { 10 };
            for step in 1..=steps {
                let at = [0, 1].map(|k| from[k] + (to[k] - from[k]) * step / steps);
                self.screen.moved(window, at, true)?;
                self.serve(MOMENT)?;
            }
            self.screen.button(window, to, false)?;
            self.serve(MOMENT)?;
        }
        Ok(())
    }

    /// Presses and releases a key, by its code.
    pub fn key(&mut self, code: u8) -> Result<(), Box<dyn Error>> {
        self.screen.key(self.windows[0], code)?;
        self.serve(MOMENT)
    }

    /// Whether the host's window has the keyboard, or else the editor's.
    pub fn is_host_focused(&self) -> Result<bool, Box<dyn Error>> {
        Ok(self.screen.focus()? == self.windows[0])
    }

    /// Hides the first editor, or shows it again.
    pub fn set_hidden(&mut self, hidden: bool) -> Result<(), Box<dyn Error>> {
        let handle = self.players[0].plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
        if hidden {
            gui.hide(&handle)?
        } else {
            gui.show(&handle)?
        }
        Ok(())
    }

    /// Waits until the first editor's picture is complete and stays so.
    pub fn picture(&mut self) -> Result<RgbImage, Box<dyn Error>> {
        let began = Instant::now();
        let mut complete = 0;
        loop {
            self.serve(MOMENT)?;
            let picture = self.screen.picture(self.windows[0])?;
            complete = if is_complete(&picture) { complete + 1 } else { 0 };
            if complete == STEADY {
                return Ok(picture);
            }
            if complete == 0 && began.elapsed() > PATIENCE {
                return Err("the window stays black".into());
            }
        }
    }

    /// Takes a picture of the first editor.
    pub fn save_picture(&mut self, path: &Path) -> Result<(), Box<dyn Error>> {
        Ok(self.picture()?.save(path)?)
    }

    /// Closes everything.
    pub fn close(self) -> Result<(), Box<dyn Error>> {
        for player in self.players {
            let handle = player.plugin.plugin_handle();
            let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
            gui.destroy(&handle);
        }
        self.screen.close(&self.windows)
    }
}

/// Does what a plugin has asked for.
fn attend(screen: &Screen, player: &mut Player, window: u32) -> Result<(), Box<dyn Error>> {
    let (called, size) = player.plugin.access_shared_handler(|shared| {
        (shared.callback.swap(false, Ordering::SeqCst), shared.size.swap(0, Ordering::SeqCst))
    });
    if called {
        player.plugin.call_on_main_thread_callback();
    }
    if size != 0 {
        screen.resize(window, GuiSize::unpack_from_u64(size))?;
    }
    Ok(())
}

/// Lets an editor follow the window around it, as far as it can.
fn resized(
    screen: &Screen,
    player: &mut Player,
    event: ConfigureNotifyEvent,
) -> Result<(), Box<dyn Error>> {
    let handle = player.plugin.plugin_handle();
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

/// Whether a picture is the editor's: nothing in the editor is black, and much is coloured.
fn is_complete(picture: &RgbImage) -> bool {
    let black = picture.pixels().filter(|pixel| pixel.0 == [0; 3]).count();
    let colours: HashSet<_> = picture.pixels().collect();
    black * 200 < picture.pixels().len() && colours.len() > 200
}

//! Windows for editors, a hand that touches them, and pictures of them.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};
use extrema_plugin_tests::png_file::Picture;
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ButtonPressEvent, ConfigureNotifyEvent,
    ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask, ImageFormat, KeyButMask,
    MOTION_NOTIFY_EVENT, Motion, MotionNotifyEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::player::Player;

/// How long a picture is waited for: some drivers show the first ones late.
const PATIENCE: Duration = Duration::from_secs(20);

/// Time from making an editor to showing it: longer than a picture takes.
const DELAY: Duration = Duration::from_millis(80);

/// So many pictures in a row have to be complete before the last is taken.
const STEADY: usize = 3;

/// What a hand does, in pixels of the window.
#[derive(Debug, Clone, Copy)]
pub enum Touch {
    Hover([i16; 2]),
    Click([i16; 2]),
    Drag([i16; 2], [i16; 2]),
}

/// An X11 screen.
pub struct Screen {
    connection: RustConnection,
    root: u32,
}

impl Screen {
    /// The default screen.
    pub fn connect() -> Result<Self, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root })
    }

    /// Opens an editor's window for each player, serves them for a while, and closes them. Only the
    /// first one's is touched and pictured.
    pub fn show(
        &self,
        players: &mut [Player],
        seconds: f64,
        touches: &[Touch],
        picture: Option<&Path>,
    ) -> Result<(), Box<dyn Error>> {
        let mut windows = Vec::new();
        for player in players.iter_mut() {
            windows.push(self.open(player)?);
        }
        let mut slowest = Duration::ZERO;
        let mut serve = |time: Duration| {
            let began = Instant::now();
            while began.elapsed() < time {
                std::thread::sleep(Duration::from_millis(5));
                let turn = Instant::now();
                while let Some(event) = self.connection.poll_for_event()? {
                    if let Event::ConfigureNotify(resized) = event
                        && let Some(i) = windows.iter().position(|&it| it == resized.window)
                    {
                        self.resized(&mut players[i], resized)?;
                    }
                }
                for (player, &window) in players.iter_mut().zip(&windows) {
                    self.serve(player, window)?;
                }
                slowest = slowest.max(turn.elapsed());
            }
            Ok::<(), Box<dyn Error>>(())
        };
        serve(Duration::from_secs_f64(seconds))?;
        // A window that is drawn in software takes its time to see each movement.
        let moment = Duration::from_millis(400);
        for &touch in touches {
            let (from, to, is_pressed) = match touch {
                Touch::Hover(at) => (at, at, false),
                Touch::Click(at) => (at, at, true),
                Touch::Drag(from, to) => (from, to, true),
            };
            self.moved(windows[0], from, false)?;
            serve(moment)?;
            if is_pressed {
                self.button(windows[0], from, true)?;
                serve(moment)?;
                let steps = if from == to { 0 } else { 10 };
                for step in 1..=steps {
                    let at = [0, 1].map(|k| from[k] + (to[k] - from[k]) * step / steps);
                    self.moved(windows[0], at, true)?;
                    serve(moment)?;
                }
                self.button(windows[0], to, false)?;
                serve(moment)?;
            }
        }
        if let Some(path) = picture {
            let began = Instant::now();
            let mut complete = 0;
            while complete < STEADY {
                serve(moment)?;
                let picture = self.picture(windows[0])?;
                complete = if is_complete(&picture) { complete + 1 } else { 0 };
                if complete == STEADY {
                    picture.save(path)?;
                } else if complete == 0 && began.elapsed() > PATIENCE {
                    return Err("the window stays black".into());
                }
            }
        }
        if seconds >= 1.0 {
            println!("longest call of the host's main thread: {slowest:.1?}");
        }
        for player in players {
            let handle = player.plugin.plugin_handle();
            let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
            gui.destroy(&handle);
        }
        for window in windows {
            self.connection.destroy_window(window)?;
        }
        self.connection.flush()?;
        Ok(())
    }

    fn open(&self, player: &mut Player) -> Result<u32, Box<dyn Error>> {
        let handle = player.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
        let api = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        gui.create(&handle, api)?;
        if gui.create(&handle, api).is_ok() {
            return Err("an editor that is open opens again".into());
        }
        let size = gui.get_size(&handle).ok_or("no size")?;
        let bounded = |side| gui.adjust_size(&handle, GuiSize { width: side, height: side });
        let (small, large) = bounded(1).zip(bounded(20_000)).ok_or("no bounds")?;
        if !(2..=size.width).contains(&small.width) || !(size.width..20_000).contains(&large.width)
        {
            return Err(format!("a window of {size:?} goes from {small:?} to {large:?}").into());
        }
        let window = self.connection.generate_id()?;
        self.connection.create_window(
            0,
            window,
            self.root,
            0,
            0,
            size.width as u16,
            size.height as u16,
            0,
            WindowClass::INPUT_OUTPUT,
            0,
            &CreateWindowAux::new().event_mask(EventMask::STRUCTURE_NOTIFY),
        )?;
        self.connection.map_window(window)?.check()?;
        // Not all hosts hurry; the editor has to bear it.
        std::thread::sleep(DELAY);
        // SAFETY: the window outlives the editor, which is destroyed first.
        unsafe { gui.set_parent(&handle, Window::from_x11_handle(window.into())) }?;
        gui.show(&handle)?;
        Ok(window)
    }

    /// Does what a plugin has asked for.
    fn serve(&self, player: &mut Player, window: u32) -> Result<(), Box<dyn Error>> {
        let (called, size) = player.plugin.access_shared_handler(|shared| {
            (shared.callback.swap(false, Ordering::SeqCst), shared.size.swap(0, Ordering::SeqCst))
        });
        if called {
            player.plugin.call_on_main_thread_callback();
        }
        if size != 0 {
            self.resize(window, GuiSize::unpack_from_u64(size))?;
        }
        Ok(())
    }

    /// Lets an editor follow the window around it, as far as it can.
    fn resized(
        &self,
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
            self.resize(event.window, taken)?;
        }
        Ok(())
    }

    /// Gives a window a size.
    fn resize(&self, window: u32, size: GuiSize) -> Result<(), Box<dyn Error>> {
        let wanted = ConfigureWindowAux::new().width(size.width).height(size.height);
        self.connection.configure_window(window, &wanted)?;
        self.connection.flush()?;
        Ok(())
    }

    /// The window the editor has put into ours.
    fn editor(&self, window: u32) -> Result<u32, Box<dyn Error>> {
        let tree = self.connection.query_tree(window)?.reply()?;
        tree.children.first().copied().ok_or_else(|| "no editor in the window".into())
    }

    fn moved(&self, window: u32, [x, y]: [i16; 2], pressed: bool) -> Result<(), Box<dyn Error>> {
        let event = self.editor(window)?;
        let motion = MotionNotifyEvent {
            response_type: MOTION_NOTIFY_EVENT,
            detail: Motion::NORMAL,
            sequence: 0,
            time: CURRENT_TIME,
            root: self.root,
            event,
            child: 0,
            root_x: x,
            root_y: y,
            event_x: x,
            event_y: y,
            state: if pressed { KeyButMask::BUTTON1 } else { KeyButMask::default() },
            same_screen: true,
        };
        self.connection.send_event(false, event, EventMask::POINTER_MOTION, motion)?.check()?;
        Ok(())
    }

    fn button(&self, window: u32, [x, y]: [i16; 2], down: bool) -> Result<(), Box<dyn Error>> {
        let event = self.editor(window)?;
        let (response_type, mask, state) = if down {
            (BUTTON_PRESS_EVENT, EventMask::BUTTON_PRESS, KeyButMask::default())
        } else {
            (BUTTON_RELEASE_EVENT, EventMask::BUTTON_RELEASE, KeyButMask::BUTTON1)
        };
        let button = ButtonPressEvent {
            response_type,
            detail: 1,
            sequence: 0,
            time: CURRENT_TIME,
            root: self.root,
            event,
            child: 0,
            root_x: x,
            root_y: y,
            event_x: x,
            event_y: y,
            state,
            same_screen: true,
        };
        self.connection.send_event(false, event, mask, button)?.check()?;
        Ok(())
    }

    /// What the window shows.
    fn picture(&self, window: u32) -> Result<Picture, Box<dyn Error>> {
        let size = self.connection.get_geometry(window)?.reply()?;
        let (width, height) = (size.width, size.height);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX)?
            .reply()?;
        let (width, height) = (usize::from(width), usize::from(height));
        let (pixels, rest) = image.data.as_chunks::<4>();
        if pixels.len() != width * height || !rest.is_empty() {
            return Err("a screen of 24 bits is needed".into());
        }
        let pixels = pixels.iter().map(|&[blue, green, red, _]| [red, green, blue]).collect();
        Ok(Picture { width, height, pixels })
    }
}

/// Whether a picture is the editor's: nothing in the editor is black, and much is coloured.
fn is_complete(picture: &Picture) -> bool {
    let black = picture.pixels.iter().filter(|pixel| **pixel == [0; 3]).count();
    let colours: HashSet<_> = picture.pixels.iter().collect();
    black * 200 < picture.pixels.len() && colours.len() > 200
}

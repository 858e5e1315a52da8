//! An X11 screen: windows around editors, simulated input, and pictures.

use std::error::Error;
use std::time::Duration;

use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};
use image::RgbImage;
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ButtonPressEvent, ConfigureWindowAux, ConnectionExt,
    CreateWindowAux, EventMask, ImageFormat, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyButMask,
    KeyPressEvent, MOTION_NOTIFY_EVENT, Motion, MotionNotifyEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::track::Track;

/// Time between creating an editor and showing it, longer than a frame: not all hosts hurry.
const DELAY: Duration = Duration::from_millis(80);

/// An X11 screen.
pub struct Screen {
    connection: RustConnection,
    root: u32,
}

impl Screen {
    /// Connects to the screen that `DISPLAY` names.
    pub fn connect() -> Result<Self, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root })
    }

    /// Opens an editor in a window of the host.
    pub fn open(&self, track: &mut Track) -> Result<u32, Box<dyn Error>> {
        let handle = track.instance.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
        let api = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        gui.create(&handle, api)?;
        if gui.create(&handle, api).is_ok() {
            return Err("an editor that is open was opened again".into());
        }
        let size = gui.get_size(&handle).ok_or("no size")?;
        let bounded = |side| gui.adjust_size(&handle, GuiSize { width: side, height: side });
        let (small, large) = bounded(1).zip(bounded(20_000)).ok_or("no bounds")?;
        if !(2..=size.width).contains(&small.width) || !(size.width..20_000).contains(&large.width)
        {
            return Err(format!("{size:?} is not within {small:?} to {large:?}").into());
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
        std::thread::sleep(DELAY);
        // SAFETY: the window outlives the editor, which is destroyed first.
        unsafe { gui.set_parent(&handle, Window::from_x11_handle(window.into())) }?;
        gui.show(&handle)?;
        Ok(window)
    }

    /// Resizes a window of the host.
    pub fn resize(&self, window: u32, size: GuiSize) -> Result<(), Box<dyn Error>> {
        let wanted = ConfigureWindowAux::new().width(size.width).height(size.height);
        self.connection.configure_window(window, &wanted)?;
        self.connection.flush()?;
        Ok(())
    }

    /// The editor's window inside a window of the host.
    pub fn editor(&self, window: u32) -> Result<u32, Box<dyn Error>> {
        let tree = self.connection.query_tree(window)?.reply()?;
        tree.children.first().copied().ok_or_else(|| "no editor in the window".into())
    }

    /// Moves the pointer.
    pub fn moved(
        &self,
        window: u32,
        [x, y]: [i16; 2],
        pressed: bool,
    ) -> Result<(), Box<dyn Error>> {
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

    /// Presses or releases the left button.
    pub fn button(&self, window: u32, [x, y]: [i16; 2], down: bool) -> Result<(), Box<dyn Error>> {
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

    /// Presses and releases a key, by its code.
    pub fn key(&self, window: u32, detail: u8) -> Result<(), Box<dyn Error>> {
        let event = self.editor(window)?;
        for response_type in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
            let key = KeyPressEvent {
                response_type,
                detail,
                sequence: 0,
                time: CURRENT_TIME,
                root: self.root,
                event,
                child: 0,
                root_x: 0,
                root_y: 0,
                event_x: 0,
                event_y: 0,
                state: KeyButMask::default(),
                same_screen: true,
            };
            self.connection.send_event(false, event, EventMask::KEY_PRESS, key)?.check()?;
        }
        Ok(())
    }

    /// The window that has the keyboard.
    pub fn focus(&self) -> Result<u32, Box<dyn Error>> {
        Ok(self.connection.get_input_focus()?.reply()?.focus)
    }

    /// Destroys the windows of the host.
    pub fn close(&self, windows: &[u32]) -> Result<(), Box<dyn Error>> {
        for &window in windows {
            self.connection.destroy_window(window)?;
        }
        self.connection.flush()?;
        Ok(())
    }

    /// The next event of the host's windows, if any is waiting.
    pub fn event(&self) -> Result<Option<Event>, Box<dyn Error>> {
        Ok(self.connection.poll_for_event()?)
    }

    /// What a window shows.
    pub fn picture(&self, window: u32) -> Result<RgbImage, Box<dyn Error>> {
        let size = self.connection.get_geometry(window)?.reply()?;
        let (width, height) = (size.width, size.height);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX)?
            .reply()?;
        let (pixels, _) = image.data.as_chunks::<4>();
        let pixels = pixels.iter().flat_map(|&[blue, green, red, _]| [red, green, blue]).collect();
        RgbImage::from_vec(width.into(), height.into(), pixels)
            .ok_or_else(|| "the screen must have 24 bits a pixel".into())
    }
}

//! An X11 screen: windows around editors, simulated input, and pictures.

use std::error::Error;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};
use image::RgbImage;
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConfigureWindowAux, ConnectionExt,
    CreateWindowAux, EventMask, ImageFormat, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::track::Track;

/// Time between creating an editor and showing it, longer than a frame: not all hosts hurry.
const DELAY: Duration = Duration::from_millis(80);

/// How long to wait for a window manager.
const TIMEOUT: Duration = Duration::from_secs(10);

/// An X11 screen.
pub struct Screen {
    connection: RustConnection,
    root: u32,
    /// Whether the host's windows decide on the sizes of the windows in them, as a GtkSocket does.
    is_socket: bool,
    /// The scale that the host wants for its editors.
    scale: Option<f64>,
}

impl Screen {
    /// Connects to the screen that `DISPLAY` names.
    pub fn connect(is_socket: bool, scale: Option<f64>) -> Result<Self, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root, is_socket, scale })
    }

    /// Opens an editor in a window of the host.
    pub fn open(&self, track: &mut Track) -> Result<u32, Box<dyn Error>> {
        let handle = track.instance.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
        let api = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        if let Some(scale) = self.scale {
            // Both before and after there is an editor, as hosts do.
            gui.set_scale(&handle, scale)?;
        }
        gui.create(&handle, api)?;
        if let Some(scale) = self.scale {
            gui.set_scale(&handle, scale)?;
        }
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
        let mut events = EventMask::STRUCTURE_NOTIFY | EventMask::KEY_PRESS;
        if self.is_socket {
            // Requests to resize what is inside come to this connection, which drops them.
            events |= EventMask::SUBSTRUCTURE_REDIRECT;
        }
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
            &CreateWindowAux::new().event_mask(events),
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

    /// Lets an editor have a size that its host has granted, where it cannot take it by itself.
    pub fn grant(&self, window: u32, size: GuiSize) -> Result<(), Box<dyn Error>> {
        if self.is_socket {
            self.resize(self.editor(window)?, size)?;
        }
        Ok(())
    }

    /// The size of a window.
    pub fn size(&self, window: u32) -> Result<[u16; 2], Box<dyn Error>> {
        let size = self.connection.get_geometry(window)?.reply()?;
        Ok([size.width, size.height])
    }

    /// The editor's window inside a window of the host.
    pub fn editor(&self, window: u32) -> Result<u32, Box<dyn Error>> {
        let tree = self.connection.query_tree(window)?.reply()?;
        tree.children.first().copied().ok_or_else(|| "no editor in the window".into())
    }

    /// Waits until a window manager runs.
    pub fn wait_for_window_manager(&self) -> Result<(), Box<dyn Error>> {
        let check = self.connection.intern_atom(false, b"_NET_SUPPORTING_WM_CHECK")?.reply()?.atom;
        let began = Instant::now();
        while began.elapsed() < TIMEOUT {
            let property = self
                .connection
                .get_property(false, self.root, check, AtomEnum::WINDOW, 0, 1)?
                .reply()?;
            if property.value_len > 0 {
                return Ok(());
            }
            std::thread::sleep(DELAY);
        }
        Err("no window manager has started".into())
    }

    /// Moves the pointer to a place in a window.
    pub fn point(&self, window: u32, [x, y]: [i16; 2]) -> Result<(), Box<dyn Error>> {
        let at = self.connection.translate_coordinates(window, self.root, x, y)?.reply()?;
        self.fake(MOTION_NOTIFY_EVENT, 0, [at.dst_x, at.dst_y])
    }

    /// Presses or releases a button of the mouse where the pointer is.
    pub fn button(&self, button: u8, is_down: bool) -> Result<(), Box<dyn Error>> {
        let kind = if is_down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        self.fake(kind, button, [0, 0])
    }

    /// Presses or releases a key, by its code.
    pub fn key(&self, code: u8, is_down: bool) -> Result<(), Box<dyn Error>> {
        self.fake(if is_down { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT }, code, [0, 0])
    }

    /// Lets the server do what a mouse or a keyboard would.
    fn fake(&self, kind: u8, detail: u8, [x, y]: [i16; 2]) -> Result<(), Box<dyn Error>> {
        let device = 0;
        self.connection
            .xtest_fake_input(kind, detail, CURRENT_TIME, self.root, x, y, device)?
            .check()?;
        Ok(())
    }

    /// Gives the keyboard to a window.
    pub fn set_focus(&self, window: u32) -> Result<(), Box<dyn Error>> {
        self.connection.set_input_focus(InputFocus::PARENT, window, CURRENT_TIME)?.check()?;
        Ok(())
    }

    /// Unmaps a window of the host, or maps it again.
    pub fn set_mapped(&self, window: u32, is_mapped: bool) -> Result<(), Box<dyn Error>> {
        if is_mapped {
            self.connection.map_window(window)?.check()?;
        } else {
            self.connection.unmap_window(window)?.check()?;
        }
        Ok(())
    }

    /// From now on tells when a window has been drawn; see [`Self::clear_damage`].
    pub fn watch(&self, window: u32) -> Result<u32, Box<dyn Error>> {
        self.connection.damage_query_version(1, 1)?.reply()?;
        let damage = self.connection.generate_id()?;
        self.connection.damage_create(damage, window, ReportLevel::NON_EMPTY)?.check()?;
        Ok(damage)
    }

    /// Asks to be told when the window is drawn next.
    pub fn clear_damage(&self, damage: u32) -> Result<(), Box<dyn Error>> {
        self.connection.damage_subtract(damage, x11rb::NONE, x11rb::NONE)?.check()?;
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

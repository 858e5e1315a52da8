//! Keyboard focus on X11, and key events for the host's window.

use egui::Modifiers;
use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, EventMask, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyButMask,
    KeyPressEvent, Window,
};
use x11rb::rust_connection::RustConnection;

/// The keysym of the space bar (`XK_space`); its key code depends on the keyboard.
const SPACE: u32 = 0x20;

/// Finds the host's window around the editor's, over a connection of its own.
pub(super) struct HostWindow {
    connection: RustConnection,
    root: Window,
    window: Window,
}

impl HostWindow {
    /// For the editor's window; `None` if that is not on X11.
    pub(super) fn around(window: &WindowContext) -> Option<Self> {
        let handle = window.platform_handle();
        let window = match handle.window_handle().ok()?.as_raw() {
            RawWindowHandle::Xcb(handle) => handle.window.get(),
            RawWindowHandle::Xlib(handle) => handle.window as Window,
            _ => return None,
        };
        let (connection, screen) = x11rb::connect(None).ok()?;
        let root = connection.setup().roots[screen].root;
        Some(Self { connection, root, window })
    }

    /// Gives the focus to the host's window if the editor's has it.
    pub(super) fn return_focus(&self) {
        // It fails only if a window is being closed, which then needs no focus.
        let _ = self.try_return_focus();
    }

    fn try_return_focus(&self) -> Result<(), ReplyError> {
        if self.connection.get_input_focus()?.reply()?.focus == self.window {
            let host = self.host()?;
            if host == self.window {
                return Ok(());
            }
            self.connection.set_input_focus(InputFocus::PARENT, host, CURRENT_TIME)?.check()?;
        }
        Ok(())
    }

    /// Sends the host's window a press or release of the space bar.
    pub(super) fn send_space(&self, pressed: bool, modifiers: Modifiers) {
        let _ = self.try_send_space(pressed, modifiers);
    }

    fn try_send_space(&self, pressed: bool, modifiers: Modifiers) -> Result<(), ReplyError> {
        let host = self.host()?;
        let Some(detail) = self.key_code(SPACE)? else { return Ok(()) };
        let mut state = KeyButMask::default();
        for (is_down, mask) in [
            (modifiers.shift, KeyButMask::SHIFT),
            (modifiers.ctrl, KeyButMask::CONTROL),
            (modifiers.alt, KeyButMask::MOD1),
        ] {
            if is_down {
                state |= mask;
            }
        }
        let event = KeyPressEvent {
            response_type: if pressed { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT },
            detail,
            sequence: 0,
            time: CURRENT_TIME,
            root: self.root,
            event: host,
            child: x11rb::NONE,
            root_x: 0,
            root_y: 0,
            event_x: 0,
            event_y: 0,
            state,
            same_screen: true,
        };
        // An empty mask sends it to the client that created the window.
        self.connection.send_event(false, host, EventMask::NO_EVENT, event)?.check()?;
        Ok(())
    }

    /// The code of the key with a keysym, if there is one.
    fn key_code(&self, keysym: u32) -> Result<Option<u8>, ReplyError> {
        let setup = self.connection.setup();
        let (first, count) = (setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
        let map = self.connection.get_keyboard_mapping(first, count)?.reply()?;
        let per_key = usize::from(map.keysyms_per_keycode).max(1);
        let index = map.keysyms.chunks(per_key).position(|keysyms| keysyms[0] == keysym);
        Ok(index.map(|index| first + index as u8))
    }

    /// The host's window: the outermost one that a window manager manages, or else the outermost.
    fn host(&self) -> Result<Window, ReplyError> {
        let state = self.connection.intern_atom(false, b"WM_STATE")?.reply()?.atom;
        let (mut window, mut managed) = (self.window, None);
        loop {
            let property =
                self.connection.get_property(false, window, state, AtomEnum::ANY, 0, 0)?.reply()?;
            if property.type_ != x11rb::NONE {
                managed = Some(window);
            }
            let parent = self.connection.query_tree(window)?.reply()?.parent;
            if parent == self.root || parent == x11rb::NONE {
                return Ok(managed.unwrap_or(window));
            }
            window = parent;
        }
    }
}

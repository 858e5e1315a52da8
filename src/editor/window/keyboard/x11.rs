//! The keyboard on X11: the focus, and a key for the host's window.

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

/// What the space bar means, whatever key it is.
const SPACE: u32 = 0x20;

/// A connection of our own, and our window.
pub(super) struct Link {
    connection: RustConnection,
    root: Window,
    window: Window,
}

impl Link {
    /// For an editor's window, if there is one.
    pub(super) fn to(window: &WindowContext) -> Option<Self> {
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

    /// Gives the focus to the host's window, if it is ours.
    pub(super) fn give_back(&self) {
        // A window that is going away needs no keyboard.
        let _ = self.try_give_back();
    }

    fn try_give_back(&self) -> Result<(), ReplyError> {
        if self.connection.get_input_focus()?.reply()?.focus == self.window {
            let host = self.host()?;
            if host == self.window {
                return Ok(());
            }
            self.connection.set_input_focus(InputFocus::PARENT, host, CURRENT_TIME)?.check()?;
        }
        Ok(())
    }

    /// Tells the host's window that the space bar was pressed or released.
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
        // Without a mask it goes to whoever made the window.
        self.connection.send_event(false, host, EventMask::NO_EVENT, event)?.check()?;
        Ok(())
    }

    /// The code of the key that means `symbol`.
    fn key_code(&self, symbol: u32) -> Result<Option<u8>, ReplyError> {
        let setup = self.connection.setup();
        let (first, count) = (setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
        let map = self.connection.get_keyboard_mapping(first, count)?.reply()?;
        let each = usize::from(map.keysyms_per_keycode).max(1);
        let place = map.keysyms.chunks(each).position(|symbols| symbols[0] == symbol);
        Ok(place.map(|place| first + place as u8))
    }

    /// The host's window around ours: the one a window manager knows, else the outermost.
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

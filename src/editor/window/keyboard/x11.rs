//! The host's window on X11: the focus, keys, and whether it can be seen.

use std::sync::{Mutex, PoisonError};

use egui::Modifiers;
use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConnectionExt, EventMask, InputFocus, KeyButMask,
    KeyPressEvent, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

use super::Wanted;

/// Keys whose names do not follow from their keysyms, by these.
const NAMES: [(u32, &str); 14] = [
    (0xff08, "Backspace"),
    (0xff09, "Tab"),
    (0xff0d, "Enter"),
    (0xff8d, "Enter"),
    (0xff1b, "Escape"),
    (0xff50, "Home"),
    (0xff51, "ArrowLeft"),
    (0xff52, "ArrowUp"),
    (0xff53, "ArrowRight"),
    (0xff54, "ArrowDown"),
    (0xff55, "PageUp"),
    (0xff56, "PageDown"),
    (0xff57, "End"),
    (0xffff, "Delete"),
];

/// The host's window around the editor's, over a connection of its own.
pub(in super::super) struct HostWindow {
    connection: RustConnection,
    root: Window,
    window: Window,
    keys: Mutex<Keys>,
}

/// What is known of the keys.
#[derive(Default)]
struct Keys {
    /// The keysyms of all keys, as many for each key as the server says; none until they are needed.
    keysyms: Option<(Vec<u32>, usize)>,
    /// The codes of the keys that are down in the host's window.
    forwarded: Vec<u8>,
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
        // This connection gets a copy of every key; the window's own is not touched.
        let events = EventMask::KEY_PRESS | EventMask::KEY_RELEASE;
        let events = ChangeWindowAttributesAux::new().event_mask(events);
        connection.change_window_attributes(window, &events).ok()?.check().ok()?;
        Some(Self { connection, root, window, keys: Mutex::default() })
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

    /// Sends the host's window the keys that have arrived since the last call, except those that are
    /// wanted here.
    pub(super) fn forward_keys(&self, wanted: &Wanted) {
        let _ = self.try_forward_keys(wanted);
    }

    fn try_forward_keys(&self, wanted: &Wanted) -> Result<(), ReplyError> {
        // What the window's own connection has read, the server has sent to this one before it answers.
        self.connection.get_input_focus()?.reply()?;
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(event) = self.connection.poll_for_event()? {
            match event {
                Event::KeyPress(event) => {
                    let name = self.name(&mut keys, event.detail)?;
                    if !wanted.has(name.as_deref().unwrap_or_default(), modifiers(event.state)) {
                        self.send(event)?;
                        if !keys.forwarded.contains(&event.detail) {
                            keys.forwarded.push(event.detail);
                        }
                    }
                }
                Event::KeyRelease(event) => {
                    let before = keys.forwarded.len();
                    keys.forwarded.retain(|&code| code != event.detail);
                    if keys.forwarded.len() < before {
                        self.send(event)?;
                    }
                }
                Event::MappingNotify(_) => keys.keysyms = None,
                _ => {}
            }
        }
        Ok(())
    }

    /// Sends the host's window a key as it came.
    fn send(&self, key: KeyPressEvent) -> Result<(), ReplyError> {
        let host = self.host()?;
        if host == self.window {
            return Ok(());
        }
        let event = KeyPressEvent { event: host, child: x11rb::NONE, ..key };
        // An empty mask sends it to the client that created the window.
        self.connection.send_event(false, host, EventMask::NO_EVENT, event)?.check()?;
        Ok(())
    }

    /// The name that [`Keystroke`](crate::editor::keystroke::Keystroke)s have for a key, by its code.
    fn name(&self, keys: &mut Keys, code: u8) -> Result<Option<String>, ReplyError> {
        let setup = self.connection.setup();
        let (keysyms, per_key) = match &keys.keysyms {
            Some(keysyms) => keysyms,
            None => {
                let (first, count) = (setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
                let map = self.connection.get_keyboard_mapping(first, count)?.reply()?;
                let per_key = usize::from(map.keysyms_per_keycode);
                keys.keysyms.insert((map.keysyms, per_key))
            }
        };
        let key = usize::from(code.saturating_sub(setup.min_keycode));
        // The first keysym of a key is the one without Shift.
        let Some(&keysym) = keysyms.get(key * per_key) else { return Ok(None) };
        let name = NAMES.iter().find(|(of, _)| *of == keysym).map(|(_, name)| (*name).to_owned());
        // Keysyms of Latin letters and digits are their code points.
        let letter = || {
            char::from_u32(keysym).filter(char::is_ascii_alphanumeric).map(|letter| letter.into())
        };
        Ok(name.or_else(letter))
    }

    /// Whether the editor's window and all around it are mapped. A host may close its window without
    /// telling the editor.
    pub(in super::super) fn shows_editor(&self) -> bool {
        let state = || -> Result<MapState, ReplyError> {
            Ok(self.connection.get_window_attributes(self.window)?.reply()?.map_state)
        };
        state().is_ok_and(|state| state == MapState::VIEWABLE)
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

/// The modifiers in the state of a key event. The state is that before the key.
fn modifiers(state: KeyButMask) -> Modifiers {
    let ctrl = state.contains(KeyButMask::CONTROL);
    Modifiers {
        // The Super key of most keyboards is `MOD4`; as with Alt, no key with it is the editor's.
        alt: state.contains(KeyButMask::MOD1) || state.contains(KeyButMask::MOD4),
        ctrl,
        shift: state.contains(KeyButMask::SHIFT),
        mac_cmd: false,
        command: ctrl,
    }
}

//! A host's list of events with every time in its block and in order.

use std::cell::{Cell, UnsafeCell};
use std::ffi::c_void;
use std::ptr;

use clap_sys::events::{CLAP_EVENT_TRANSPORT, clap_event_header, clap_input_events};

/// Room for an event with another time than the host's. The longest that acts on a parameter has 56
/// bytes.
const MOVED_BYTES: usize = 128;

/// Moves what lies beyond the block to its last frame, and what is out of order to the time of the
/// event before it.
pub struct OrderedEvents<'a> {
    host: &'a clap_input_events,
    last_frame: u32,
    /// The latest time so far. nice-plug asks for events in order, some of them twice.
    latest: Cell<u32>,
    /// The event last handed out, if its time is not the host's.
    moved: UnsafeCell<Moved>,
}

#[repr(C, align(8))]
struct Moved([u8; MOVED_BYTES]);

impl<'a> OrderedEvents<'a> {
    /// The events of a block of `frames` frames; `None` if the host has no list that can be read.
    ///
    /// # Safety
    ///
    /// `host` must be null or a list of events that lives long enough.
    pub unsafe fn new(host: *const clap_input_events, frames: u32) -> Option<Self> {
        // SAFETY: as above.
        let host = unsafe { host.as_ref() }?;
        host.size.and(host.get)?;
        Some(Self {
            host,
            last_frame: frames.saturating_sub(1),
            latest: Cell::new(0),
            moved: UnsafeCell::new(Moved([0; MOVED_BYTES])),
        })
    }

    /// The list as nice-plug takes it; valid as long as `self` stays where it is.
    pub fn as_list(&self) -> clap_input_events {
        let ctx = ptr::from_ref(self).cast_mut().cast::<c_void>();
        clap_input_events { ctx, size: Some(size), get: Some(get) }
    }

    fn get(&self, index: u32) -> *const clap_event_header {
        let Some(get) = self.host.get else { return ptr::null() };
        // SAFETY: the list is the host's own, and an event has its header.
        let event = unsafe { get(self.host, index) };
        let Some(header) = (unsafe { event.as_ref() }) else { return self.nothing() };
        let time = header.time.min(self.last_frame).max(self.latest.get());
        self.latest.set(time);
        if header.time == time {
            return event;
        }
        let size = header.size as usize;
        // nice-plug keeps a pointer to a transport event, which the plugin has no use for.
        if !(size_of::<clap_event_header>()..=MOVED_BYTES).contains(&size)
            || header.type_ == CLAP_EVENT_TRANSPORT
        {
            return self.nothing();
        }
        let moved = self.moved.get().cast::<u8>();
        // SAFETY: the event has as many bytes as it says, and they fit. Nobody else looks at them:
        // nice-plug is done with an event when it asks for the next.
        unsafe {
            ptr::copy_nonoverlapping(event.cast::<u8>(), moved, size);
            (*moved.cast::<clap_event_header>()).time = time;
        }
        moved.cast()
    }

    /// An event that nice-plug does not know, since it does not look whether there is one.
    fn nothing(&self) -> *const clap_event_header {
        let moved = self.moved.get().cast::<clap_event_header>();
        let size = size_of::<clap_event_header>() as u32;
        let time = self.latest.get();
        // SAFETY: it is the first of the bytes, and aligned.
        unsafe {
            *moved = clap_event_header { size, time, space_id: u16::MAX, type_: 0, flags: 0 }
        };
        moved
    }
}

unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
    // SAFETY: nice-plug passes the list it was given, whose context lives on.
    let events = unsafe { &*(*list).ctx.cast::<OrderedEvents<'_>>() };
    // SAFETY: the list is the host's own.
    events.host.size.map_or(0, |size| unsafe { size(events.host) })
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: nice-plug passes the list it was given, whose context lives on.
    unsafe { &*(*list).ctx.cast::<OrderedEvents<'_>>() }.get(index)
}

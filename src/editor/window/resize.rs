//! Sizes that the user gives the window in the editor: by its corner, or by the zoom.
//!
//! The framework resizes its own window, and tells the host once the X server has done so. But a host
//! may keep the sizes of the windows in its own to itself. A GtkSocket does, in which Ardour puts an
//! editor: the server then hands it the request, and it drops it. So a size that has not come about
//! after a moment is asked of the host, on its main thread.

use std::cell::RefCell;
use std::error::Error;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use egui::Vec2;
use nice_plug::editor::dpi::{LogicalSize, PhysicalSize, Size};
use nice_plug::editor::{HostCallbacks, HostMainThreadCaller, HostMethods};

/// How long the X server may take to resize the window before the host is asked: a few times what it
/// takes on a busy machine, and short enough for a corner that is being dragged.
pub(super) const GRANT: Duration = Duration::from_millis(80);

/// What the window's thread tells the host's.
struct Request {
    /// The width and the height in pixels, in the upper and the lower half; 0 for none.
    size: AtomicU64,
    /// Pixels per point at 100 % zoom, as `f64` bits.
    scale: AtomicU64,
    caller: Mutex<Box<dyn HostMainThreadCaller>>,
}

/// The window's end: the size that the user wants.
pub(super) struct Wish {
    request: Arc<Request>,
    /// The size in pixels, and when the first one was wanted that has not come about.
    wanted: Option<(PhysicalSize<u32>, Instant)>,
}

/// The host's end.
pub(super) struct Grant {
    request: Arc<Request>,
    callbacks: Rc<RefCell<Box<dyn HostCallbacks>>>,
}

/// Lets both ends use what a host offers, which the framework uses too.
pub(super) fn share(host: HostMethods) -> (HostMethods, Wish, Grant) {
    let request = Arc::new(Request {
        size: AtomicU64::new(0),
        scale: AtomicU64::new(0),
        caller: Mutex::new(host.main_thread_caller),
    });
    let callbacks = Rc::new(RefCell::new(host.callbacks));
    let shared = HostMethods {
        callbacks: Box::new(SharedCallbacks(callbacks.clone())),
        main_thread_caller: Box::new(SharedCaller(request.clone())),
    };
    (shared, Wish { request: request.clone(), wanted: None }, Grant { request, callbacks })
}

impl Wish {
    /// Called when the user wants a size in points of so many pixels.
    pub(super) fn want(&mut self, points: Vec2, scale: f64) {
        let size = LogicalSize::new(points.x, points.y).to_physical(scale);
        let since = self.wanted.map_or_else(Instant::now, |(_, since)| since);
        self.wanted = Some((size, since));
    }

    /// Called in each frame with the window's size in pixels and its pixels per point at 100 %. Asks the
    /// host for a size that has not come about; returns whether one is still awaited.
    pub(super) fn settle(&mut self, size: PhysicalSize<u32>, scale: f64) -> bool {
        let Some((wanted, since)) = self.wanted.filter(|(wanted, _)| *wanted != size) else {
            self.wanted = None;
            return false;
        };
        if since.elapsed() < GRANT {
            return true;
        }
        self.wanted = None;
        let packed = u64::from(wanted.width) << 32 | u64::from(wanted.height);
        self.request.scale.store(scale.to_bits(), Ordering::SeqCst);
        self.request.size.store(packed, Ordering::SeqCst);
        lock(&self.request.caller).call_main_thread();
        false
    }
}

impl Grant {
    /// Called on the host's main thread: asks the host for the size that is wanted, if there is one.
    pub(super) fn ask(&self) {
        let packed = self.request.size.swap(0, Ordering::SeqCst);
        if packed == 0 {
            return;
        }
        let size = PhysicalSize::new((packed >> 32) as u32, packed as u32);
        let scale = f64::from_bits(self.request.scale.load(Ordering::SeqCst));
        // A host may refuse; then the window keeps its size.
        let _ = self.callbacks.borrow_mut().request_resize(size.into(), scale);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct SharedCallbacks(Rc<RefCell<Box<dyn HostCallbacks>>>);

impl HostCallbacks for SharedCallbacks {
    fn request_resize(&mut self, size: Size, scale: f64) -> Result<(), Box<dyn Error>> {
        self.0.borrow_mut().request_resize(size, scale)
    }

    fn destroyed(&mut self) {
        self.0.borrow_mut().destroyed();
    }
}

struct SharedCaller(Arc<Request>);

impl HostMainThreadCaller for SharedCaller {
    fn call_main_thread(&mut self) {
        lock(&self.0.caller).call_main_thread();
    }
}

//! Opens the editor in a real window on Linux, hosted in-process through CLAP, while a chord plays:
//! `cargo run --example window -- [--seconds S] [--set PARAMETER=TEXT]... [--silent] [--idle]
//! [--size WIDTHxHEIGHT] [--zoom PERCENT] [--reopen TIMES]`.
#![cfg_attr(not(target_os = "linux"), allow(unused))]

#[cfg(target_os = "linux")]
mod host {
    use std::ffi::CString;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    use clack_extensions::gui::{
        GuiApiType, GuiConfiguration, GuiSize, HostGui, HostGuiImpl, PluginGui, Window,
    };
    use clack_extensions::latency::{HostLatency, HostLatencyImpl};
    use clack_extensions::params::{
        HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags,
        ParamInfoBuffer, ParamRescanFlags, PluginParams,
    };
    use clack_extensions::state::PluginState;
    use clack_host::events::event_types::ParamValueEvent;
    use clack_host::prelude::*;
    use x11rb::connection::Connection;
    use x11rb::protocol::xproto::{
        ConfigureWindowAux, ConnectionExt, CreateWindowAux, WindowClass,
    };

    const RATE: f64 = 44_100.0;
    const BLOCK: usize = 512;

    #[derive(Default)]
    pub struct Shared {
        callback: AtomicBool,
        size: AtomicU64,
    }

    impl SharedHandler<'_> for Shared {
        fn request_restart(&self) {}
        fn request_process(&self) {}
        fn request_callback(&self) {
            self.callback.store(true, Ordering::SeqCst);
        }
    }

    impl HostGuiImpl for Shared {
        fn resize_hints_changed(&self) {}
        fn request_resize(&self, size: GuiSize) -> Result<(), HostError> {
            self.size.store(size.pack_to_u64(), Ordering::SeqCst);
            Ok(())
        }
        fn request_show(&self) -> Result<(), HostError> {
            Ok(())
        }
        fn request_hide(&self) -> Result<(), HostError> {
            Ok(())
        }
        fn closed(&self, _was_destroyed: bool) {}
    }

    impl HostParamsImplShared for Shared {
        fn request_flush(&self) {}
    }

    /// The main thread's side.
    pub struct Main;

    impl MainThreadHandler<'_> for Main {}

    impl HostParamsImplMainThread for Main {
        fn rescan(&self, _flags: ParamRescanFlags) {}
        fn clear(&self, _param_id: clack_host::utils::ClapId, _flags: ParamClearFlags) {}
    }

    impl HostLatencyImpl for Main {
        fn changed(&self) {}
    }

    pub struct Host;

    impl HostHandlers for Host {
        type Shared<'a> = Shared;
        type MainThread<'a> = Main;
        type AudioProcessor<'a> = ();

        fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Shared) {
            builder.register::<HostGui>().register::<HostParams>().register::<HostLatency>();
        }
    }

    /// What the command line asks for.
    pub struct Wishes {
        pub seconds: f64,
        pub set: Vec<(String, String)>,
        pub silent: bool,
        pub idle: bool,
        pub size: Option<(u32, u32)>,
        pub zoom: u32,
        pub reopen: usize,
    }

    pub fn run(wishes: &Wishes) -> Result<(), Box<dyn std::error::Error>> {
        // SAFETY: the entry is the one this crate exports and lives as long as the process.
        let entry = unsafe { PluginEntry::load_from_raw(&extrema::clap_entry, c"") }?;
        let info = HostInfo::new("Extrema window", "Extrema", "", "1.0")?;
        let id = c"audio.extrema.extrema";
        let mut plugin =
            PluginInstance::<Host>::new(|_| Shared::default(), |_| Main, &entry, id, &info)?;
        restore(&mut plugin, wishes);

        let mut events = EventBuffer::new();
        for (name, text) in &wishes.set {
            let (id, value) = parameter(&mut plugin, name, text).ok_or("no such value")?;
            events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), value));
        }
        let configuration = PluginAudioConfiguration {
            sample_rate: RATE,
            min_frames_count: 1,
            max_frames_count: BLOCK as u32,
        };
        let stopped = plugin.activate(|_, _| (), configuration)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = stop.clone();
        let (silent, idle) = (wishes.silent, wishes.idle);
        let audio = std::thread::spawn(move || {
            let mut processor = stopped.start_processing().expect("processing starts");
            let began = Instant::now();
            let mut played = 0_u64;
            while !stopping.load(Ordering::SeqCst) {
                let wave = |i: usize| {
                    if silent { [0.0; 2] } else { chord((played + i as u64) as f64 / RATE) }
                };
                if !idle || played == 0 {
                    block(&mut processor, &events, wave);
                    events.clear();
                }
                played += BLOCK as u64;
                let due = Duration::from_secs_f64(played as f64 / RATE);
                std::thread::sleep(due.saturating_sub(began.elapsed()));
            }
            processor.stop_processing()
        });

        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        for round in 0..=wishes.reopen {
            let last = round == wishes.reopen;
            let seconds = if last { wishes.seconds } else { 0.15 };
            window(&mut plugin, &connection, root, seconds)?;
        }
        stop.store(true, Ordering::SeqCst);
        let stopped = audio.join().map_err(|_| "the audio thread failed")?;
        plugin.deactivate(stopped);
        Ok(())
    }

    /// Opens the editor's window, serves it for a while, and closes it.
    fn window(
        plugin: &mut PluginInstance<Host>,
        connection: &impl Connection,
        root: u32,
        seconds: f64,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let handle = plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().ok_or("no editor")?;
        let api = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        gui.create(&handle, api)?;
        let size = gui.get_size(&handle).ok_or("no size")?;
        let parent = connection.generate_id()?;
        connection.create_window(
            0,
            parent,
            root,
            0,
            0,
            size.width as u16,
            size.height as u16,
            0,
            WindowClass::INPUT_OUTPUT,
            0,
            &CreateWindowAux::new(),
        )?;
        connection.map_window(parent)?.check()?;
        // SAFETY: the window outlives the editor, which is destroyed below.
        unsafe { gui.set_parent(&handle, Window::from_x11_handle(parent.into())) }?;
        gui.show(&handle)?;
        let began = Instant::now();
        while began.elapsed().as_secs_f64() < seconds {
            std::thread::sleep(Duration::from_millis(5));
            let (called, size) = plugin.access_shared_handler(|shared| {
                (
                    shared.callback.swap(false, Ordering::SeqCst),
                    shared.size.swap(0, Ordering::SeqCst),
                )
            });
            if called {
                plugin.call_on_main_thread_callback();
            }
            if size != 0 {
                let size = GuiSize::unpack_from_u64(size);
                let wanted = ConfigureWindowAux::new().width(size.width).height(size.height);
                connection.configure_window(parent, &wanted)?;
                connection.flush()?;
            }
        }
        let handle = plugin.plugin_handle();
        gui.destroy(&handle);
        connection.destroy_window(parent)?;
        connection.flush()?;
        Ok(())
    }

    /// Gives the plugin a session in which its window has a certain size and zoom.
    fn restore(plugin: &mut PluginInstance<Host>, wishes: &Wishes) {
        let handle = plugin.plugin_handle();
        let Some(state) = handle.get_extension::<PluginState>() else { return };
        let mut saved = Vec::new();
        if state.save(&handle, &mut saved).is_err() {
            return;
        }
        // The state is a length and then JSON.
        let Some(text) = saved.get(8..).and_then(|json| std::str::from_utf8(json).ok()) else {
            return;
        };
        let (width, height) = wishes.size.unwrap_or((960, 600));
        let editor = |width, height, zoom| {
            format!(r#"{{\"width\":{width},\"height\":{height},\"zoom_percent\":{zoom}}}"#)
        };
        let text = text.replace(&editor(960, 600, 100), &editor(width, height, wishes.zoom));
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        let _ = state.load(&handle, &mut std::io::Cursor::new(bytes));
    }

    fn parameter(
        plugin: &mut PluginInstance<Host>,
        name: &str,
        text: &str,
    ) -> Option<(clack_host::utils::ClapId, f64)> {
        let handle = plugin.plugin_handle();
        let params: PluginParams = handle.get_extension()?;
        let mut buffer = ParamInfoBuffer::new();
        for index in 0..params.count(&handle) {
            let info = params.get_info(&handle, index, &mut buffer)?;
            if String::from_utf8_lossy(info.name).eq_ignore_ascii_case(name) {
                let id = info.id;
                let value = params.text_to_value(&handle, id, &CString::new(text).ok()?)?;
                return Some((id, value));
            }
        }
        None
    }

    fn block(
        processor: &mut StartedPluginAudioProcessor<Host>,
        events: &EventBuffer,
        wave: impl Fn(usize) -> [f32; 2],
    ) {
        let mut input: [[f32; BLOCK]; 2] =
            [0, 1].map(|channel| std::array::from_fn(|i| wave(i)[channel]));
        let mut output = [[0.0_f32; BLOCK]; 2];
        let mut input_ports = AudioPorts::with_capacity(2, 1);
        let mut output_ports = AudioPorts::with_capacity(2, 1);
        let input = input_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                input.iter_mut().map(InputChannel::variable),
            ),
        }]);
        let mut output = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                output.iter_mut().map(|channel| channel.as_mut_slice()),
            ),
        }]);
        // The plugin's own check would take the host's memory for the plugin's.
        let mut out_events = EventBuffer::with_capacity(256);
        let played = processor.process(
            &input,
            &mut output,
            &InputEvents::from_buffer(events),
            &mut OutputEvents::from_buffer(&mut out_events),
            None,
            None,
        );
        played.expect("a processed block");
    }

    /// A chord with overtones that dies away and begins anew.
    fn chord(t: f64) -> [f32; 2] {
        let voice = |t: f64, hertz: f64| {
            let turn = std::f64::consts::TAU * hertz * t;
            turn.sin()
                + 0.5 * (2.0 * turn + 0.4).sin()
                + 0.3 * (3.0 * turn + 1.1).sin()
                + 0.18 * (5.0 * turn).sin()
                + 0.1 * (9.0 * turn + 2.0).sin()
        };
        let since = t % 1.6;
        let fall = 0.24 * (-1.2 * since).exp() * (1.0 - (-200.0 * since).exp());
        let play =
            |t: f64| fall * (voice(t, 110.0) + 0.7 * voice(t, 164.8) + 0.6 * voice(t, 220.6));
        [play(t) as f32, 0.9 * play(t - 0.0004) as f32]
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut wishes = host::Wishes {
        seconds: 10.0,
        set: Vec::new(),
        silent: false,
        idle: false,
        size: None,
        zoom: 100,
        reopen: 0,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or("a value is missing");
        match word.as_str() {
            "--seconds" => wishes.seconds = value()?.parse()?,
            "--set" => {
                let wish = value()?;
                let (name, text) = wish.split_once('=').ok_or("PARAMETER=TEXT")?;
                wishes.set.push((name.to_owned(), text.to_owned()));
            }
            "--silent" => wishes.silent = true,
            "--idle" => wishes.idle = true,
            "--size" => {
                let size = value()?;
                let (width, height) = size.split_once('x').ok_or("WIDTHxHEIGHT")?;
                wishes.size = Some((width.parse()?, height.parse()?));
            }
            "--zoom" => wishes.zoom = value()?.parse()?,
            "--reopen" => wishes.reopen = value()?.parse()?,
            _ => return Err(format!("what is {word}?").into()),
        }
    }
    host::run(&wishes)
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("This opens a window on X11 only.");
}

//! How many frames are drawn, and what they cost.

use std::error::Error;
use std::fs;
use std::time::Duration;

use crate::places::Places;
use crate::windows::{LEFT, REACTION_TIME, Windows};

/// How long frames are counted.
const COUNTED: Duration = Duration::from_secs(2);

/// Time within which the editor notices that its window cannot be seen.
const SETTLED: Duration = Duration::from_secs(1);

/// How long held peaks and colours take to fade after a sound.
const FADED: Duration = Duration::from_secs(5);

/// Frames a second while the scope is frozen, with room for one that a movement of the pointer adds.
const FROZEN: u32 = 12;

/// The share of its time while a sound plays that the editor's thread may take at rest.
const REST: f64 = 0.2;

/// Fails unless frames are drawn as often as something moves.
pub fn check(windows: &mut Windows) -> Result<(), Box<dyn Error>> {
    let seconds = COUNTED.as_secs() as u32;
    let before = EditorTime::now()?;
    let playing = windows.frames_in(COUNTED)?;
    let time = EditorTime::now()?.since(before);
    println!(
        "while a chord plays: {} frames a second; {:.1} % of a core in the editor's thread and \
         {:.2} % in the pacer's, with frames drawn in software, debug build: {}",
        playing / seconds,
        100.0 * time.window / COUNTED.as_secs_f64(),
        100.0 * time.pacer / COUNTED.as_secs_f64(),
        cfg!(debug_assertions)
    );
    // A busy machine draws far fewer than 30.
    if !(seconds..=34 * seconds).contains(&playing) {
        return Err(format!("{playing} frames in {COUNTED:?}").into());
    }

    let freeze = Places::new().of("Freeze");
    windows.click(LEFT, freeze)?;
    windows.serve(REACTION_TIME)?;
    let frozen = windows.frames_in(COUNTED)?;
    windows.click(LEFT, freeze)?;
    println!("while the scope is frozen: {} frames a second", frozen / seconds);
    if !(seconds..=FROZEN * seconds).contains(&frozen) {
        return Err(format!("{frozen} frames in {COUNTED:?} with a frozen scope").into());
    }

    let none = |windows: &mut Windows, when: &str| -> Result<(), Box<dyn Error>> {
        let before = EditorTime::now()?;
        let frames = windows.frames_in(COUNTED)?;
        // The X server does not tell of frames for a window that is not mapped; the thread's time does.
        let share = EditorTime::now()?.since(before).window / time.window;
        println!("{when}: {frames} frames, {:.1} % of the time", 100.0 * share);
        if frames > 0 || share > REST {
            return Err(format!("{when} the editor goes on drawing").into());
        }
        Ok(())
    };
    let some = |windows: &mut Windows, when: &str| -> Result<(), Box<dyn Error>> {
        windows.until(when, |windows| Ok(windows.frames_in(REACTION_TIME)? > 0))
    };
    windows.set_hidden(true)?;
    windows.serve(SETTLED)?;
    none(windows, "while the editor is hidden")?;
    windows.set_hidden(false)?;
    some(windows, "frames once it is shown again")?;

    windows.set_mapped(false)?;
    windows.serve(SETTLED)?;
    none(windows, "while the host's window is closed")?;
    windows.set_mapped(true)?;
    some(windows, "frames once it is open again")?;

    windows.set_silent(true);
    windows.serve(FADED)?;
    none(windows, "while silence is played")?;
    windows.set_silent(false);
    some(windows, "frames once a sound begins")
}

/// The processor time of the threads of this process, in seconds.
#[derive(Clone, Copy, Default)]
struct EditorTime {
    /// The windows' threads, which have no name of their own.
    window: f64,
    /// The pacers'.
    pacer: f64,
}

impl EditorTime {
    fn now() -> Result<Self, Box<dyn Error>> {
        let mut sum = Self::default();
        let process = std::process::id().to_string();
        let name = fs::read_to_string("/proc/self/comm")?;
        for task in fs::read_dir("/proc/self/task")? {
            let task = task?;
            let (Ok(comm), Ok(times)) = (
                fs::read_to_string(task.path().join("comm")),
                fs::read_to_string(task.path().join("schedstat")),
            ) else {
                continue;
            };
            let nanoseconds = times.split(' ').next().ok_or("no times")?.parse::<f64>()?;
            let seconds = nanoseconds / 1e9;
            if comm.trim() == "extrema-pacer" {
                sum.pacer += seconds;
            } else if comm == name && task.file_name().to_string_lossy() != process {
                sum.window += seconds;
            }
        }
        Ok(sum)
    }

    fn since(self, before: Self) -> Self {
        Self { window: self.window - before.window, pacer: self.pacer - before.pacer }
    }
}

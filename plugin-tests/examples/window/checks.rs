//! What a host sees of the editor: who has the keyboard, and that a hidden editor stops drawing.

use std::error::Error;
use std::time::Duration;

use crate::windows::{REACTION_TIME, Touch, Windows};

/// Positions in a window of 960 by 600 pixels: the *Delta* button, the scope, and *Output*'s value.
const DELTA: [i16; 2] = [880, 525];
const SCOPE: [i16; 2] = [300, 250];
const VALUE_OF_OUTPUT: [i16; 2] = [775, 561];

/// X11 key codes of a PC keyboard.
const ESCAPE: u8 = 9;
const SPACE: u8 = 65;

/// The share of a visible editor's processor time that a hidden one may take.
const HIDDEN_SHARE: f64 = 0.5;

/// Fails unless the host has the keyboard whenever the editor does not need it, and gets the space
/// bar unless a text field is active.
pub fn keys(windows: &mut Windows) -> Result<(), Box<dyn Error>> {
    let expect = |windows: &Windows, is_host: bool, when: &str| {
        let owner = if is_host { "the host" } else { "the editor" };
        if windows.is_host_focused()? == is_host {
            Ok::<(), Box<dyn Error>>(())
        } else {
            Err(format!("{when}, the keyboard is not with {owner}").into())
        }
    };
    windows.touch(Touch::Click(DELTA))?;
    expect(windows, true, "after a click on a button")?;
    windows.touch(Touch::Click(SCOPE))?;
    expect(windows, false, "after a click on the scope")?;
    windows.keys.clear();
    windows.key(SPACE)?;
    if windows.keys != [SPACE] {
        return Err(format!("the host gets {:?} for the space bar", windows.keys).into());
    }
    windows.key(ESCAPE)?;
    windows.key(ESCAPE)?;
    expect(windows, true, "after Escape")?;
    windows.touch(Touch::Click(VALUE_OF_OUTPUT))?;
    expect(windows, false, "while a value is typed")?;
    windows.keys.clear();
    windows.key(SPACE)?;
    if !windows.keys.is_empty() {
        return Err("the host gets the keys typed into a text field".into());
    }
    windows.key(ESCAPE)?;
    expect(windows, true, "after typing")?;
    println!("keyboard: with the host unless the editor needs it");
    Ok(())
}

/// Fails if a hidden editor goes on drawing, or does not draw when it is shown again.
pub fn hiding(windows: &mut Windows) -> Result<(), Box<dyn Error>> {
    let visible = processor_load(windows)?;
    windows.set_hidden(true)?;
    windows.serve(REACTION_TIME)?;
    let hidden = processor_load(windows)?;
    windows.set_hidden(false)?;
    windows.picture()?;
    println!("processor time: {visible:.2} s/s visible, {hidden:.2} s/s hidden");
    if hidden > HIDDEN_SHARE * visible {
        return Err("a hidden editor goes on drawing".into());
    }
    Ok(())
}

/// The processor time that this process takes in a second, in seconds.
fn processor_load(windows: &mut Windows) -> Result<f64, Box<dyn Error>> {
    let before = processor_time();
    windows.serve(Duration::from_secs(1))?;
    Ok(processor_time() - before)
}

/// The processor time of this process in seconds.
fn processor_time() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for writes, and Linux has this clock.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0, "no clock for this process");
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

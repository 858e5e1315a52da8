//! Gestures with a real mouse and keyboard, under a window manager, while the host's window has the
//! keyboard. A new one is a function in [`GESTURES`].

use std::error::Error;

use crate::places::Places;
use crate::windows::{LEFT, RIGHT, WHEEL_UP, Windows};

type Result = std::result::Result<(), Box<dyn Error>>;
type Gesture = fn(&mut Windows, &mut Places) -> Result;

/// X11 key codes of a PC keyboard.
const ESCAPE: u8 = 9;
const DIGIT_2: u8 = 11;
const DIGIT_5: u8 = 14;
const DIGIT_0: u8 = 19;
const TAB: u8 = 23;
const R: u8 = 27;
const ENTER: u8 = 36;
const CTRL: u8 = 37;
const F: u8 = 41;
const SHIFT: u8 = 50;
const Z: u8 = 52;
const SPACE: u8 = 65;
const F5: u8 = 71;

/// All gestures. Each begins with the keyboard in the host's window, *Mix* at one half and nothing open.
const GESTURES: [(&str, Gesture); 12] = [
    ("Shift makes a drag ten times finer", fine_drag),
    ("Ctrl-click resets a knob", reset_by_click),
    ("Ctrl-click on the value resets too", reset_by_value),
    ("a double click resets a knob", reset_by_double_click),
    ("the wheel moves by a step, with Shift by a tenth of one", wheel),
    ("a value is typed, and Escape discards it", typing),
    ("what is not understood stays open", refusal),
    ("the menu resets", menu),
    ("other keys reach the host while the scope has the focus", host_keys),
    ("keys reach the host while the pointer is over the editor", hovering),
    ("a click outlines nothing, Tab does", focus_ring),
    ("the host has the keyboard after each use", host_focus),
];

/// Fails unless every gesture does what it should.
pub fn check(windows: &mut Windows) -> Result {
    let mut places = Places::new();
    for (name, gesture) in GESTURES {
        prepare(windows, &mut places).map_err(|error| format!("before \"{name}\": {error}"))?;
        gesture(windows, &mut places).map_err(|error| format!("{name}: {error}"))?;
        println!("gesture: {name}");
    }
    Ok(())
}

/// Types one half as the value of *Mix*, and gives the host the keyboard.
fn prepare(windows: &mut Windows, places: &mut Places) -> Result {
    windows.keys(&[ESCAPE])?;
    windows.keys(&[ESCAPE])?;
    windows.rest()?;
    open_field(windows, places)?;
    for key in [DIGIT_5, DIGIT_0, ENTER] {
        windows.keys(&[key])?;
    }
    windows.rest()?;
    mix_is(windows, 0.5)?;
    windows.keys(&[ESCAPE])?;
    windows.keys(&[ESCAPE])?;
    windows.point(places.of("Scope"))?;
    windows.focus_host()?;
    windows.rest()?;
    windows.host_keys.clear();
    Ok(())
}

/// Opens the text field of *Mix*, and waits until it has the keyboard.
fn open_field(windows: &mut Windows, places: &mut Places) -> Result {
    windows.click(LEFT, places.value_of("Mix"))?;
    windows.until("the text field has the keyboard", |windows| Ok(!windows.is_host_focused()?))?;
    windows.rest()
}

/// Waits until *Mix* has a value.
fn mix_is(windows: &mut Windows, expected: f64) -> Result {
    let is_so = |windows: &mut Windows| Ok((windows.value("Mix") - expected).abs() < 4e-4);
    windows
        .until("the value of Mix", is_so)
        .map_err(|error| format!("{error}: {} and not {expected}", windows.value("Mix")).into())
}

/// Waits until *Mix* is back at its default.
fn mix_is_reset(windows: &mut Windows) -> Result {
    mix_is(windows, 1.0)
}

/// Fails unless the host has got these keys and no other.
fn host_has(windows: &mut Windows, keys: &[u8]) -> Result {
    windows.rest()?;
    if windows.host_keys != keys {
        return Err(format!("the host gets {:?} and not {keys:?}", windows.host_keys).into());
    }
    Ok(())
}

fn fine_drag(windows: &mut Windows, places: &mut Places) -> Result {
    let [x, y] = places.of("Mix");
    windows.hold(&[SHIFT], true)?;
    windows.drag([x, y], [x, y - 40])?;
    windows.hold(&[SHIFT], false)?;
    // 40 points, the first two of which tell a drag from a click, are 19 % of the range.
    let fine = 0.5 + 0.019;
    mix_is(windows, fine)?;
    windows.drag([x, y], [x, y - 40])?;
    mix_is(windows, fine + 0.19)
}

fn reset_by_click(windows: &mut Windows, places: &mut Places) -> Result {
    windows.hold(&[CTRL], true)?;
    windows.click(LEFT, places.of("Mix"))?;
    windows.hold(&[CTRL], false)?;
    mix_is_reset(windows)
}

fn reset_by_value(windows: &mut Windows, places: &mut Places) -> Result {
    windows.hold(&[CTRL], true)?;
    windows.click(LEFT, places.value_of("Mix"))?;
    windows.hold(&[CTRL], false)?;
    mix_is_reset(windows)
}

fn reset_by_double_click(windows: &mut Windows, places: &mut Places) -> Result {
    windows.click(LEFT, places.of("Mix"))?;
    windows.click(LEFT, places.of("Mix"))?;
    mix_is_reset(windows)
}

fn wheel(windows: &mut Windows, places: &mut Places) -> Result {
    windows.click(WHEEL_UP, places.of("Mix"))?;
    mix_is(windows, 0.51)?;
    windows.hold(&[SHIFT], true)?;
    windows.click(WHEEL_UP, places.of("Mix"))?;
    windows.hold(&[SHIFT], false)?;
    mix_is(windows, 0.511)
}

fn typing(windows: &mut Windows, places: &mut Places) -> Result {
    open_field(windows, places)?;
    for key in [DIGIT_2, DIGIT_5, ENTER] {
        windows.keys(&[key])?;
    }
    mix_is(windows, 0.25)?;
    windows.rest()?;
    open_field(windows, places)?;
    for key in [DIGIT_5, SPACE, ESCAPE] {
        windows.keys(&[key])?;
    }
    host_has(windows, &[])?;
    mix_is(windows, 0.25)
}

fn refusal(windows: &mut Windows, places: &mut Places) -> Result {
    open_field(windows, places)?;
    for key in [R, ENTER, R] {
        windows.keys(&[key])?;
    }
    // The second letter goes into the field too.
    host_has(windows, &[])?;
    windows.keys(&[ESCAPE])
}

fn menu(windows: &mut Windows, places: &mut Places) -> Result {
    windows.click(RIGHT, places.of("Mix"))?;
    windows.rest()?;
    windows.click(LEFT, places.menu_row("Mix", "Reset to 100 %"))?;
    mix_is_reset(windows)
}

fn host_keys(windows: &mut Windows, places: &mut Places) -> Result {
    windows.click(LEFT, places.of("Scope"))?;
    windows.until("the editor has the keyboard", |windows| Ok(!windows.is_host_focused()?))?;
    windows.rest()?;
    windows.keys(&[F])?;
    windows.keys(&[R])?;
    windows.keys(&[CTRL, Z])?;
    windows.keys(&[SPACE])?;
    windows.keys(&[F5])?;
    // `F` freezes the scope, and lets it run again.
    windows.keys(&[F])?;
    host_has(windows, &[R, CTRL, Z, SPACE, F5])?;
    windows.keys(&[ESCAPE])?;
    windows.keys(&[ESCAPE])?;
    windows.until("Escape returns the keyboard", |windows| windows.is_host_focused())
}

fn hovering(windows: &mut Windows, places: &mut Places) -> Result {
    windows.point(places.of("Mix"))?;
    for key in [R, SPACE, TAB] {
        windows.keys(&[key])?;
    }
    host_has(windows, &[R, SPACE, TAB])
}

/// Whether the scope is outlined: its lower left corner has the outline's colour.
fn is_outlined(
    windows: &mut Windows,
    places: &mut Places,
) -> std::result::Result<bool, Box<dyn Error>> {
    let [_, y] = places.of("Scope");
    let picture = windows.picture()?;
    Ok((8..18).any(|x| picture.get_pixel(x, y as u32 + 60).0.iter().all(|&level| level > 180)))
}

fn focus_ring(windows: &mut Windows, places: &mut Places) -> Result {
    windows.click(LEFT, places.of("Scope"))?;
    if is_outlined(windows, places)? {
        return Err("a click outlines the scope".into());
    }
    windows.keys(&[TAB])?;
    windows.keys(&[SHIFT, TAB])?;
    if !is_outlined(windows, places)? {
        return Err("Tab does not outline the scope".into());
    }
    Ok(())
}

fn host_focus(windows: &mut Windows, places: &mut Places) -> Result {
    let host = |windows: &mut Windows| windows.is_host_focused();
    windows.click(LEFT, places.of("Bypass"))?;
    windows.until("the host has the keyboard after a click on a button", host)?;
    windows.click(LEFT, places.of("Bypass"))?;
    windows.drag(places.of("Mix"), places.value_of("Mix"))?;
    windows.until("the host has the keyboard after a drag", host)?;
    windows.click(LEFT, places.value_of("Output"))?;
    windows.until("the editor has it while a value is typed", |windows| {
        Ok(!windows.is_host_focused()?)
    })?;
    windows.rest()?;
    windows.keys(&[ESCAPE])?;
    windows.until("the host has the keyboard after typing", host)
}

/// Drags the corner of a window of 960 by 600 pixels, and fails unless the host's window follows.
pub fn corner(windows: &mut Windows) -> Result {
    for (from, to) in [([957, 597], [1007, 637]), ([1007, 637], [897, 577])] {
        windows.drag(from, to)?;
        let size = [to[0] as u16 + 3, to[1] as u16 + 3];
        windows
            .until("the host's window follows the corner", |windows| Ok(windows.size()? == size))?;
    }
    println!("corner: the host's window follows it");
    Ok(())
}

//! A codebook other than the standard one: the editor shows its curves, and only those.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Color32, Event, Modifiers, PointerButton, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use extrema::codec::{CURVE_COUNT, Codebook, Detector, Threshold, codebook_csv};
use extrema::editor::codebook_panel::MOST_USED;
use extrema::editor::layout::{CODEBOOK, Layout};
use extrema::editor::parameters::Parameters;
use extrema::editor::scope::SPANS;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{RATE, Stage, chord};
use image::{Rgb, RgbImage};
use tempfile::TempDir;

use crate::driver::Driver;
use crate::snapshot::{crop, render};

const WINDOW: Vec2 = vec2(960.0, 600.0);

/// The curves of the standard codebook in reverse, apart from ordinals 1 and 2, which are the same in
/// every codebook.
fn reversed() -> Arc<Codebook> {
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    Codebook::new("reversed", &rows)
}

/// The ordinal in one of the two codebooks of a curve in the other.
fn counterpart(ordinal: u8) -> u8 {
    if ordinal < 3 { ordinal } else { CURVE_COUNT - (ordinal - 3) }
}

fn layout() -> Layout {
    Layout::of(Rect::from_min_size(Pos2::ZERO, WINDOW))
}

/// A cell of the panel's grid.
fn cell(index: usize) -> Rect {
    let Layout { codebook, cell, .. } = layout();
    let (_, columns) = CODEBOOK;
    let left = codebook.center().x - cell.x * columns as f32 / 2.0;
    let corner = vec2((index % columns) as f32, (index / columns) as f32) * cell;
    Rect::from_min_size(pos2(left, codebook.top() + 37.0) + corner, cell)
}

fn click(stage: &mut Stage, at: Pos2) {
    stage.events.push(Event::PointerMoved(at));
    for pressed in [true, false] {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        stage.events.push(Event::PointerButton { pos: at, button, pressed, modifiers });
    }
}

/// An editor of a codebook, before anything is played.
fn stage_with(codebook: &Arc<Codebook>) -> Stage {
    let mut stage = Stage::new();
    stage.view.set_codebook(codebook);
    stage
}

#[test]
fn colours_follow_the_shapes_of_the_codebook() {
    let (standard, other) = (stage_with(&Codebook::standard()), stage_with(&reversed()));
    for ordinal in 0..=CURVE_COUNT {
        let colours = (
            other.view.palette().colour(ordinal),
            standard.view.palette().colour(counterpart(ordinal)),
        );
        assert_eq!(colours.0, colours.1, "curve {ordinal}");
    }
    let mut ordinals = *other.view.palette().by_shape();
    assert_ne!(&ordinals, standard.view.palette().by_shape());
    ordinals.sort_unstable();
    assert!(ordinals.into_iter().eq(1..=CURVE_COUNT), "each curve has one cell");
}

/// The largest difference of a colour channel between two images of the same size. What is drawn in
/// different places differs a little, because coordinates round differently.
fn largest_difference(a: &RgbImage, b: &RgbImage) -> u8 {
    a.iter().zip(b.iter()).map(|(a, b)| a.abs_diff(*b)).max().expect("an image with pixels")
}

#[test]
fn the_panel_draws_the_curves_of_the_codebook() {
    let cells: [Vec<RgbImage>; 2] = [Codebook::standard(), reversed()].map(|codebook| {
        let mut stage = stage_with(&codebook);
        // By number, from the menu.
        let menu = layout().codebook.right_top() + vec2(-54.0, 18.0);
        click(&mut stage, menu);
        click(&mut stage, menu + vec2(0.0, 64.0));
        stage.events.push(Event::PointerMoved(cell(9).center()));
        let image = render(&mut stage, WINDOW);
        assert_eq!(stage.view.codebook_panel.hovered, Some(10), "the panel is sorted by number");
        (0..usize::from(CURVE_COUNT)).map(|index| crop(&image, cell(index).shrink(1.0))).collect()
    });
    // What is hovered has a frame.
    let counterpart_of_hovered = usize::from(counterpart(10)) - 1;
    for index in
        (0..usize::from(CURVE_COUNT)).filter(|index| ![9, counterpart_of_hovered].contains(index))
    {
        let other = usize::from(counterpart(index as u8 + 1)) - 1;
        let apart = largest_difference(&cells[1][index], &cells[0][other]);
        assert!(apart <= 3, "the cell of curve {} is {apart} apart", index + 1);
    }
    assert!(largest_difference(&cells[0][2], &cells[1][2]) > 30);
}

#[test]
fn cells_are_sorted_by_the_shapes_of_the_codebook() {
    for codebook in [Codebook::standard(), reversed()] {
        let mut stage = stage_with(&codebook);
        for index in [0, 100, 254] {
            stage.events.push(Event::PointerMoved(cell(index).center()));
            render(&mut stage, WINDOW);
            let expected = stage.view.palette().by_shape()[index];
            assert_eq!(stage.view.codebook_panel.hovered, Some(expected), "{}", codebook.name());
        }
    }
}

#[test]
fn the_scope_uses_the_colours_of_the_codebook() {
    let settings = EffectSettings {
        detector: Detector::Peak,
        threshold: Threshold::from_dbfs(-30.0),
        ..EffectSettings::original()
    };
    let codebooks = [Codebook::standard(), reversed()];
    let scope = layout().scope;
    // Without the toolbar, whose legend has many of the colours.
    let plot = Rect::from_min_max(scope.min + vec2(0.0, 36.0), scope.max);
    for (own, other) in [(&codebooks[0], &codebooks[1]), (&codebooks[1], &codebooks[0])] {
        for pointer in [pos2(320.0, 230.0), Pos2::ZERO] {
            let mut stage = stage_with(own);
            stage.program = Some((settings, chord));
            stage.play(0.3, settings, chord);
            stage.events.push(Event::PointerMoved(pointer));
            let image = crop(&render(&mut stage, WINDOW), plot);
            assert_eq!(stage.view.scope.hovered.is_some(), pointer != Pos2::ZERO);
            // The middle of a line is opaque, so has exactly the colour of its curve.
            let (view, other) = (&stage.view, stage_with(other).view);
            let from = view.scope.left_edge() as u64;
            let to = from + (SPANS[view.scope.span] / 1000.0 * RATE) as u64;
            let ordinals: HashSet<u8> = view
                .history
                .segments(0, from..to)
                .map(|segment| segment.record.ordinal())
                .collect();
            let [own, other] = [view, &other].map(|view| {
                let colour = |&ordinal: &u8| view.palette().colour(ordinal);
                ordinals.iter().map(colour).collect::<HashSet<Color32>>()
            });
            let count = |colours: &HashSet<Color32>| {
                let colour = |pixel: &Rgb<u8>| Color32::from_rgb(pixel[0], pixel[1], pixel[2]);
                image.pixels().filter(|pixel| colours.contains(&colour(pixel))).count()
            };
            let others = &other - &own;
            assert!(!others.is_empty() && count(&own) > 100 && count(&others) == 0, "{pointer}");
        }
    }
}

#[test]
fn another_codebook_drops_what_refers_to_the_old_one() {
    let mut stage = Stage::new();
    stage.play(0.5, EffectSettings::original(), chord);
    click(&mut stage, cell(40).center());
    render(&mut stage, WINDOW);
    let pinned = stage.view.codebook_panel.pinned;
    let is_bright = |stage: &Stage| {
        (1..=CURVE_COUNT).any(|ordinal| stage.view.codebook_panel.brightness(ordinal) > 0.0)
    };
    assert!(pinned.is_some() && is_bright(&stage));
    stage.view.set_codebook(&Codebook::standard());
    assert_eq!(stage.view.codebook_panel.pinned, pinned, "it was on show already");
    assert!(is_bright(&stage));
    stage.view.set_codebook(&reversed());
    assert_eq!(stage.view.codebook_panel.pinned, None);
    assert!(!is_bright(&stage));
}

#[test]
fn a_new_window_keeps_the_codebook() {
    let codebook = reversed();
    let mut stage = stage_with(&codebook);
    stage.view.open();
    assert!(Arc::ptr_eq(stage.view.palette().codebook(), &codebook));
}

/// Plays a wave in frames of 1/30 s and returns the most used curves of each.
fn most_used(driver: &mut Driver, seconds: f64, wave: fn(f64) -> [f32; 2]) -> Vec<[u8; MOST_USED]> {
    (0..(30.0 * seconds) as usize)
        .map(|_| {
            driver.stage.borrow_mut().play(1.0 / 30.0, EffectSettings::default(), wave);
            // The harness counts 1/60 s a step.
            driver.harness.run_steps(2);
            driver.stage.borrow().view.codebook_panel.most_used()
        })
        .collect()
}

#[test]
fn the_foot_names_the_most_used_curves_with_their_shares() {
    let mut driver = Driver::new();
    most_used(&mut driver, 1.5, chord);
    let stage = driver.stage.borrow();
    let (history, named) = (&stage.view.history, stage.view.codebook_panel.most_used());
    let uses = |ordinal: u8| f64::from(history.uses(ordinal));
    // A close one may wait its turn, but none that is clearly ahead.
    let least = named.iter().map(|&ordinal| uses(ordinal)).fold(f64::INFINITY, f64::min);
    let others = (1..=CURVE_COUNT).filter(|ordinal| !named.contains(ordinal)).map(uses);
    let most = others.fold(0.0, f64::max);
    assert!(
        least > 0.0 && most <= least + 3.0 * least.sqrt(),
        "{named:?}: {least}, another {most}"
    );
    for (i, &ordinal) in named.iter().enumerate() {
        let label = format!("Most used {}: {ordinal}, ", i + 1);
        let label = driver.harness.get_by_label_contains(&label);
        let label = label.accesskit_node().label().expect("a label");
        let share = label.rsplit(", ").next().and_then(|text| text.strip_suffix(" %"));
        let share: f64 = share.expect("a share").parse().expect("a number");
        let expected = 100.0 * uses(ordinal) / f64::from(history.all_uses());
        assert!((share - expected).abs() < 0.3 + 0.4 * expected, "{label}: {expected}");
    }
}

/// A chord that is held: what is used most changes by chance alone.
fn held(t: f64) -> [f32; 2] {
    let tone = |hertz: f64| {
        let turn = std::f64::consts::TAU * hertz * t;
        turn.sin() + 0.5 * (2.0 * turn + 0.4).sin() + 0.3 * (3.0 * turn + 1.1).sin()
    };
    let sample = 0.1 * (tone(110.0) + 0.7 * tone(164.8) + 0.6 * tone(220.6));
    [sample as f32; 2]
}

#[test]
fn the_most_used_curves_change_at_most_four_times_a_second_and_seldom() {
    let mut driver = Driver::new();
    most_used(&mut driver, 1.5, held);
    let frames = most_used(&mut driver, 3.0, held);
    let changes: Vec<usize> =
        (1..frames.len()).filter(|&frame| frames[frame] != frames[frame - 1]).collect();
    assert!(changes.windows(2).all(|pair| pair[1] - pair[0] >= 7), "{changes:?}");
    // What is the most used without a lead would change more than twice as often.
    assert!(changes.len() <= 10, "{changes:?}");
}

#[test]
fn hovering_a_most_used_curve_shows_it_large_and_marks_its_segments() {
    let mut driver = Driver::new();
    most_used(&mut driver, 1.5, chord);
    let third = driver.stage.borrow().view.codebook_panel.most_used()[2];
    let at = driver.harness.get_by_label_contains("Most used 3").rect().center();
    driver.move_to(at);
    driver.harness.run_steps(2);
    driver.harness.get_by_label_contains(&format!("Curve {third}: "));
    assert_eq!(driver.stage.borrow().view.codebook_panel.chosen(), Some(third));
    driver.move_to(pos2(3.0, 3.0));
    driver.harness.run_steps(2);
    assert!(driver.harness.query_by_label_contains(&format!("Curve {third}: ")).is_none());
    // A segment and a cell do the same.
    driver.move_to(cell(40).center());
    driver.harness.run_steps(2);
    let hovered = driver.stage.borrow().view.codebook_panel.hovered.expect("a cell");
    driver.harness.get_by_label_contains(&format!("Curve {hovered}: "));
}

#[test]
fn nothing_is_used_in_a_pause() {
    let mut driver = Driver::new();
    most_used(&mut driver, 1.0, chord);
    let frames = most_used(&mut driver, 1.0, |_| [0.0; 2]);
    assert_eq!(frames.last(), Some(&[0; MOST_USED]));
}

/// A file with the standard curves in reverse.
fn file(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    let csv = codebook_csv::write(reversed().curves().rows(), "");
    std::fs::write(&path, csv).expect("a file");
    path
}

fn load(driver: &mut Driver, path: &Path) {
    let stage = &mut *driver.stage.borrow_mut();
    stage.view.load_codebook(path, &mut stage.fake, stage.now);
}

#[test]
fn a_loaded_codebook_is_shown_from_its_first_frame_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut driver = Driver::new();
    let settings = EffectSettings { detector: Detector::Peak, ..EffectSettings::original() };
    driver.stage.borrow_mut().play(0.5, settings, chord);
    load(&mut driver, &file(&folder, "Upside down.csv"));
    // For one latency what is heard is still of the old one.
    let mut stage = driver.stage.borrow_mut();
    let standard = Codebook::standard();
    assert!(Arc::ptr_eq(stage.view.palette().codebook(), &standard));
    stage.play(0.04, settings, chord);
    assert!(Arc::ptr_eq(stage.view.palette().codebook(), &standard));
    assert!(stage.view.history.segments(0, 0..u64::MAX).next().is_some());
    stage.play(0.5, settings, chord);
    let shown = stage.view.palette().codebook().clone();
    assert_eq!(shown.curves(), reversed().curves());
    // The curves on show are those that were heard: they fit the wave.
    let known = stage.view.history.known();
    let error = |stage: &Stage| {
        let history = &stage.view.history;
        let range = known.end - 8_000..known.end - 2_048;
        let of = |at: u64| (history.original(0, at) - history.decoded(0, at)).abs();
        range.map(of).fold(0.0, f32::max)
    };
    let fits = error(&stage);
    assert!(fits < 0.03, "{fits}");
}

#[test]
fn a_codebook_is_shown_at_once_while_nothing_plays() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut driver = Driver::new();
    load(&mut driver, &file(&folder, "Upside down.csv"));
    driver.stage.borrow_mut().tick();
    driver.pause();
    let title = driver.harness.get_by_label("Codebook file");
    assert_eq!(title.accesskit_node().value().as_deref(), Some("Upside down"));
    assert_eq!(driver.stage.borrow().view.palette().codebook().curves(), reversed().curves());
}

#[test]
fn the_menu_goes_back_to_the_standard_codebook_and_undo_brings_the_own_one_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut driver = Driver::new();
    load(&mut driver, &file(&folder, "Upside down.csv"));
    let name = |driver: &Driver| {
        driver.stage.borrow_mut().tick();
        let stage = driver.stage.borrow();
        let chosen = stage.fake.definitions().codebook.chosen();
        assert!(Arc::ptr_eq(stage.view.palette().codebook(), chosen.codebook()));
        chosen.title().map(str::to_owned)
    };
    assert_eq!(name(&driver).as_deref(), Some("Upside down"));
    for (button, expected) in [
        ("Codebook file", Some("Upside down")),
        ("Back to the standard codebook", None),
        ("Undo", Some("Upside down")),
        ("Redo", None),
        ("Undo", Some("Upside down")),
    ] {
        let at = driver.center_of(button);
        driver.click(at, Modifiers::NONE);
        assert_eq!(name(&driver).as_deref(), expected, "{button}");
    }
    let all = driver.stage.borrow().view.undo.can_undo();
    assert!(!all, "loading was not done in a frame, so it is no step");
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_the_menu() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut driver = Driver::new();
    let path = folder.path().join("broken.csv");
    std::fs::write(&path, "1,0,0,0,0,0,0\n2,0,0,0,0,0,0\n3,1,2,x,4,5,6\n").expect("a file");
    for (path, words) in [
        (path, "broken.csv, line 3, column 4 (s3): write a whole number from -128 to 127"),
        (folder.path().join("nothing.csv"), "nothing.csv"),
    ] {
        load(&mut driver, &path);
        let at = driver.center_of("Codebook file");
        driver.click(at, Modifiers::NONE);
        driver.harness.get_by_label_contains(words);
        driver.click(pos2(3.0, 3.0), Modifiers::NONE);
        assert_eq!(driver.stage.borrow().fake.definitions().codebook.chosen().title(), None);
    }
}

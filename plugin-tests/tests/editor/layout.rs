//! The layout in windows of all sizes.

use egui::{Rect, Vec2, vec2};
use egui_kittest::kittest::Queryable;
use extrema::editor::layout::{LARGEST, Layout, SMALLEST};

use extrema::editor::scope::Lanes;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{Stage, chord, harness};

const SIZES: [Vec2; 6] = [
    SMALLEST,
    vec2(839.0, 900.0),
    vec2(960.0, 600.0),
    vec2(840.0, 540.0),
    vec2(1440.0, 900.0),
    LARGEST,
];

#[test]
fn panels_fill_the_window_and_do_not_overlap() {
    for size in SIZES {
        let window = Rect::from_min_size(egui::Pos2::ZERO, size);
        let layout = Layout::of(window);
        let panels = [
            layout.header,
            layout.scope,
            layout.codebook,
            layout.meters,
            layout.stats,
            layout.controls,
        ];
        for (i, panel) in panels.iter().enumerate() {
            assert!(window.contains_rect(*panel), "{size}: panel {i} is {panel}");
            assert!(panel.is_positive());
            for (k, other) in panels.iter().enumerate().skip(i + 1) {
                let shared = panel.intersect(*other);
                assert!(!shared.is_positive(), "{size}: panels {i} and {k} share {shared}");
            }
        }
        assert!(layout.scope.width() > 0.4 * size.x, "{size}: the scope is the largest");
        let grid = vec2(15.0 * layout.cell.x, 17.0 * layout.cell.y);
        assert!(grid.x < layout.codebook.width() && grid.y + 60.0 < layout.codebook.height());
    }
}

#[test]
fn a_window_below_the_minimum_is_laid_out_as_the_smallest() {
    let tiny = Layout::of(Rect::from_min_size(egui::Pos2::ZERO, vec2(300.0, 100.0)));
    assert_eq!(tiny, Layout::of(Rect::from_min_size(egui::Pos2::ZERO, SMALLEST)));
}

#[test]
fn every_control_is_inside_the_window_and_overlaps_no_other() {
    for size in SIZES {
        let mut stage = Stage::new();
        stage.play(0.4, EffectSettings::original(), chord);
        let (harness, _stage) = harness(stage, size);
        let names = [
            "Input",
            "Threshold",
            "Longest curve",
            "Points",
            "Curves",
            "Mix",
            "Output",
            "Follow",
            "Flats Hold",
            "Flats Draw",
            "Listen Result",
            "Listen Lost",
            "Listen Original",
            "Page Wave",
            "Page Break",
            "Auto gain",
            "Undo",
            "Redo",
            "Previous preset",
            "Preset",
            "Next preset",
            "Help",
            "Settings",
            "Bypass",
            "Latency",
            "Setting A",
            "Setting B",
            "Detector Slope",
            "Detector Peak",
            "Detector Best",
            "Stereo L / R",
            "Stereo Mid / Side",
            "Stereo Linked",
            "Freeze",
            "Less span",
            "More span",
            "Less height",
            "More height",
            "Show L",
            "Show R",
            "Show L+R",
            "Codebook",
            "Scope",
        ];
        // Narrow windows have no room for it.
        let names = names.into_iter().chain((size.x >= 840.0).then_some("Copy setting"));
        let names: Vec<&str> = names.collect();
        let rects: Vec<Rect> = names.iter().map(|name| harness.get_by_label(name).rect()).collect();
        let window = Rect::from_min_size(egui::Pos2::ZERO, size);
        for (i, rect) in rects.iter().enumerate() {
            assert!(window.contains_rect(*rect), "{size}: {} is {rect}", names[i]);
            for k in i + 1..rects.len() {
                let shared = rect.intersect(rects[k]).shrink(0.5);
                assert!(!shared.is_positive(), "{size}: {} and {} overlap", names[i], names[k]);
            }
        }
    }
}

#[test]
fn a_mono_signal_has_no_choice_of_channels() {
    let mut stage = Stage::with_channels(1);
    stage.view.scope.lanes = Lanes::Both;
    stage.play(0.4, EffectSettings::original(), |_| [1.5, 1.5]);
    let (mut harness, stage) = harness(stage, vec2(960.0, 600.0));
    for name in ["Show L", "Show R", "Show L+R"] {
        assert!(harness.query_by_label(name).is_none(), "{name}");
    }
    let scope = harness.get_by_label("Scope").rect();
    harness.event(egui::Event::PointerMoved(scope.center_bottom() - vec2(0.0, 10.0)));
    harness.run_steps(2);
    let stage = stage.borrow();
    let (stream, _) = stage.view.scope.hovered.expect("the one stream fills the plot");
    assert_eq!(stream, 0);
    assert_eq!(stage.view.meters.input.map(|bar| bar.is_clipped()), [true, false]);
}

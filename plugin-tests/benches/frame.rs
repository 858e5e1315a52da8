//! Processor time of a frame of the editor: `cargo bench -p extrema-plugin-tests`. With `-- --check`
//! it fails if a full scope of 50 ms costs more than [`LIMIT`].

use egui::{Vec2, vec2};
use extrema::codec::Threshold;
use extrema::editor::context;
use extrema::editor::layout::LARGEST;
use extrema::editor::scope::Lanes;
use extrema::effect::EffectSettings;
use extrema_plugin_tests::stage::{Stage, chord};

/// Index of the scope's span of 50 ms.
const FIFTY: usize = 8;

/// Frames per round, and rounds of which the median is reported.
const FRAMES: usize = 60;
const ROUNDS: usize = 9;

/// Processor time in milliseconds that a frame may take with 50 ms in a window of the default size:
/// 6 % of a processor at 30 frames per second.
const LIMIT: f64 = 2.0;

/// Processor time of this thread in milliseconds, which other load on the machine does not change.
#[cfg(unix)]
fn processor_time() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for writes, and the clock exists on every Unix.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0, "no clock for this thread");
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// Elapsed time in milliseconds.
#[cfg(not(unix))]
fn processor_time() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed().as_secs_f64() * 1e3
}

/// White noise as a function of time.
fn hiss(t: f64) -> [f32; 2] {
    let scramble = |x: u64| {
        let x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((x ^ (x >> 29)) >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    [scramble(t.to_bits()), scramble(!t.to_bits())]
}

/// What a frame costs.
struct Cost {
    /// Median processor time of layout and tessellation in milliseconds.
    layout: f64,
    tessellation: f64,
    /// Both in the fastest round, in milliseconds: the one least disturbed by other load.
    least: f64,
    /// Vertices in thousands.
    vertices: f64,
}

fn measure(stage: &mut Stage, size: Vec2, scale: f32) -> Cost {
    let context = egui::Context::default();
    context::install(&context);
    let (mut layouts, mut tessellations, mut vertices) = (Vec::new(), Vec::new(), 0);
    // The first round warms up.
    for round in 0..=ROUNDS {
        let (mut layout, mut tessellation) = (0.0, 0.0);
        for _ in 0..FRAMES {
            let began = processor_time();
            let mut output = stage.frame(&context, size, scale);
            let shapes = std::mem::take(&mut output.shapes);
            let laid_out = processor_time();
            let meshes = context.tessellate(shapes, scale);
            let tessellated = processor_time();
            vertices = meshes.iter().map(count).sum();
            let counted = processor_time();
            drop(meshes);
            output.drop_without_applying_deltas();
            layout += laid_out - began;
            tessellation += tessellated - laid_out + processor_time() - counted;
        }
        if round > 0 {
            layouts.push(layout / FRAMES as f64);
            tessellations.push(tessellation / FRAMES as f64);
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    };
    let sums =
        layouts.iter().zip(&tessellations).map(|(layout, tessellation)| layout + tessellation);
    Cost {
        least: sums.fold(f64::INFINITY, f64::min),
        layout: median(layouts),
        tessellation: median(tessellations),
        vertices: vertices as f64 / 1e3,
    }
}

fn count(primitive: &egui::ClippedPrimitive) -> usize {
    match &primitive.primitive {
        egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
        egui::epaint::Primitive::Callback(_) => 0,
    }
}

fn main() -> Result<(), String> {
    let check = std::env::args().any(|argument| argument == "--check");
    let off = EffectSettings { threshold: Threshold::OFF, ..EffectSettings::original() };
    let window = vec2(960.0, 600.0);
    println!("Processor time of a frame in ms, window at 200 %:");
    println!("{:36} {:>6} {:>12} {:>6} {:>10}", "", "layout", "tessellation", "both", "vertices");
    for (name, span, both, noise, size) in [
        ("chord, 24 ms", 6, false, false, window),
        ("chord, 50 ms", FIFTY, false, false, window),
        ("chord, 50 ms, both channels", FIFTY, true, false, window),
        ("noise, 50 ms", FIFTY, false, true, window),
        ("noise, 50 ms, both channels", FIFTY, true, true, window),
        ("noise, 50 ms, both channels, largest", FIFTY, true, true, LARGEST),
        ("noise, 1 s, both channels", 16, true, true, window),
    ] {
        let mut stage = Stage::new();
        stage.view.scope.span = span;
        stage.view.scope.span_chosen = true;
        if both {
            stage.view.scope.lanes = Lanes::Both;
        }
        stage.play(1.2, off, if noise { hiss } else { chord });
        let Cost { layout, tessellation, least, vertices } = measure(&mut stage, size, 2.0);
        let sum = layout + tessellation;
        println!("{name:36} {layout:6.2} {tessellation:12.2} {sum:6.2} {vertices:8.1} k");
        if check && span == FIFTY && size == window && least > LIMIT {
            return Err(format!(
                "a frame of \"{name}\" takes {least:.2} ms of processor time, more than {LIMIT}"
            ));
        }
    }
    Ok(())
}

//! `--automate` of choices and switches, which change in steps.

use std::fs;

use extrema::codec::{Codebook, Detector, Flats, LevelScale, Levels, LossMode, Share, StereoMode};
use extrema::effect::controls::Kind;
use extrema::effect::{Control, Effect, EffectSettings, Latency};

use super::{Bench, waves};

const RATE: u32 = 44_100;

/// Plays waves through the effect, frame by frame, and removes its latency. `set` gives the settings at
/// a frame.
fn through_effect(
    waves: &[Vec<f64>],
    rate: u32,
    set: impl Fn(usize) -> EffectSettings,
) -> Vec<Vec<f64>> {
    let rate = f64::from(rate);
    let mut effect = Effect::new(&Codebook::standard(), rate, waves.len(), Latency::Full);
    let delay = effect.latency() as usize;
    let mut out = vec![Vec::new(); waves.len()];
    for frame in 0..waves[0].len() + delay {
        effect.set(set(frame));
        let heard = waves.iter().map(|wave| wave.get(frame).map_or(0.0, |&x| x as f32));
        let mut heard: Vec<[f32; 1]> = heard.map(|x| [x]).collect();
        let mut slices: Vec<&mut [f32]> = heard.iter_mut().map(<[f32; 1]>::as_mut_slice).collect();
        effect.process(&mut slices, &mut ());
        out.iter_mut().zip(heard).for_each(|(out, [y])| out.push(f64::from(y)));
    }
    out.iter().map(|wave| wave[delay..].to_vec()).collect()
}

/// Settings between two steps and from the second on.
type Steps = (EffectSettings, EffectSettings);

#[test]
fn choices_and_switches_change_at_the_nearest_frame() {
    let bench = Bench::new();
    let waves = waves(2, 20_000);
    bench.write("in.wav", RATE, &waves);
    let base = EffectSettings::default();
    let cases: [(&str, &str, Steps); 9] = [
        ("loop=0:off,0.1:on,0.25:off", "", (EffectSettings { looping: true, ..base }, base)),
        (
            "zoom=0:1,0.1:3,0.25:15",
            "",
            (EffectSettings { zoom: 3, ..base }, EffectSettings { zoom: 15, ..base }),
        ),
        (
            "detector=0:Peak,0.1:slope,0.25:peak",
            "",
            (EffectSettings { detector: Detector::Slope, ..base }, base),
        ),
        (
            "stereo=0:lr,0.1:M/S,0.25:linked",
            "",
            (
                EffectSettings { stereo: StereoMode::MidSide, ..base },
                EffectSettings { stereo: StereoMode::Linked, ..base },
            ),
        ),
        ("flats=0:draw,0.1:hold,0.25:draw", "--detector slope", {
            let slope = EffectSettings { detector: Detector::Slope, ..base };
            (EffectSettings { flats: Flats::Hold, ..slope }, slope)
        }),
        ("level_scale=0:linear,0.1:logarithmic,0.25:linear", "--levels 3", {
            let levels = |scale| Levels { tenths_of_bits: 30, scale };
            (
                EffectSettings { levels: levels(LevelScale::Logarithmic), ..base },
                EffectSettings { levels: levels(LevelScale::Linear), ..base },
            )
        }),
        ("loss_mode=0:hold,0.1:repeat,0.25:hold", "--loss 50 --loss-run 4", {
            let mut settings = base;
            (settings.loss, settings.loss_run) = (Share::from_percent(50.0), 4);
            (EffectSettings { loss_mode: LossMode::Repeat, ..settings }, settings)
        }),
        ("delta=0:off,0.1:on,0.25:off", "", (EffectSettings { delta: true, ..base }, base)),
        ("bypass=0:off,0.1:on,0.25:off", "", (EffectSettings { bypass: true, ..base }, base)),
    ];
    // Neither time is on the grid of lines; the second is 11 025 frames to the sample.
    for (automation, options, (between, after)) in cases {
        bench.works(&format!("render in.wav out.wav --automate {automation} {options}"));
        // What holds before the first step is what holds after the last, but for these.
        let before = match automation.split('=').next() {
            Some("zoom") => EffectSettings { zoom: 1, ..after },
            Some("stereo") => EffectSettings { stereo: StereoMode::LeftRight, ..after },
            _ => after,
        };
        let expected = through_effect(&waves, RATE, |frame| match frame {
            0..4410 => before,
            4410..11_025 => between,
            _ => after,
        });
        let out = bench.read("out.wav");
        assert!(out == expected, "{automation}");
        let unmoved = through_effect(&waves, RATE, |_| before);
        assert!(out != unmoved, "{automation}");
    }
}

#[test]
fn a_value_holds_from_its_point_to_the_next_and_the_first_one_before() {
    let bench = Bench::new();
    let waves = waves(1, 12_000);
    bench.write("in.wav", 32_000, &waves);
    let base = EffectSettings::default();
    let zoomed = EffectSettings { zoom: 5, ..base };
    for (automation, step) in [
        // Two points at one time: the later one.
        ("zoom=0:5,0.1:9,0.1:1", 3200),
        // Between two frames: the nearer one.
        ("zoom=0.01:5,0.100014:1", 3200),
        ("zoom=0.01:5,0.100017:1", 3201),
        ("zoom=0:5,0.3:1,99:15", 9600),
    ] {
        bench.works(&format!("render in.wav out.wav --automate {automation}"));
        let expected =
            through_effect(&waves, 32_000, |frame| if frame < step { zoomed } else { base });
        assert!(bench.read("out.wav") == expected, "{automation}");
    }
    bench.works("render in.wav out.wav --automate loop=0.2:off");
    bench.works("render in.wav plain.wav");
    assert!(bench.read("out.wav") == bench.read("plain.wav"));
}

#[test]
fn steps_do_not_move_the_grid_of_lines() {
    let bench = Bench::new();
    let waves = waves(1, 12_000);
    bench.write("in.wav", 32_000, &waves);
    bench.works(
        "render in.wav out.wav --automate mix=0:100,0.3:0 --automate delta=0:off,0.1001:on,0.2003:off",
    );
    let expected = through_effect(&waves, 32_000, |frame| {
        let seconds = (frame - frame % 32) as f64 / 32_000.0;
        let mix = if seconds < 0.3 { 100.0 + -100.0 * (seconds / 0.3) } else { 0.0 };
        EffectSettings {
            mix: (mix / 100.0) as f32,
            delta: (3203..6410).contains(&frame),
            ..EffectSettings::default()
        }
    });
    assert!(bench.read("out.wav") == expected);
}

#[test]
fn every_control_but_latency_can_be_automated() {
    let bench = Bench::new();
    bench.write("in.wav", RATE, &waves(1, 500));
    let help = bench.works("help render");
    for control in Control::ALL {
        let id = control.spec().id;
        let values = match control.spec().kind {
            Kind::Number(number) => vec![number.min.to_string(), number.max.to_string()],
            Kind::Integer { min, max, .. } => vec![min.to_string(), max.to_string()],
            Kind::Choice { ids, .. } => ids.iter().map(ToString::to_string).collect(),
            Kind::Switch(_) => vec!["on".to_owned(), "off".to_owned()],
        };
        let points: Vec<String> =
            values.iter().enumerate().map(|(i, value)| format!("0.00{i}:{value}")).collect();
        let command = format!("render in.wav out.wav --automate {id}={}", points.join(","));
        if control == Control::Latency {
            let complaint = bench.fails(&command);
            assert!(complaint.contains("\"latency\" cannot be automated"), "{complaint}");
            assert!(complaint.contains("stereo") && complaint.contains("loop_length"));
        } else {
            bench.works(&command);
            fs::remove_file(bench.path("out.wav")).unwrap();
            let words = help.split(|x: char| !x.is_alphanumeric() && x != '_');
            assert!(words.clone().any(|word| word == id), "{id}: {help}");
        }
    }
}

#[test]
fn mistakes_name_what_can_be_written() {
    let bench = Bench::new();
    bench.write("in.wav", RATE, &waves(1, 500));
    for (automation, words) in [
        ("loop=0:maybe", "on, off"),
        ("loop=0", "SECONDS:VALUE"),
        ("loop=1:on,0:off", "rise"),
        ("zoom=0:2", "1, 3, 5, 7, 9, 15"),
        ("zoom=0:1.5", "1, 3, 5, 7, 9, 15"),
        ("flats=0:line", "hold, draw"),
        ("detector=0:peak,x:slope", "seconds"),
        ("stereo=0:", "lr, ms, linked"),
        ("levels=0:4,1:off", "16bits"),
        ("loss=0:81", "0 to 80 %"),
    ] {
        let complaint = bench.fails(&format!("render in.wav out.wav --automate {automation}"));
        assert!(complaint.contains(words), "{automation}: {complaint}");
    }
    let complaint = bench.fails("render in.wav out.wav --loop --automate loop=0:on,1:off");
    assert!(complaint.contains("leave one out"), "{complaint}");
}

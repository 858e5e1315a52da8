//! Any sequence of blocks, settings, resets and latencies: finite output that does not depend on the
//! sizes of the blocks, and is what the records decode to where the settings let it through.

use arbitrary::{Result, Unstructured};
use extrema::codec::{
    Codebook, Decoder, Detector, Encoder, Flats, LevelScale, Levels, LossMode, RecordEvent,
    Settings, Share, StereoMode, Threshold, sanitise_f32, to_f32,
};
use extrema::effect::{Effect, EffectSettings, Latency, PlayedFrames, Tap};

/// In all blocks of a run.
const MAX_FRAMES: usize = 20_000;

/// What a host does.
enum Action {
    Play(Vec<Vec<f32>>),
    Set(EffectSettings),
    Reset,
    SetLatency(Latency),
}

/// Runs the sequence that the bytes stand for.
pub fn run(bytes: &[u8]) {
    let _ = try_run(&mut Unstructured::new(bytes));
}

fn try_run(source: &mut Unstructured<'_>) -> Result<()> {
    let rate = match source.int_in_range(0..=4)? {
        0 => f64::from(source.int_in_range(1..=400_000_u32)?),
        common => [44_100.0, 48_000.0, 96_000.0, 8_000.0][common - 1],
    };
    let channels = source.int_in_range(1..=2)?;
    let latency = latency(source)?;
    let mut actions = Vec::new();
    let mut frames = 0;
    while !source.is_empty() && frames < MAX_FRAMES {
        actions.push(match source.int_in_range(0..=9)? {
            0 => Action::Reset,
            1 => Action::SetLatency(self::latency(source)?),
            2..=3 => Action::Set(settings(source)?),
            4 => Action::Set(textured(source)?),
            _ => {
                let block = block(source, channels)?;
                frames += block[0].len();
                Action::Play(block)
            }
        });
    }

    // From settings that let the codec through.
    let new = || {
        let mut effect = Effect::new(&Codebook::standard(), rate, channels, latency);
        effect.set(EffectSettings::original());
        effect.reset();
        effect
    };
    let as_given = play(&mut new(), &actions, &[usize::MAX]);
    assert!(as_given.iter().flatten().all(|x| x.is_finite() && !x.is_subnormal()));
    let in_parts = play(&mut new(), &actions, &[1, 63, 64, 65, 7, 512, 513]);
    assert_eq!(bits(&as_given), bits(&in_parts));
    check_identity(rate, latency, &actions, &as_given);
    Ok(())
}

/// Plays all blocks, split into parts of these sizes, with a tap that looks at every frame.
fn play(effect: &mut Effect, actions: &[Action], sizes: &[usize]) -> Vec<Vec<f32>> {
    let mut out = vec![Vec::new(); effect.channels()];
    let mut sizes = sizes.iter().copied().cycle();
    for action in actions {
        match action {
            Action::Play(block) => {
                let mut block = block.clone();
                let mut rest: Vec<&mut [f32]> = block.iter_mut().map(Vec::as_mut_slice).collect();
                while !rest[0].is_empty() {
                    let size = sizes.next().unwrap_or(1).min(rest[0].len());
                    let (mut now, later): (Vec<_>, Vec<_>) =
                        rest.into_iter().map(|channel| channel.split_at_mut(size)).unzip();
                    effect.process(&mut now, &mut Look);
                    rest = later;
                }
                out.iter_mut().zip(block).for_each(|(out, block)| out.extend(block));
            }
            Action::Set(settings) => effect.set(*settings),
            Action::Reset => effect.reset(),
            Action::SetLatency(latency) => effect.set_latency(*latency),
        }
    }
    out
}

/// A tap that checks what it is shown.
struct Look;

impl Tap for Look {
    fn frames(&mut self, played: &PlayedFrames<'_>) {
        let finite = |streams: &[&[f64]]| streams.iter().all(|x| x.iter().all(|x| x.is_finite()));
        assert!(finite(played.original) && finite(played.decoded));
        let frames = played.decoded[0].len() as u64;
        for &RecordEvent { stream, position, record, .. } in played.records {
            assert!(usize::from(stream) < played.decoded.len() && record.length() > 0);
            assert!((played.position..played.position + frames).contains(&position));
        }
    }
}

/// Checks the output against an encoder and a decoder, up to the first reset, and as far as no
/// setting stands between them and the output.
fn check_identity(rate: f64, latency: Latency, actions: &[Action], out: &[Vec<f32>]) {
    let latency = latency.samples(rate);
    let first = EffectSettings::original().codec(rate, latency);
    let mut encoder = Encoder::with_latency(&Codebook::standard(), first, rate, out.len(), latency);
    let mut decoder = Decoder::new(&Codebook::standard(), out.len());
    let mut frames = 0;
    for action in actions {
        match action {
            Action::Play(block) => {
                let clean = |x: &f32| f64::from(sanitise_f32(*x));
                let block: Vec<Vec<f64>> =
                    block.iter().map(|channel| channel.iter().map(clean).collect()).collect();
                let block: Vec<&[f64]> = block.iter().map(Vec::as_slice).collect();
                encoder.process(&block, &mut |stream, records| decoder.push(stream, records));
                frames += block[0].len();
            }
            Action::Set(settings) if lets_through(settings) => {
                encoder.set(settings.codec(rate, latency));
                if frames == 0 {
                    encoder.reset();
                }
            }
            _ => break,
        }
    }
    let Some(heard) = frames.checked_sub(latency as usize) else { return };
    let mut decoded = vec![vec![0.0; heard]; out.len()];
    let mut streams: Vec<&mut [f64]> = decoded.iter_mut().map(Vec::as_mut_slice).collect();
    decoder.read(&mut streams, |_| ());
    for (out, decoded) in out.iter().zip(&decoded) {
        let (silence, out) = out[..frames].split_at(latency as usize);
        assert!(silence.iter().all(|x| x.to_bits() == 0));
        let decoded = decoded.iter().map(|x| to_f32(*x).to_bits());
        assert!(out.iter().map(|x| x.to_bits()).eq(decoded));
    }
}

fn lets_through(settings: &EffectSettings) -> bool {
    let &EffectSettings { input_db, mix, output_db, auto_gain, delta, bypass, stereo, .. } =
        settings;
    (input_db, mix, output_db) == (0.0, 1.0, 0.0)
        && !(auto_gain || delta || bypass)
        && stereo != StereoMode::MidSide
}

fn latency(source: &mut Unstructured<'_>) -> Result<Latency> {
    source.choose(&Latency::ALL).copied()
}

/// Settings as hosts and files can have them. Half of them let the codec through.
fn settings(source: &mut Unstructured<'_>) -> Result<EffectSettings> {
    let codec = EffectSettings {
        threshold: Threshold::from_steps(f64::from(source.int_in_range(0..=3000_u16)?) / 2.0),
        points: source.int_in_range(2..=64)?,
        curves: source.int_in_range(1..=255)?,
        detector: *source.choose(&[Detector::Slope, Detector::Peak, Detector::Best])?,
        longest_ms: match source.int_in_range(0..=500_u16)? {
            0 => None,
            tenths => Some(f64::from(tenths) / 10.0),
        },
        stereo: *source.choose(&[
            StereoMode::LeftRight,
            StereoMode::MidSide,
            StereoMode::Linked,
        ])?,
        ..EffectSettings::original()
    };
    if source.arbitrary()? {
        return Ok(codec);
    }
    let gain = |source: &mut Unstructured<'_>| {
        source.int_in_range(-240..=240_i16).map(|tenths| f32::from(tenths) / 10.0)
    };
    Ok(EffectSettings {
        input_db: gain(source)?,
        mix: f32::from(source.int_in_range(0..=100_u8)?) / 100.0,
        output_db: gain(source)?,
        delta: source.arbitrary()?,
        bypass: source.arbitrary()?,
        ..codec
    })
}

/// [`settings`] with everything that is made of the pieces.
fn textured(source: &mut Unstructured<'_>) -> Result<EffectSettings> {
    let share = |source: &mut Unstructured<'_>| {
        source
            .int_in_range(0..=1000_u16)
            .map(|tenths| Share::from_percent(f64::from(tenths) / 10.0))
    };
    Ok(EffectSettings {
        follow: share(source)?,
        flats: *source.choose(&[Flats::Hold, Flats::Draw])?,
        zoom: *source.choose(&Settings::ZOOMS)?,
        edge: share(source)?,
        levels: Levels {
            tenths_of_bits: source.int_in_range(15..=160)?,
            scale: *source.choose(&[LevelScale::Linear, LevelScale::Logarithmic])?,
        },
        loss: share(source)?,
        loss_run: source.int_in_range(Settings::LOSS_RUN)?,
        loss_mode: *source.choose(&[LossMode::Hold, LossMode::Repeat])?,
        looping: source.arbitrary()?,
        loop_length_ms: f64::from(source.int_in_range(50..=5000_u16)?) / 10.0,
        auto_gain: source.arbitrary()?,
        ..settings(source)?
    })
}

/// A block of up to 1000 frames: a wave, or samples of any bits.
fn block(source: &mut Unstructured<'_>, channels: usize) -> Result<Vec<Vec<f32>>> {
    let frames = source.int_in_range(0..=1000)?;
    let period = f32::from(source.int_in_range(1..=400_u16)?);
    let level = f32::from(source.arbitrary::<i16>()?) / 20_000.0;
    let kind = source.int_in_range(0..=4_u8)?;
    (0..channels)
        .map(|channel| {
            (0..frames)
                .map(|frame| {
                    let phase = frame as f32 / period + channel as f32 / 3.0;
                    Ok(match kind {
                        0 => level * (std::f32::consts::TAU * phase).sin(),
                        1 => level * (phase.fract() - 0.5),
                        2 => level * phase.fract().round(),
                        3 => f32::from(source.arbitrary::<i8>()?) / 100.0,
                        _ => f32::from_bits(source.arbitrary()?),
                    })
                })
                .collect()
        })
        .collect()
}

fn bits(channels: &[Vec<f32>]) -> Vec<Vec<u32>> {
    channels.iter().map(|channel| channel.iter().map(|x| x.to_bits()).collect()).collect()
}

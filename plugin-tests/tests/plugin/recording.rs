//! Recordings decode to what was heard, to the bit, wherever they begin and end and whatever happens
//! meanwhile. The plugin is called directly, since no host can start a recording; allocations in its
//! `process` abort as in a host.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use extrema::codec::{Codebook, Decoder, Record, StereoMode, Threshold, to_f32};
use extrema::container::{Header, Reader};
use extrema::effect::{Effect, EffectSettings, Latency};
use extrema::params::ExtremaParams;
use extrema::params::codebook::ChosenCodebook;
use extrema::plugin::Extrema;
use extrema::recorder::{
    CAPACITY, FOLDER_VARIABLE, Recorder, RecorderStatus, RecorderTap, recorder, size, time,
};

use crate::codebooks::{Host, activate, play};
use crate::sound::bits;

const RATE: f64 = 44_100.0;

/// A folder that is removed when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("extrema-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    /// Its files: each recording's in their order.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.0).into_iter().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The codec with a recorder, played in blocks of changing size.
struct Deck {
    params: Arc<ExtremaParams>,
    effect: Effect,
    tap: RecorderTap,
    recorder: Arc<Recorder>,
    settings: EffectSettings,
    /// A second of input, which is played over and over.
    source: Vec<Vec<f32>>,
    /// What was played, but for the latency at the start of a stream.
    heard: Vec<Vec<f32>>,
}

impl Deck {
    fn new(folder: &Folder, channels: usize) -> Self {
        Self::with_capacity(&folder.0, channels, CAPACITY)
    }

    fn with_capacity(folder: &Path, channels: usize, capacity: usize) -> Self {
        let params = Arc::new(ExtremaParams::default());
        let (recorder, tap) = recorder(params.clone(), Some(folder.to_owned()), capacity);
        let effect = Effect::new(&Codebook::standard(), RATE, channels, Latency::Full);
        let settings = EffectSettings::default();
        let mut deck =
            Self { params, effect, tap, recorder, settings, source: Vec::new(), heard: Vec::new() };
        deck.activate(RATE, channels);
        deck
    }

    /// Starts a new stream of another kind, as when the host changes the rate.
    fn activate(&mut self, rate: f64, channels: usize) {
        self.activate_with(&Codebook::standard(), rate, channels);
    }

    /// [`Self::activate`] with a codebook, as when the session names another.
    fn activate_with(&mut self, codebook: &Arc<Codebook>, rate: f64, channels: usize) {
        self.effect = Effect::new(codebook, rate, channels, Latency::Full);
        self.effect.set(self.settings);
        self.params.codebook.choose(ChosenCodebook::own(codebook.clone(), "Mine"));
        assert!(self.effect.set_codebook(codebook, self.params.codebook.number()));
        self.tap.activate(rate, channels as u8);
        self.source = (0..channels).map(|channel| signal(rate, channel)).collect();
        self.heard = vec![Vec::new(); channels];
    }

    fn set(&mut self, change: impl Fn(&mut EffectSettings)) {
        change(&mut self.settings);
        self.effect.set(self.settings);
    }

    /// Plays the next frames of a signal that goes on forever.
    fn play(&mut self, frames: usize, block: usize) {
        let mut left = frames;
        while left > 0 {
            let from = self.heard[0].len() % self.source[0].len();
            let count = block.min(left).min(self.source[0].len() - from);
            let mut input = part(&self.source, from, from + count);
            let mut slices: Vec<&mut [f32]> = input.iter_mut().map(Vec::as_mut_slice).collect();
            nice_assert_no_alloc::assert_no_alloc(|| {
                self.tap.begin_block(&self.effect);
                self.effect.process(&mut slices, &mut (&mut self.tap, &mut ()));
            });
            for (heard, input) in self.heard.iter_mut().zip(input) {
                heard.extend(input);
            }
            left -= count;
        }
    }

    fn start(&self) {
        self.recorder.start("Soft sand");
        assert!(matches!(self.recorder.status(), RecorderStatus::Recording { .. }));
    }

    /// Stops, lets the audio thread notice, and returns what became of the recording.
    fn stop(&mut self) -> RecorderStatus {
        self.recorder.stop();
        self.play(1, 1);
        outcome(&self.recorder)
    }

    /// Stops, and checks that all is saved.
    fn save(&mut self, folder: &Folder) -> Vec<PathBuf> {
        let status = self.stop();
        let RecorderStatus::Saved { path, bytes, files, .. } = status else { panic!("{status:?}") };
        let all = folder.files();
        assert_eq!((all.len(), all.last()), (files as usize, Some(&path)));
        assert_eq!(bytes, all.iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>());
        all
    }

    /// The frames that were heard, from one position in the stream of records to another.
    fn heard(&self, from: usize, to: usize) -> Vec<Vec<f32>> {
        let latency = self.effect.latency() as usize;
        part(&self.heard, latency + from, latency + to)
    }
}

/// The status of a recorder once its recording is over.
fn outcome(recorder: &Recorder) -> RecorderStatus {
    let start = Instant::now();
    loop {
        match recorder.status() {
            RecorderStatus::Recording { .. } | RecorderStatus::Saving { .. } => (),
            status => return status,
        }
        assert!(start.elapsed() < Duration::from_secs(30), "the recording does not end");
        thread::sleep(Duration::from_millis(1));
    }
}

/// A second of a tone that rises and falls, with noise in it.
fn signal(rate: f64, channel: usize) -> Vec<f32> {
    let frequency = [93.0, 141.0][channel];
    (0..rate as usize)
        .map(|i| {
            let turn = i as f64 / rate * std::f64::consts::TAU;
            let hiss = ((i * 7919 + channel * 104_729) % 1013) as f64 / 1013.0 - 0.5;
            let swell = 0.5 - 0.5 * (turn * 2.0).cos();
            (swell * (0.6 * (turn * frequency).sin() + 0.05 * hiss)) as f32
        })
        .collect()
}

/// Decodes a file as `docs/FORMAT.md` says. Returns what it states, and its channels.
fn decode(path: &Path) -> (Header, Vec<Vec<f32>>) {
    let (header, streams, frames) = read(path);
    (header.clone(), decode_records(&header, &streams, frames.expect("the file has no end")))
}

/// A file's header, its records by stream, and its length if it has an end.
fn read(path: &Path) -> (Header, Vec<Vec<Record>>, Option<u64>) {
    let bytes = fs::read(path).unwrap();
    let mut reader = Reader::new(&bytes[..]).unwrap();
    let mut streams = vec![Vec::new(); reader.header().channels.into()];
    while let Some((stream, records)) = reader.read().unwrap() {
        streams[stream].extend_from_slice(records);
    }
    (reader.header().clone(), streams, reader.totals().map(|totals| totals.frames))
}

fn decode_records(header: &Header, streams: &[Vec<Record>], frames: u64) -> Vec<Vec<f32>> {
    let mut decoder = Decoder::new(&header.codebook, streams.len());
    for (number, records) in streams.iter().enumerate() {
        decoder.push(number, records);
    }
    let lead_in = header.lead_in.unwrap() as usize;
    let mut samples = vec![vec![0.0; lead_in + frames as usize]; streams.len()];
    assert!(decoder.available() >= samples[0].len());
    let mut slices: Vec<&mut [f64]> = samples.iter_mut().map(Vec::as_mut_slice).collect();
    decoder.read(&mut slices, |_| ());
    if let [first, second] = &mut samples[..] {
        for (a, b) in first.iter_mut().zip(second) {
            [*a, *b] = header.settings.stereo.to_channels([*a, *b]);
        }
    }
    let heard = |stream: &Vec<f64>| stream[lead_in..].iter().map(|x| to_f32(*x)).collect();
    samples.iter().map(heard).collect()
}

/// The channels from one frame to another.
fn part(channels: &[Vec<f32>], from: usize, to: usize) -> Vec<Vec<f32>> {
    channels.iter().map(|channel| channel[from..to].to_vec()).collect()
}

#[test]
fn a_recording_decodes_to_what_was_heard_between_any_two_frames() {
    for mode in [StereoMode::LeftRight, StereoMode::MidSide, StereoMode::Linked] {
        for (start, end, block) in
            [(12_345, 30_001, 64), (40_000, 40_001, 1), (44_444, 51_003, 777)]
        {
            let folder = Folder::new("any");
            let mut deck = Deck::new(&folder, 2);
            deck.set(|settings| settings.stereo = mode);
            deck.play(start, 512);
            deck.start();
            deck.play(end - start, block);
            let files = deck.save(&folder);
            let (header, decoded) = decode(&files[0]);
            assert_eq!(header.settings.stereo, mode);
            assert_eq!((files.len(), header.sample_rate, header.channels), (1, 44_100, 2));
            let heard = part(&deck.heard, start, end);
            assert!(heard[0].iter().any(|x| *x != 0.0), "nothing was heard");
            assert_eq!(decoded[0].len(), end - start, "{mode:?} from {start}");
            assert!(bits(&decoded) == bits(&heard), "{mode:?} from {start}");
        }
    }
}

#[test]
fn mono_and_settings_in_motion_decode_to_what_was_heard() {
    let folder = Folder::new("motion");
    let mut deck = Deck::new(&folder, 1);
    deck.play(10_007, 100);
    deck.start();
    for step in 0..60 {
        deck.set(|settings| {
            settings.threshold = Threshold::from_dbfs(-60.0 + f64::from(step));
            settings.zoom = [1, 3, 9][step as usize % 3];
            settings.looping = step % 7 == 3;
            settings.input_db = step as f32 / 10.0;
        });
        deck.play(611, 97);
    }
    let files = deck.save(&folder);
    let (header, decoded) = decode(&files[0]);
    assert_eq!((files.len(), header.channels, header.channel_mask), (1, 1, 0b100));
    assert!(bits(&decoded) == bits(&part(&deck.heard, 10_007, 10_007 + 60 * 611)));
}

#[test]
fn a_recording_carries_a_codebook_that_is_not_built_in() {
    let folder = Folder::new("codebook");
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    let own = Codebook::own(&rows);
    let mut deck = Deck::new(&folder, 2);
    deck.activate_with(&own, RATE, 2);
    deck.play(9_000, 64);
    deck.start();
    deck.play(8_000, 64);
    let files = deck.save(&folder);
    let (header, decoded) = decode(&files[0]);
    assert_eq!((files.len(), &header.codebook), (1, &own));
    let heard = part(&deck.heard, 9_000, 17_000);
    assert!(heard[0].iter().any(|x| *x != 0.0), "nothing was heard");
    assert!(bits(&decoded) == bits(&heard));
}

#[test]
fn a_recording_goes_on_in_another_file_where_the_stereo_mode_changes() {
    let folder = Folder::new("modes");
    let mut deck = Deck::new(&folder, 2);
    let modes = [
        StereoMode::LeftRight,
        StereoMode::MidSide,
        StereoMode::Linked,
        // Its records stay open over this change.
        StereoMode::LeftRight,
    ];
    deck.play(9_000, 64);
    deck.start();
    for mode in modes {
        deck.set(|settings| settings.stereo = mode);
        deck.play(7_001, 64);
    }
    let files = deck.save(&folder);
    let numbers = ["sand.extrema", "sand 2.extrema", "sand 3.extrema", "sand 4.extrema"];
    assert_eq!(files.len(), numbers.len());
    let mut whole = vec![Vec::new(); 2];
    for ((file, number), mode) in files.iter().zip(numbers).zip(modes) {
        assert!(file.to_str().unwrap().ends_with(number), "{}", file.display());
        let (header, decoded) = decode(file);
        assert_eq!(header.settings.stereo, mode);
        for (whole, decoded) in whole.iter_mut().zip(decoded) {
            whole.extend(decoded);
        }
    }
    assert!(bits(&whole) == bits(&part(&deck.heard, 9_000, 9_000 + 4 * 7_001)));
}

#[test]
fn a_recording_goes_on_in_another_file_where_the_codebook_changes() {
    let mut rows = *Codebook::standard().curves().rows();
    rows[2..].reverse();
    let own = Codebook::own(&rows);
    let folder = Folder::new("codebooks");
    let mut deck = Deck::new(&folder, 2);
    deck.play(9_000, 64);
    deck.start();
    let chosen = [ChosenCodebook::own(own.clone(), "Mine"), ChosenCodebook::standard()];
    for chosen in chosen {
        deck.play(7_001, 64);
        deck.params.codebook.choose(chosen);
        let (number, codebook) = deck.params.codebook.current();
        nice_assert_no_alloc::assert_no_alloc(|| {
            assert!(deck.effect.set_codebook(&codebook, number));
        });
    }
    deck.play(7_001, 64);
    let files = deck.save(&folder);
    let latency = deck.effect.latency() as usize;
    let mut from = 9_000;
    let codebooks = [Codebook::standard(), own, Codebook::standard()];
    let lengths = [7_001 + latency, 7_001, 7_001 - latency];
    assert_eq!(files.len(), codebooks.len());
    for ((file, codebook), length) in files.iter().zip(&codebooks).zip(lengths) {
        let (header, decoded) = decode(file);
        assert_eq!(decoded[0].len(), length);
        assert_eq!(&header.codebook, codebook);
        assert!(bits(&decoded) == bits(&part(&deck.heard, from, from + length)), "from {from}");
        from += length;
    }
}

#[test]
fn a_recording_goes_on_in_another_file_where_a_stream_rate_or_layout_begins() {
    let folder = Folder::new("streams");
    let mut deck = Deck::new(&folder, 2);
    deck.start();
    let mut expected = Vec::new();
    for (rate, channels) in [(RATE, 2), (RATE, 2), (192_000.0, 2), (48_000.0, 1)] {
        deck.activate(rate, channels);
        deck.play(20_000, 333);
        let played = 20_000 - deck.effect.latency() as usize;
        expected.push((rate as u32, deck.heard(0, played)));
    }
    // The last one goes on for a frame, in which the audio thread learns of the end.
    let files = deck.save(&folder);
    assert_eq!(files.len(), expected.len());
    for (file, (rate, heard)) in files.iter().zip(expected) {
        let (header, decoded) = decode(file);
        assert_eq!((header.sample_rate, usize::from(header.channels)), (rate, heard.len()));
        assert!(bits(&decoded) == bits(&heard), "{}", file.display());
    }
}

#[test]
fn five_seconds_at_192_khz_in_blocks_of_64_are_recorded_without_a_gap() {
    let folder = Folder::new("long");
    let mut deck = Deck::new(&folder, 2);
    deck.activate(192_000.0, 2);
    deck.play(100_000, 64);
    deck.start();
    deck.play(960_000, 64);
    let files = deck.save(&folder);
    let (_, decoded) = decode(&files[0]);
    assert!(files.len() == 1 && bits(&decoded) == bits(&part(&deck.heard, 100_000, 1_060_000)));
}

#[test]
fn a_ring_that_is_full_ends_the_recording_at_a_whole_instant_and_says_so() {
    let folder = Folder::new("full");
    // Room for a few runs of 64 frames with all their records, which are played faster than anything
    // can be written.
    let mut deck = Deck::with_capacity(&folder.0, 2, 200);
    deck.set(|settings| settings.threshold = Threshold::from_steps(0.0));
    deck.play(9_000, 64);
    deck.start();
    deck.play(200_000, 4096);
    let RecorderStatus::Failed { reason } = deck.stop() else { panic!("no ring was full") };
    let files = folder.files();
    assert!(
        reason.starts_with("The disk was too slow, so the recording ended after 0:0"),
        "{reason}"
    );
    assert!(reason.contains(files[0].to_str().unwrap()), "{reason}");
    let (_, decoded) = decode(&files[0]);
    let frames = decoded[0].len();
    assert!(frames > 0 && frames < 200_000, "{frames}");
    assert!(bits(&decoded) == bits(&part(&deck.heard, 9_000, 9_000 + frames)));
    // It can be used again.
    deck.start();
    deck.play(10, 1);
    assert!(matches!(deck.stop(), RecorderStatus::Saved { .. }));
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_what_to_do() {
    let folder = Folder::new("no-folder");
    fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let deck = Deck::with_capacity(&path, 2, CAPACITY);
        deck.recorder.start("Soft sand");
        // At once, whether or not the host plays.
        let RecorderStatus::Failed { reason } = outcome(&deck.recorder) else {
            panic!("{}", path.display())
        };
        assert!(
            reason.starts_with(&format!("The folder {} cannot be made: ", path.display())),
            "{reason}"
        );
        assert!(reason.ends_with("in the environment variable EXTREMA_RECORDINGS."), "{reason}");
        assert!(!reason.contains("os error"), "{reason}");
    }
}

#[test]
fn files_are_named_after_date_and_preset_and_never_replaced() {
    let folder = Folder::new("names");
    let mut deck = Deck::new(&folder, 1);
    let long = "ä".repeat(500);
    let names = [
        ("Soft sand", "Soft sand"),
        ("A/B: what?", "A%2FB%3A what%3F"),
        ("  ", ""),
        ("..", "%2E%2E"),
        (&long, &long[..120]),
    ];
    for (name, expected) in names {
        deck.recorder.start(name);
        deck.play(3_000, 64);
        let RecorderStatus::Saved { path, .. } = deck.stop() else { panic!("{name:?}") };
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let (date, rest) = stem.split_at(19);
        let is_date = date
            .chars()
            .zip("2026-11-27 18.30.12".chars())
            .all(|(a, b)| a == b || a.is_ascii_digit() && b.is_ascii_digit());
        assert!(is_date, "{stem:?}");
        assert_eq!(rest.trim_start(), expected);
    }
    // All within a second, or there are no two of the same name.
    for _ in 0..3 {
        deck.start();
        deck.play(3_000, 64);
        deck.stop();
    }
    assert_eq!(folder.files().len(), names.len() + 3);
}

#[test]
fn a_host_that_plays_nothing_is_named_however_often_it_is_tried() {
    let folder = Folder::new("silent-host");
    let mut deck = Deck::new(&folder, 2);
    for _ in 0..20 {
        deck.recorder.start("Soft sand");
        deck.recorder.stop();
        let RecorderStatus::Failed { reason } = outcome(&deck.recorder) else { panic!() };
        assert!(
            reason.starts_with("Nothing was recorded: the host has played nothing"),
            "{reason}"
        );
    }
    assert!(folder.files().is_empty());
    // It plays at last.
    deck.play(5_000, 64);
    deck.start();
    deck.play(5_000, 64);
    deck.save(&folder);
}

#[test]
fn removing_the_plugin_completes_the_recording() {
    let folder = Folder::new("removed");
    let mut deck = Deck::new(&folder, 2);
    deck.play(8_000, 64);
    deck.start();
    deck.play(50_000, 64);
    let heard = part(&deck.heard, 8_000, 58_000);
    // Nobody stops, and the effect plays no more.
    drop(deck);
    let (_, decoded) = decode(&folder.files()[0]);
    assert!(bits(&decoded) == bits(&heard));
}

#[test]
fn the_plugin_records_what_it_plays() {
    run_alone("plugin", "the_plugin_itself", |folder| {
        let files = folder.files();
        assert_eq!(files.len(), 1);
        assert!(decode(&files[0]).1[0].len() > 10_000);
    });
}

#[test]
#[ignore = "run by the test above, with an environment"]
fn the_plugin_itself() {
    let mut plugin = Extrema::default();
    let mut host = Host::default();
    activate(&mut plugin, &mut host);
    assert_eq!(plugin.recorder().status(), RecorderStatus::Idle);
    play(&mut plugin, &mut host);
    plugin.recorder().start("Default");
    let heard = play(&mut plugin, &mut host);
    let folder = plugin.recorder().folder().unwrap();
    plugin.recorder().stop();
    let RecorderStatus::Saved { path, .. } = outcome(plugin.recorder()) else { panic!() };
    assert_eq!(path.parent(), Some(&*folder));
    assert!(bits(&decode(&path).1) == bits(&heard));
}

#[test]
fn what_a_crash_leaves_is_all_but_the_last_second() {
    run_alone("crash", "a_crash", |folder| {
        let files = folder.files();
        let (header, streams, end) = read(&files[0]);
        assert_eq!((files.len(), end), (1, None), "the file looks complete");
        let length = |records: &Vec<Record>| records.iter().map(|x| u64::from(x.length())).sum();
        let shortest: u64 = streams.iter().map(length).min().unwrap();
        let frames = shortest - u64::from(header.lead_in.unwrap());
        assert!(frames >= 44_100, "{frames} frames are left");
        let decoded = decode_records(&header, &streams, frames);
        let mut deck = Deck::new(&Folder::new("again"), 2);
        deck.set(|settings| settings.stereo = StereoMode::MidSide);
        deck.play(8_000 + frames as usize, 64);
        assert!(bits(&decoded) == bits(&part(&deck.heard, 8_000, 8_000 + frames as usize)));
    });
}

#[test]
#[ignore = "run by the test above, with an environment"]
fn a_crash() {
    let folder = Folder(std::env::var_os(FOLDER_VARIABLE).unwrap().into());
    let mut deck = Deck::new(&folder, 2);
    // With silence in one stream, which has a single hold.
    deck.set(|settings| settings.stereo = StereoMode::MidSide);
    deck.play(8_000, 64);
    deck.start();
    deck.play(44_100, 64);
    // What has been played is written within a second.
    thread::sleep(Duration::from_millis(1_500));
    deck.play(3_000, 64);
    std::process::abort();
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_named_and_what_there_is_can_be_read() {
    run_alone("limit", "a_full_disk", |folder| {
        let (header, streams, end) = read(&folder.files()[0]);
        assert_eq!(end, None);
        assert!(streams[0].len() > 4_000 && header.lead_in.is_some());
    });
}

#[cfg(unix)]
#[test]
#[ignore = "run by the test above, with an environment"]
fn a_full_disk() {
    let folder = Folder(std::env::var_os(FOLDER_VARIABLE).unwrap().into());
    let mut deck = Deck::new(&folder, 2);
    // SAFETY: both only set what the system does with files that become too large.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        let limit = libc::rlimit { rlim_cur: 100_000, rlim_max: 100_000 };
        assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &limit), 0);
    }
    deck.set(|settings| settings.threshold = Threshold::from_dbfs(-90.0));
    deck.start();
    deck.play(400_000, 64);
    let RecorderStatus::Failed { reason } = deck.stop() else { panic!("all was written") };
    assert!(reason.starts_with("The recording ended after 0:0"), "{reason}");
    assert!(reason.contains("file too large. `extrema decode --salvage` reads"), "{reason}");
    assert!(reason.ends_with("Check the disk, then record again."), "{reason}");
    std::mem::forget(folder);
}

/// Runs an ignored test in its own process, with a folder for its recordings, which `check` then looks at.
fn run_alone(folder: &str, name: &str, check: impl Fn(&Folder)) {
    let folder = Folder::new(folder);
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", &format!("recording::{name}"), "--ignored"]);
    let output = test.env(FOLDER_VARIABLE, &folder.0).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let has_crashed = output.status.code().is_none();
    assert!(text.contains("1 passed") || has_crashed && name == "a_crash", "{text}");
    check(&folder);
}

#[test]
fn times_and_sizes_are_short() {
    let times = [(0.0, "0:00.0"), (12.49, "0:12.4"), (59.99, "0:59.9"), (725.0, "12:05.0")];
    for (seconds, text) in times.into_iter().chain([(3_661.25, "1:01:01.2"), (-1.0, "0:00.0")]) {
        assert_eq!(time(seconds), text);
    }
    let sizes = [(0, "0 bytes"), (999, "999 bytes"), (1_499, "1 kB"), (1_234_567, "1.2 MB")];
    for (bytes, text) in sizes.into_iter().chain([(2_500_000_000, "2.5 GB")]) {
        assert_eq!(size(bytes), text);
    }
}

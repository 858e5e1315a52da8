//! Many inputs at once: folders, names of outputs, failures among them, threads.

use std::fs;

use super::{Bench, waves};

impl Bench {
    fn make(&self, folder: &str) {
        fs::create_dir_all(self.path(folder)).unwrap();
    }

    /// The files below a folder, and the empty folders, by their paths within it.
    fn list(&self, folder: &str) -> Vec<String> {
        let folder = self.path(folder);
        let contents = self.contents().into_iter();
        let paths = contents.map(|(path, _)| path).filter(|path| {
            let is_empty_folder = path.is_dir() && fs::read_dir(path).unwrap().next().is_none();
            path.starts_with(&folder) && *path != folder && (path.is_file() || is_empty_folder)
        });
        paths
            .map(|path| path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/"))
            .collect()
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }
}

/// A folder with sub-folders, audio and other files.
fn music() -> Bench {
    let bench = Bench::new();
    bench.make("music/slow/deep");
    bench.make("music/.hidden");
    bench.make("music/empty");
    for (number, name) in [
        "music/a.wav",
        "music/slow/a.wav",
        "music/slow/deep/B.WAV",
        "music/slow/v1.2.wav",
        "music/.hidden/h.wav",
        "music/.a.wav",
    ]
    .iter()
    .enumerate()
    {
        bench.write(name, 44_100, &waves(1 + number % 2, 500 + 100 * number));
    }
    fs::write(bench.path("music/slow/cover.jpg"), "a picture").unwrap();
    fs::write(bench.path("music/list.txt"), "a list").unwrap();
    bench
}

#[test]
fn a_folder_stands_for_its_files_and_keeps_its_sub_folders() {
    let bench = music();
    bench.works("encode music -o coded");
    let coded = ["a.extrema", "slow/a.extrema", "slow/deep/B.extrema", "slow/v1.2.extrema"];
    assert_eq!(bench.list("coded"), coded);
    bench.works("decode coded -o decoded/new --bits 16");
    let decoded = ["a.wav", "slow/a.wav", "slow/deep/B.wav", "slow/v1.2.wav"];
    assert_eq!(bench.list("decoded/new"), decoded);
    for name in ["a", "slow/a", "slow/v1.2"] {
        bench.works(&format!("encode music/{name}.wav one.extrema"));
        assert!(bench.bytes("one.extrema") == bench.bytes(&format!("coded/{name}.extrema")));
        bench.works("decode one.extrema one.wav --bits 16");
        assert!(bench.bytes("one.wav") == bench.bytes(&format!("decoded/new/{name}.wav")));
    }
    let summary = bench.works("inspect coded");
    assert_eq!(summary.lines().filter(|line| line.starts_with("file ")).count(), 4);
    // Files may be named among folders, and one that is found twice is done once.
    bench.works("encode music/slow/a.wav music/slow music/a.wav -o some");
    let some = ["a-2.extrema", "a.extrema", "deep/B.extrema", "v1.2.extrema"];
    assert_eq!(bench.list("some"), some);
    assert!(bench.bytes("some/a.extrema") == bench.bytes("coded/slow/a.extrema"));
    assert!(bench.bytes("some/a-2.extrema") == bench.bytes("coded/a.extrema"));
}

#[test]
fn no_two_inputs_become_one_output() {
    let bench = Bench::new();
    for folder in ["x", "y", "z"] {
        bench.make(folder);
    }
    let names = ["x/song.wav", "x/song.aiff.wav", "y/song.wav", "x/song-2.wav", "z/SONG.wav"];
    for (number, name) in names.iter().enumerate() {
        bench.write(name, 44_100, &waves(1, 100 + number));
    }
    fs::copy(bench.path("x/song.wav"), bench.path("x/song.wave")).unwrap();
    let output = bench.run("encode x/song.wav y/song.wav z/SONG.wav x -o out");
    assert!(output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("note: y/song.wav becomes"), "{words}");
    let written = [
        "SONG-4.extrema",
        "song-2.extrema",
        "song-3.extrema",
        "song-5.extrema",
        "song.aiff.extrema",
        "song.extrema",
    ];
    assert_eq!(bench.list("out"), written);
    for (input, output) in [
        ("x/song.wav", "song"),
        ("y/song.wav", "song-3"),
        ("z/SONG.wav", "SONG-4"),
        // It has that name by itself, though others were named before it.
        ("x/song-2.wav", "song-2"),
        ("x/song.wave", "song-5"),
    ] {
        bench.works(&format!("encode {input} one.extrema"));
        let output = bench.bytes(&format!("out/{output}.extrema"));
        assert!(bench.bytes("one.extrema") == output, "{input}");
    }
    // An input is not overwritten, even where its name is an output's.
    fs::copy(bench.path("out/song.extrema"), bench.path("out/odd.wav")).unwrap();
    bench.works("decode out/odd.wav -o out");
    assert!(bench.bytes("out/odd.wav") == bench.bytes("out/song.extrema"));
    assert!(bench.path("out/odd-2.wav").exists());
}

#[test]
fn what_fails_is_named_and_the_rest_is_done() {
    let bench = music();
    fs::write(bench.path("music/slow/broken.wav"), "RIFF\0\0\0\0WAVE").unwrap();
    bench.make("music/worse");
    let whole = bench.bytes("music/a.wav");
    fs::write(bench.path("music/worse/short.wav"), &whole[..whole.len() - 9]).unwrap();
    let output = bench.run("encode music missing.wav -o coded");
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    for name in ["broken.wav", "short.wav", "missing.wav"] {
        let lines = words.lines().filter(|line| line.contains(name)).count();
        assert_eq!(lines, 1, "{words}");
    }
    assert_eq!(words.lines().count(), 3, "{words}");
    // Nothing of those, not even their folders.
    let coded = ["a.extrema", "slow/a.extrema", "slow/deep/B.extrema", "slow/v1.2.extrema"];
    assert_eq!(bench.list("coded"), coded);

    let whole = bench.bytes("coded/a.extrema");
    fs::write(bench.path("coded/cut.extrema"), &whole[..whole.len() - 9]).unwrap();
    let output = bench.run("decode coded -o out");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cut.extrema is cut short"));
    assert_eq!(bench.list("out").len(), 4);
    let output = bench.run("decode coded -o out --salvage");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(bench.list("out").len(), 5);

    fs::write(bench.path("coded/bad.extrema"), "EXTREMA").unwrap();
    let output = bench.run("inspect coded");
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stdout).unwrap();
    assert_eq!(words.lines().filter(|line| line.starts_with("file ")).count(), 5);
    assert!(String::from_utf8(output.stderr).unwrap().contains("bad.extrema"));
}

#[test]
fn the_number_of_threads_changes_nothing_but_the_time() {
    let bench = Bench::new();
    bench.make("in");
    // A search is slow in debug builds.
    for (options, growth) in
        [("", 25_000), ("--detector peak", 5_000), ("--effort fast --lambda 3e7", 200)]
    {
        for number in 0..5 {
            let waves = waves(1 + number % 3, 3000 + growth * number);
            bench.write(&format!("in/{number}.wav"), 44_100, &waves);
        }
        let mut all = Vec::new();
        for threads in [1, 2, 8] {
            bench.works(&format!("encode in -o out --threads {threads} {options}"));
            bench.works(&format!("decode out -o out --threads {threads}"));
            let names = bench.list("out");
            assert_eq!(names.len(), 10);
            let files = names.iter().map(|name| bench.bytes(&format!("out/{name}")));
            all.push(files.collect::<Vec<_>>());
            fs::remove_dir_all(bench.path("out")).unwrap();
        }
        assert!(all.iter().all(|files| *files == all[0]), "{options}");
        // Alone, a file has all threads to itself.
        bench.works(&format!("encode in/4.wav one.extrema --threads 4 {options}"));
        assert!(bench.bytes("one.extrema") == all[0][8], "{options}");
        bench.works("decode one.extrema one.wav --threads 4");
        assert!(bench.bytes("one.wav") == all[0][9], "{options}");
    }
}

#[test]
fn raw_streams_are_encoded_and_decoded_in_folders() {
    let bench = music();
    fs::remove_file(bench.path("music/slow/a.wav")).unwrap();
    bench.works("encode music -o raw --raw --channel 1");
    assert_eq!(bench.list("raw"), ["a.raw", "slow/deep/B.raw", "slow/v1.2.raw"]);
    bench.works("decode raw -o wav --raw");
    assert_eq!(bench.list("wav"), ["a.wav", "slow/deep/B.wav", "slow/v1.2.wav"]);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let bench = music();
    bench.write("in.wav", 44_100, &waves(1, 100));
    bench.make("nothing");
    for (command, words) in [
        ("encode music out", "-o DIR"),
        ("encode music/a.wav in.wav out", "-o DIR"),
        ("encode - -o out", "standard input"),
        ("encode nothing -o out", "no audio files in nothing"),
        ("decode music -o out", "no .extrema files in music"),
        ("inspect nothing", "no .extrema files in nothing"),
        ("encode in.wav -o in.wav", "cannot make the folder in.wav"),
        ("encode in.wav -o in.wav/out", "cannot make the folder in.wav/out"),
        ("encode in.wav out --threads 0", "1 to 1024"),
        ("inspect in.wav in.wav --original in.wav", "one file"),
        ("inspect music --records", "one file"),
    ] {
        let message = bench.fails(command);
        assert!(message.contains(words), "{command}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let bench = music();
    symlink("../slow", bench.path("music/empty/linked")).unwrap();
    symlink("gone.jpg", bench.path("music/dead.jpg")).unwrap();
    bench.works("encode music -o coded");
    // A file that is found twice is done once.
    let coded = ["a.extrema", "empty/linked/a.extrema", "empty/linked/deep/B.extrema"];
    assert_eq!(bench.list("coded")[..3], coded);
    assert_eq!(bench.list("coded").len(), 4);
    symlink("..", bench.path("music/slow/up")).unwrap();
    let output = bench.run("encode music -o again");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("it is a link to"));
    assert_eq!(bench.list("again").len(), 4);
}

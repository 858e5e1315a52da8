//! Pipes, devices and standard streams as inputs and outputs.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::Stdio;

use extrema::codec::Record;
use extrema::container::raw::RawWriter;

use super::{Bench, waves};

impl Bench {
    /// Runs a command that must succeed with a file as its standard input; returns its output.
    fn piped(&self, command: &str, input: &str) -> Vec<u8> {
        let mut child = self
            .command(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = fs::read(self.path(input)).unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let feeding = std::thread::spawn(move || {
            stdin.write_all(&input).unwrap();
        });
        let output = child.wait_with_output().unwrap();
        feeding.join().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {complaint}");
        output.stdout
    }
}

#[test]
fn a_dash_is_standard_input_or_output() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 30_000));
    bench.works("encode in.wav a.extrema");
    bench.works("encode in.wav a.raw --raw --channel 1");
    bench.works("decode a.extrema decoded.wav --bits 16");
    bench.works("decode a.raw raw.wav --raw");
    bench.works("render in.wav wet.wav");
    for (command, input, expected) in [
        ("encode - -", "in.wav", "a.extrema"),
        ("encode - - --raw --channel 1", "in.wav", "a.raw"),
        ("decode - - --bits 16", "a.extrema", "decoded.wav"),
        ("decode - - --raw", "a.raw", "raw.wav"),
        ("render - -", "in.wav", "wet.wav"),
    ] {
        let expected = fs::read(bench.path(expected)).unwrap();
        assert!(bench.piped(command, input) == expected, "{command}");
        bench.piped(&command.replace("- -", "- out"), input);
        assert!(fs::read(bench.path("out")).unwrap() == expected, "{command}");
        let named = command.replace("- -", &format!("{input} -"));
        assert!(bench.run(&named).stdout == expected, "{named}");
    }
    let expected = bench.works("inspect a.extrema --original in.wav");
    let piped = bench.piped("inspect - --original in.wav", "a.extrema");
    let expected = expected.replace("a.extrema", "-");
    assert_eq!(String::from_utf8(piped).unwrap(), expected);
    let piped = bench.piped("inspect a.extrema --original -", "in.wav");
    assert_eq!(String::from_utf8(piped).unwrap().replace("a.extrema", "-"), expected);
}

#[cfg(unix)]
#[test]
fn devices_are_written_to_and_not_replaced() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 30_000));
    bench.works("encode in.wav a.extrema");
    bench.works("decode a.extrema decoded.wav");
    let expected = fs::read(bench.path("decoded.wav")).unwrap();
    bench.works("decode a.extrema /dev/null");
    bench.works("encode in.wav /dev/null");
    bench.works("render in.wav /dev/null");
    assert!(fs::read("/dev/null").unwrap().is_empty());
    assert!(bench.run("decode a.extrema /dev/stdout").stdout == expected);

    // What a shell has written to standard output before stays, and what it writes after follows.
    let mut out = File::create(bench.path("out")).unwrap();
    out.write_all(b"before").unwrap();
    let stdout = out.try_clone().unwrap();
    let status = bench.command("decode a.extrema /dev/stdout").stdout(stdout).status().unwrap();
    assert!(status.success());
    out.write_all(b"after").unwrap();
    let written = fs::read(bench.path("out")).unwrap();
    assert!(written == [b"before", &expected[..], b"after"].concat());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 30_000));
    bench.works("encode in.wav a.extrema");
    for command in
        ["encode in.wav /dev/full", "decode a.extrema /dev/full", "render in.wav /dev/full"]
    {
        let words = bench.fails(command);
        assert!(words.contains("/dev/full") && words.contains("the disk is full"), "{words}");
    }
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for command in [
        "decode a.extrema -",
        "encode in.wav -",
        "render in.wav -",
        "inspect a.extrema",
        "inspect a.extrema --records",
        "curves --csv",
        "--help",
        "--version",
    ] {
        let output = bench.command(command).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command}");
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.contains("cannot write"), "{command}: {words}");
        assert!(words.contains("the disk is full"), "{command}: {words}");
    }
}

/// As in `extrema … | head`.
#[test]
fn a_reader_that_has_enough_is_no_error() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 100_000));
    bench.works("encode in.wav a.extrema --threshold off --longest 0.1");
    for command in [
        "decode a.extrema -",
        "encode in.wav - --threshold off --longest 0.1",
        "render in.wav -",
        "inspect a.extrema --records",
        "curves --csv --samples 1000",
    ] {
        let mut child =
            bench.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut start = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut start).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command}");
        assert_eq!(output.status.code(), Some(0), "{command}");
    }
    // Closed before anything is printed.
    for command in ["--help", "help render", "--version", "inspect a.extrema"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = bench.command(command).stdout(writer).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command}");
        assert_eq!(output.status.code(), Some(0), "{command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_depends_on_whether_messages_can_be_printed() {
    let bench = Bench::new();
    bench.write("in.wav", 48_000, &waves(1, 30_000));
    bench.works("encode in.wav a.extrema");
    let whole = fs::read(bench.path("a.extrema")).unwrap();
    fs::write(bench.path("cut.extrema"), &whole[..whole.len() - 9]).unwrap();
    for (command, code) in [
        ("encode in.wav b.extrema", 0),
        // With a note on the sample rate.
        ("encode in.wav b.raw --raw", 0),
        ("decode a.extrema b.wav", 0),
        ("inspect cut.extrema", 0),
        ("decode cut.extrema b.wav --salvage", 2),
        ("decode cut.extrema b.wav", 1),
        ("encode missing.wav b.extrema", 1),
        ("encode", 1),
        ("", 1),
        ("nothing", 1),
        ("inspect missing", 1),
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = bench.command(command).stderr(full).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "full: {command}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = bench.command(command).stderr(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "closed: {command}");
    }
}

/// Programs that are interrupted while they write.
#[cfg(target_os = "linux")]
mod interruption {
    use std::os::unix::process::ExitStatusExt;
    use std::path::Path;
    use std::process::{Child, Command, ExitStatus};
    use std::time::{Duration, Instant};

    use super::*;

    /// A folder with a short file that takes long to decode, and an output.
    fn bench() -> Bench {
        let bench = Bench::new();
        let mut raw = RawWriter::new(Vec::new());
        raw.write(&[Record::hold(u32::MAX)]).unwrap();
        fs::write(bench.path("long.raw"), raw.finish().unwrap()).unwrap();
        fs::write(bench.path("old.wav"), "an earlier output").unwrap();
        bench
    }

    fn wait_until_it_writes(child: &Child, bench: &Bench) {
        let folder = bench.0.path().canonicalize().unwrap();
        // The open file may have no name, but its folder and its size can be seen.
        let is_output = |file: &Path| {
            fs::read_link(file).is_ok_and(|target| target.starts_with(&folder))
                && fs::metadata(file).is_ok_and(|file| file.len() > 1_000_000)
        };
        let is_writing = || {
            let files = fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
            files.flatten().any(|file| is_output(&file.path()))
        };
        let begin = Instant::now();
        while !is_writing() {
            assert!(begin.elapsed() < Duration::from_secs(30), "nothing is written");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn interrupt(mut child: Child, signal: &str) -> ExitStatus {
        let kill = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        child.wait().unwrap()
    }

    #[test]
    fn it_leaves_nothing_behind() {
        let bench = bench();
        let before = bench.contents();
        for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("KILL", 9)] {
            for output in ["new.wav", "old.wav", "/dev/null"] {
                let child = bench
                    .command(&format!("decode long.raw {output} --raw --allow-long"))
                    .env("TMPDIR", bench.0.path())
                    .spawn()
                    .unwrap();
                wait_until_it_writes(&child, &bench);
                let status = interrupt(child, signal);
                assert_eq!(status.signal(), Some(number), "{signal}: {status}");
                assert!(bench.contents() == before, "{signal}, {output}");
            }
        }
    }

    /// Files without a name get theirs through `/proc`. Where that is missing, as where the file system has no
    /// such files, they have a provisional name all the time.
    #[test]
    fn it_removes_a_file_that_has_a_name() {
        let without_proc = |command: &[&str]| {
            let mut program = Command::new("unshare");
            let script = "mount -t tmpfs none /proc && exec \"$0\" \"$@\"";
            program.args(["--map-root-user", "--mount", "sh", "-c", script]).args(command);
            program
        };
        if !without_proc(&["true"]).status().is_ok_and(|status| status.success()) {
            return eprintln!("SKIPPED: `unshare` is missing, or may not hide /proc");
        }
        let bench = bench();
        let before = bench.contents();
        let has_provisional_name = || {
            let mut files = fs::read_dir(bench.0.path()).unwrap().flatten();
            files.any(|file| file.file_name().to_string_lossy().starts_with(".extrema-"))
        };
        let program = env!("CARGO_BIN_EXE_extrema");
        for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
            for output in ["new.wav", "old.wav"] {
                let command = [program, "decode", "long.raw", output, "--raw", "--allow-long"];
                let child = without_proc(&command).current_dir(bench.0.path()).spawn().unwrap();
                wait_until_it_writes(&child, &bench);
                assert!(has_provisional_name());
                let status = interrupt(child, signal);
                assert_eq!(status.signal(), Some(number), "{signal}: {status}");
                assert!(bench.contents() == before, "{signal}, {output}");
            }
        }
        // What ends by itself is there, under its own name.
        bench.write("in.wav", 44_100, &waves(1, 1000));
        for output in ["new.wav", "old.wav"] {
            let command = [program, "render", "in.wav", output, "--bits", "16"];
            let mut program = without_proc(&command);
            assert!(program.current_dir(bench.0.path()).status().unwrap().success());
            assert_eq!(fs::metadata(bench.path(output)).unwrap().len(), 44 + 2000);
        }
        assert!(!has_provisional_name());
    }
}

/// `nohup` and shells that start a job in the background have signals ignored.
#[cfg(target_os = "linux")]
#[test]
fn an_ignored_signal_stays_ignored() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 1000));
    let mut child = std::process::Command::new("sh")
        .current_dir(bench.0.path())
        .args([
            "-c",
            "trap '' HUP; exec \"$0\" encode - out.extrema",
            env!("CARGO_BIN_EXE_extrema"),
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let mut kill = std::process::Command::new("kill");
    assert!(kill.args(["-s", "HUP", &child.id().to_string()]).status().unwrap().success());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&fs::read(bench.path("in.wav")).unwrap()).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert!(bench.path("out.extrema").exists());
}

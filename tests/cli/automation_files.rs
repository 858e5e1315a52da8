//! `--automate @FILE`

use std::fs;

use super::{Bench, waves};

#[test]
fn a_file_moves_controls_like_the_command_line() {
    let bench = Bench::new();
    bench.write("in.wav", 32_000, &waves(1, 12_345));
    bench.works(
        "render in.wav expected.wav --automate threshold=0.05:-70dB,0.2:-20dB --automate \
         mix=0:100,0.1:50",
    );
    let expected = fs::read(bench.path("expected.wav")).unwrap();
    for text in [
        "threshold=0.05:-70dB,0.2:-20dB\nmix=0:100,0.1:50",
        "threshold=0.05:-70dB,0.2:-20dB\r\nmix=0:100,0.1:50\r\n",
        "# a sweep\nthreshold =\n  0.05: -70 dB  # low\n\n  0.2: -20 dB,\nmix = 0:100,\n0.1:50\n#end",
    ] {
        fs::write(bench.path("curve.txt"), text).unwrap();
        bench.works("render in.wav out.wav --automate @curve.txt");
        assert!(fs::read(bench.path("out.wav")).unwrap() == expected, "{text}");
    }
    // A file and the command line together.
    fs::write(bench.path("curve.txt"), "mix=0:100,0.1:50").unwrap();
    bench.works(
        "render in.wav out.wav --automate threshold=0.05:-70dB,0.2:-20dB --automate @curve.txt",
    );
    assert!(fs::read(bench.path("out.wav")).unwrap() == expected);
}

#[test]
fn mistakes_in_a_file_are_found_by_their_line() {
    let bench = Bench::new();
    bench.write("in.wav", 32_000, &waves(1, 100));
    for (text, words) in [
        ("", "moves no control"),
        ("# only a comment", "moves no control"),
        ("0:10", "line 1: \"0:10\" has no control"),
        ("mix=", "mix has no points"),
        ("mix=\nthreshold=0:-20", "mix has no points"),
        ("\n\nloud=0:1", "line 3: \"loud\" cannot be automated"),
        ("mix=0:10\n5", "line 2: \"5\" is not SECONDS:VALUE"),
        ("mix=0:10\n1:200", "0 to 100 %"),
        ("mix=1:10\n0:20", "line 2: the times have to rise"),
        ("mix=0:10\nmix=1:20", "twice"),
    ] {
        fs::write(bench.path("curve.txt"), text).unwrap();
        let complaint = bench.fails("render in.wav out.wav --automate @curve.txt");
        assert!(complaint.contains(words), "{text}: {complaint}");
    }
    fs::write(bench.path("curve.txt"), b"mix=0:10 # \xff").unwrap();
    bench.fails("render in.wav out.wav --automate @curve.txt");
}

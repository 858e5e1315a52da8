//! Every mistake is answered with what it is, where, and the remedy, in the program's own words.

use std::fs;

use super::{Bench, waves};

/// Wording of libraries and of the operating system that must not reach anybody.
const FOREIGN: [&str; 12] = [
    "os error",
    "entity not found",
    "error:",
    "tip:",
    "unexpected argument",
    "a value is required",
    "invalid digit",
    "invalid value",
    "cannot be used with",
    "required arguments",
    "panicked",
    "is a directory",
];

#[test]
fn mistakes_are_answered_in_our_own_words() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(2, 3000));
    bench.works("encode in.wav a.extrema");
    bench.works("encode in.wav a.raw --raw --channel 1");
    fs::create_dir(bench.path("folder")).unwrap();
    fs::write(bench.path("empty"), "").unwrap();
    let long = "x".repeat(300);
    let long = format!("encode in.wav {long}");
    for (command, wanted) in [
        ("encod in.wav out", &["encod", "did you mean encode?"][..]),
        ("encode", &["missing: <INPUT>", "<OUTPUT>", "Usage: extrema encode"]),
        ("encode in.wav out more", &["more"]),
        ("encode in.wav out --point 3", &["--point ", "did you mean --points?"]),
        ("encode in.wav out --points", &["--points", "needs a value"]),
        ("encode in.wav out --points 1", &["--points", "2 to 64"]),
        ("encode in.wav out --points x", &["--points", "2 to 64"]),
        ("encode in.wav out --curves 0", &["--curves", "1 to 255"]),
        ("encode in.wav out --longest 0", &["--longest", "0.1 ms or more"]),
        ("encode in.wav out --stereo both", &["--stereo", "lr, ms, linked"]),
        ("encode in.wav out --channel 0", &["--channel", "1 or more"]),
        ("encode in.wav out --channel two", &["--channel", "1 or more"]),
        ("encode in.wav out --channel 1 --channel 2", &["--channel", "twice"]),
        ("render in.wav out.wav --delta --delta", &["--delta", "twice"]),
        ("encode missing.wav out", &["cannot open missing.wav", "no such file"]),
        ("encode folder out", &["cannot open folder", "is a folder"]),
        ("encode in.wav/x out", &["cannot open in.wav/x", "not a folder"]),
        ("encode in.wav folder", &["cannot write folder", "is a folder"]),
        ("encode in.wav new/", &["cannot write new/", "names a folder"]),
        ("encode in.wav nowhere/out", &["nowhere/out", "folder does not exist"]),
        ("encode in.wav in.wav/out", &["in.wav/out", "not a folder"]),
        (&long, &["xxx", "too long"]),
        ("decode a.extrema out.wav --bits 32", &["--bits", "16, 24, 32f"]),
        ("decode a.raw out.wav --raw --rate 1", &["--rate", "200 to 4000000"]),
        ("decode a.raw out.wav --raw --rate many", &["--rate", "200 to 4000000"]),
        ("decode a.extrema out.wav --rate 8000", &["missing: --raw"]),
        ("decode a.extrema out.wav --raw", &["a.extrema is an .extrema file", "--raw"]),
        ("decode in.wav out.wav", &["in.wav is a WAV file", "extrema encode"]),
        ("decode in.wav out.wav --raw", &["in.wav is a WAV file", "extrema encode"]),
        ("inspect in.wav", &["in.wav is a WAV file"]),
        ("decode empty out.wav", &["empty", "not an .extrema file"]),
        ("inspect missing", &["cannot open missing", "no such file"]),
        ("inspect a.extrema --records --original in.wav", &["--records", "--original"]),
        ("inspect - --original -", &["standard input", "both"]),
        ("curves", &["missing: --csv"]),
        ("curves --csv --samples 1", &["--samples", "2 to 1000000"]),
        ("curves --csv --samples x", &["--samples", "2 to 1000000"]),
        ("render in.wav out.wav --mix 101", &["--mix", "0 to 100 %"]),
        ("render in.wav out.wav --automate mix", &["--automate", "SECONDS:VALUE", "@FILE"]),
        ("render in.wav out.wav --automate mix=0:101", &["--automate", "0 to 100 %"]),
        ("render in.wav out.wav --automate mix=-1:1", &["--automate", "0 to 1000000000"]),
        ("render in.wav out.wav --automate @missing", &["cannot read missing", "no such file"]),
        ("render in.wav out.wav --automate @folder", &["cannot read folder", "is a folder"]),
        (
            "render in.wav out.wav --threshold -40 --automate threshold=0:-70,1:-20",
            &["--threshold", "--automate threshold", "leave one out"],
        ),
        (
            "render in.wav out.wav --mix 0 --automate mix=0:1",
            &["--mix", "--automate mix", "leave one out"],
        ),
    ] {
        let output = bench.run(command);
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert!(output.stdout.is_empty(), "{command}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.starts_with("extrema: "), "{command}: {complaint}");
        for words in wanted {
            assert!(complaint.contains(words), "{command}: {complaint}");
        }
        for foreign in FOREIGN {
            assert!(!complaint.to_lowercase().contains(foreign), "{command}: {complaint}");
        }
        for name in ["out", "out.wav"] {
            assert!(!bench.path(name).exists(), "{command}");
        }
    }
}

#[test]
fn automation_contradicts_only_what_is_given() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 100));
    bench.works("render in.wav out.wav --points 4 --automate threshold=0:-70,1:-20");
}

#[test]
fn outputs_are_not_given_the_names_of_other_files() {
    let bench = Bench::new();
    bench.write("in.wav", 44_100, &waves(1, 100));
    bench.works("encode in.wav a.extrema");
    for (command, extensions, remedy) in [
        ("decode a.extrema", "mp3 flac ogg m4a aac opus aiff AIF wma MP3 extrema w64", "out.wav"),
        ("render in.wav", "mp3 flac ogg m4a aac opus aiff AIF wma MP3 extrema", "out.wav"),
        ("encode in.wav", "wav WAV mp3 flac ogg m4a", "out.extrema"),
    ] {
        for extension in extensions.split(' ') {
            let words = bench.fails(&format!("{command} out.{extension}"));
            assert!(words.contains(&format!("out.{extension}")), "{words}");
            assert!(words.contains(remedy), "{words}");
        }
        bench.works(&format!("{command} out"));
        bench.works(&format!("{command} out.copy"));
    }
}

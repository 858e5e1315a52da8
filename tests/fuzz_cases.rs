//! Replays the inputs in `fuzz/cases`: those that fuzzing once found a mistake with, and small valid
//! ones that it starts from.

#[cfg(feature = "files")]
#[path = "../fuzz/targets/audio_reader.rs"]
mod audio_reader;
#[path = "../fuzz/targets/container.rs"]
mod container;
#[path = "../fuzz/targets/effect.rs"]
mod effect;
#[path = "../fuzz/targets/raw.rs"]
mod raw;

/// Runs a target on all of its cases. A failed test shows the name of the last.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = format!("{}/fuzz/cases/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("a folder of cases") {
        let path = entry.expect("a case").path();
        println!("{}", path.display());
        run(&std::fs::read(&path).expect("a readable case"));
        count += 1;
    }
    assert!(count > 0, "{target} has no cases");
}

#[cfg(feature = "files")]
#[test]
fn audio_files() {
    replay("audio_reader", audio_reader::run);
}

#[test]
fn containers() {
    replay("container", container::run);
}

#[test]
fn raw_streams() {
    replay("raw", raw::run);
}

#[test]
fn effects() {
    replay("effect", effect::run);
}

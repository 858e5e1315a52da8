//! Replays the states in `fuzz/cases/state`, as the root package's test of this name does with the rest.

#[path = "../../../fuzz/targets/state.rs"]
mod state;

#[test]
fn states() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/cases/state");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("a folder of cases") {
        let path = entry.expect("a case").path();
        println!("{}", path.display());
        state::run(&std::fs::read(&path).expect("a readable case"));
        count += 1;
    }
    assert!(count > 0, "there are no cases");
}

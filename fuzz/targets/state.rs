//! Any bytes as a session's state, loaded by a CLAP host while the plugin plays: taken or refused, and
//! whatever it has then, it plays and saves.

use std::cell::RefCell;

use test_host::{Instance, Player};

const FRAMES: usize = 64;

thread_local! {
    /// One instance for all runs; every state sets everything.
    static PLUGIN: RefCell<(Instance, Player)> = RefCell::new({
        let mut instance = Instance::new();
        let player = instance.activate(44_100.0, FRAMES as u32);
        (instance, player)
    });
}

/// Loads the bytes as they are, and as the text of a state whose length is right.
pub fn run(bytes: &[u8]) {
    let with_length = [&(bytes.len() as u64).to_le_bytes(), bytes].concat();
    PLUGIN.with_borrow_mut(|(instance, player)| {
        for state in [bytes, &with_length] {
            load(instance, player, state);
        }
    });
}

fn load(instance: &mut Instance, player: &mut Player, state: &[u8]) {
    let before = instance.save();
    if !instance.load(state) {
        assert_eq!(instance.save(), before, "a refused state has changed something");
        return;
    }
    for parameter in instance.parameters() {
        let value = instance.value(parameter.id);
        assert!((parameter.min..=parameter.max).contains(&value), "{}: {value}", parameter.name);
    }
    let saved = instance.save();
    assert!(saved.len() < 2000, "a name of any length was kept");
    let out = player.block(&[&[0.5; FRAMES], &[-0.25; FRAMES]], &[]);
    assert!(out.iter().flatten().all(|x| x.is_finite() && !x.is_subnormal()));
    instance.idle();
    assert!(instance.load(&saved), "its own state was refused");
    assert_eq!(instance.save(), saved);
}

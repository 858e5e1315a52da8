//! Nothing to use: the tests of the plugin in a host and of its editor are in `tests/`, and
//! `examples/window.rs` opens the editor in a real window.

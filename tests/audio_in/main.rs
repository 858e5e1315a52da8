//! Audio files as they are found in the world: each is read as what it holds, or refused with the
//! reason.
#![cfg(feature = "files")]

mod aiff;
mod build;
mod cases;
mod expect;
mod flac;
mod hostile;
mod kinds;
mod mp3;
mod ogg;
mod sizes;
mod streams;
mod wav;

//! What goes wrong around the program: it is killed, its disk is full, its store takes no writes, its connections break.
//! What was acknowledged is there, once, nothing is there by half, and what passes is waited for.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../common/mod.rs"]
mod common;
mod cut;
mod disk;
mod exports;
mod faults;
mod killed;
mod load;
mod random;
mod receipts;
mod relay;
mod round;
mod rules;
mod sent;
mod signatures;
mod strace;
mod told;
mod trouble;
mod webhooks;

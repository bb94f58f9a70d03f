//! Every way to change a log is found and named.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod erasing;
#[path = "../fixture/mod.rs"]
mod fixture;
mod log;
mod rows;
mod support;

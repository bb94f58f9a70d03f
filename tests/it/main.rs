//! One binary for all tests across modules: linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod access;
mod apart;
mod browser;
mod dialects;
mod dice;
mod envelope;
mod journeys;
mod numbers;
mod openapi;
mod refusals;
mod soak;
mod tidy;

//! One binary for all tests across modules: linked once.

mod access;
mod journeys;

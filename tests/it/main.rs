//! One binary for all tests across modules: linked once.

mod access;
mod browser;
mod envelope;
mod journeys;
mod openapi;
mod refusals;
mod tidy;

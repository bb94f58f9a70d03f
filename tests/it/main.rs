//! One binary for all tests across modules: linked once.

mod access;
mod browser;
mod journeys;
mod openapi;
mod refusals;

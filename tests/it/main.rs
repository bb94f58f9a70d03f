//! One binary for all tests across modules: linked once.

mod journeys;

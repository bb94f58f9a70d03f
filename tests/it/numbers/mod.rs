//! Statistics and metrics: against a plain model of all events that were sent, and by hand.

mod activity;
mod at_once;
mod compliance;
pub mod generate;
mod model;
mod property;
mod refused;
mod shapes;
pub mod taken_away;
mod windows;

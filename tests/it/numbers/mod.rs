//! Statistics and metrics: against a plain model of all events that were sent, and by hand.

mod generate;
mod model;
mod property;
mod refused;
mod shapes;
mod taken_away;
mod windows;

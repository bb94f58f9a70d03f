//! Rules that find suspicious activity as it is written.
//!
//! A rule says which events count (criteria), what they have in common (fields to group by), and how many of them within
//! which time are a burst. When a group reaches the threshold there is a finding: an event of its own, with flag SUSPICIOUS,
//! once per burst. Times are those of the events, so a burst that is brought later, or twice, is the same burst.
//!
//! The engine ([`engine`]) looks at each event once, in the order of the log: from a position in the store, by one
//! statement that asks for nothing but what any rule counts. What groups have seen and the position are saved in one
//! transaction, after the findings; a finding that is written again after a crash is known by its identifier.

mod built_in;
mod burst;
mod engine;
mod finding;
mod group;
mod held;
pub mod migration;
mod position;
pub mod rule;
pub mod search;
pub mod store;
mod watched;
mod window;

pub use built_in::prepare;
pub use engine::{Changes, start};
pub use group::FIELDS;
pub use window::Window;

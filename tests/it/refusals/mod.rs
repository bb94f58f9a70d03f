//! What is refused: with the status and words that the documents promise, in the envelope, with nothing stored but the
//! one record that says so.

mod criteria;
mod criteria_bounds;
mod edge;
mod edge_bodies;
mod event_bodies;
mod event_fields;
mod event_limits;
mod headers;
mod key_requests;
mod key_texts;
mod key_updates;
mod raw;
mod sources;
pub mod support;

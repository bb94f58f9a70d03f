//! Events: written by access key, read back from one's own bucket, and counted.

mod api;
mod body;
mod bucket;
mod event;
mod input;
mod list;
mod metrics;
mod model;
mod output;
mod problems;
mod query;

pub use api::LogApi;

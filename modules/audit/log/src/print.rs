//! How events are printed, for what leaves the log without a request: each face of the log prints them its own way.

use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use chrono::{DateTime, SecondsFormat};

use crate::event::Model;

/// Prints events as one face of the log does.
#[async_trait::async_trait]
pub trait EventPrinter: Send + Sync {
    /// Each event as JSON, in their order: what whoever may see it gets when asking for it.
    ///
    /// # Errors
    /// When the store fails.
    async fn print(&self, rows: Vec<Model>) -> Result<Vec<String>, ApiError>;
}

/// UTC with as many digits of fraction as there are, in groups of three.
#[must_use]
pub fn iso(at: Nanos) -> String {
    DateTime::from_timestamp_nanos(at).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

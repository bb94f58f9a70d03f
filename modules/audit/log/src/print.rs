//! How events are printed, for what leaves the log without a request: each face of the log prints them its own way.

use argus_core::error::ApiError;

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

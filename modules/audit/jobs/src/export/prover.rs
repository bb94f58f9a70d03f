//! Files whose every event comes with what proves it.

use argus_audit_log::EventPrinter;
use argus_core::error::ApiError;

/// Proves the events of files.
#[async_trait::async_trait]
pub trait Prover: Send + Sync {
    /// What one file needs. All its proofs are of one checkpoint, the newest.
    ///
    /// # Errors
    /// When the store fails.
    async fn file(&self) -> Result<Proved, ApiError>;
}

/// A file with proofs.
pub struct Proved {
    /// Prints events with their proofs.
    pub printer: Box<dyn EventPrinter>,
    /// What stands behind the last event: the keys of the log, and the checkpoint.
    pub last: String,
}

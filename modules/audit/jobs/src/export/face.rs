//! Faces of the log, as exports print its events.

use std::sync::Arc;

use argus_audit_log::EventPrinter;

use super::columns::Column;

/// The name of the native face.
pub const NATIVE: &str = "native";

/// A face of the log: what its files have for columns, and how it prints events as JSON.
pub struct Face {
    /// Its name, as jobs keep it; it never changes.
    pub name: &'static str,
    /// Prints events as whoever asks for them there gets them.
    pub printer: Arc<dyn EventPrinter>,
    /// The columns of its tables.
    pub columns: &'static [Column],
}

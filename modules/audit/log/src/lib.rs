//! The audit log: one append-only table of events, one writer, one search. `audit/v1` and the dialects are thin faces
//! of it and have no SQL of their own.

pub mod authentication;
mod batch;
mod commit;
pub mod derive;
mod durable;
pub mod event;
mod external;
pub mod find;
pub mod idempotency;
pub mod import;
mod insert;
mod log;
pub mod migration;
mod queue;
pub mod record;
pub mod search;
mod submission;
mod writer;

pub use authentication::Authentication;
pub use log::{AuditLog, WriterTask};
pub use queue::BulkPlace;
pub use submission::{Mode, Outcome, Submission, Written};

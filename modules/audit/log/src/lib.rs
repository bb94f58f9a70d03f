//! The audit log: one append-only table of events, one writer, one search. `audit/v1` and the dialects are thin faces
//! of it and have no SQL of their own.

pub mod access;
pub mod authentication;
mod batch;
mod bulk;
mod cell;
mod commit;
pub mod derive;
mod device;
mod durable;
mod entry;
pub mod erasure;
pub mod event;
mod external;
pub mod find;
mod head;
pub mod idempotency;
pub mod import;
pub mod index;
mod insert;
mod location;
mod log;
mod login;
pub mod machine;
pub mod metric;
pub mod migration;
pub mod numbers;
pub mod packed;
pub mod print;
pub mod proof;
mod queue;
pub mod record;
pub mod rollup;
pub mod rows;
pub mod search;
pub mod stream;
mod submission;
pub mod views;
mod writer;

pub use authentication::Authentication;
pub use location::Places;
pub use log::{AuditLog, WriterTask};
pub use print::EventPrinter;
pub use queue::BulkPlace;
pub use stream::Hub;
pub use submission::{Mode, Outcome, Submission, Written};

//! The audit log: one append-only table of events, one writer, one search. `audit/v1` and the dialects are thin faces
//! of it and have no SQL of their own.

pub mod authentication;
mod cell;
pub mod derive;
pub mod event;
mod external;
mod insert;
mod log;
pub mod migration;
pub mod record;
pub mod search;
pub mod stream;
mod writer;

pub use authentication::Authentication;
pub use log::{AuditLog, WriterTask};
pub use stream::Hub;
pub use writer::{Durable, Written};

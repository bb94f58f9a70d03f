//! The audit log: one append-only table of events, one writer, one search. `audit/v1` and the dialects are thin faces
//! of it and have no SQL of their own.

pub mod authentication;
mod bulk;
mod cell;
pub mod derive;
mod device;
pub mod event;
mod external;
pub mod index;
mod insert;
mod location;
mod log;
mod login;
pub mod machine;
pub mod metric;
pub mod migration;
pub mod numbers;
pub mod record;
pub mod rollup;
pub mod search;
mod source;
pub mod stream;
pub mod views;
mod writer;

pub use authentication::Authentication;
pub use location::Places;
pub use log::{AuditLog, WriterTask};
pub use stream::Hub;
pub use writer::{Durable, Written};

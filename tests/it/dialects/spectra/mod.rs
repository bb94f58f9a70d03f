//! Clients of an audit log with users, access keys and metrics.

mod log;

//! The dialect `spectra`: clients of an audit log with users, access keys and metrics.

pub mod accounts;
mod log;
mod shell;

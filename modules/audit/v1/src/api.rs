//! The operations.

pub mod bulk;
pub mod event;

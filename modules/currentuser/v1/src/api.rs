//! The operations.

pub mod rights;
pub mod user;

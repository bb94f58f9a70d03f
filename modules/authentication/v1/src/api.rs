//! The operations.

pub mod keys;
pub mod login;
pub mod session;
pub mod signature;

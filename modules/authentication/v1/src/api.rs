//! The operations.

pub mod derive;
pub mod keys;
pub mod login;
pub mod session;
pub mod sessions;

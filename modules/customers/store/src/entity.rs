//! The tables.

pub mod logo;
pub mod property;
pub mod role;

//! The operations.

pub mod customer;
pub mod domain;
pub mod logo;
pub mod property;
pub mod role;
pub mod state;

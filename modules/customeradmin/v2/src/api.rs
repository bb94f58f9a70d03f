//! The operations.

pub mod customer;
pub mod domain;
pub mod state;

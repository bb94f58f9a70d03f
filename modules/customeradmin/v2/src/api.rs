//! The operations.

pub mod customer;
pub mod descriptor;
pub mod descriptor_value;
pub mod domain;
pub mod logo;
pub mod property;
pub mod prune;
pub mod role;
pub mod state;

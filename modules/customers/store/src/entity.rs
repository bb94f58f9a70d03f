//! The tables.

pub mod descriptor;
pub mod descriptor_value;
pub mod logo;
pub mod property;
pub mod role;

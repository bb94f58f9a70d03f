//! The rules of every change.

pub mod customer;
pub mod descriptor;
pub mod descriptor_value;
pub mod place;
pub mod prune;
pub mod state;
mod wanted;

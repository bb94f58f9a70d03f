//! The rules of every change.

pub mod customer;
pub mod place;
pub mod state;

//! The operations.

pub mod function;
pub mod group;
pub mod subject;
pub mod user;

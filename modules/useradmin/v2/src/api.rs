//! The operations.

pub mod group;
pub mod membership;
pub mod permission;
pub mod subject;
pub mod user;

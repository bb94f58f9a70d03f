//! The operations.

pub mod group;
pub mod membership;
pub mod permission;
pub mod picture;
pub mod preference;
pub mod subject;
pub mod user;

//! The operations.

pub mod function;
pub mod function_children;
pub mod group;
pub mod membership;
pub mod permission;
pub mod picture;
pub mod preference;
pub mod subject;
pub mod user;

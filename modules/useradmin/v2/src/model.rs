//! Wire types.

pub mod describe;
pub mod function;
pub mod group;
pub mod mapping;
pub mod membership;
pub mod permission;
pub mod preference;
pub mod user;

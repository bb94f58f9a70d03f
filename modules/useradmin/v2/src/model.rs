//! Wire types.

pub mod describe;
pub mod group;
pub mod membership;
pub mod permission;
pub mod preference;
pub mod user;

//! What can be searched.

pub mod list;
pub mod memberships;
pub mod permissions;
pub mod subjects;

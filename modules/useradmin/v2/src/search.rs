//! What can be searched.

pub mod functions;
pub mod mappings;
pub mod memberships;
pub mod permissions;
pub mod subjects;

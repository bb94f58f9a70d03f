//! What can be searched.

pub mod functions;
pub mod list;
pub mod subjects;

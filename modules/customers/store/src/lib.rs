//! Customers, for everybody who shows or changes them: what of them can be searched, finding one, scope first, and what belongs
//! to them.

pub mod descriptor;
pub mod entity;
pub mod find;
pub mod flags;
pub mod logo;
pub mod migration;
pub mod property;
pub mod prune;
pub mod role;
pub mod search;

//! Customers, for everybody who shows or changes them: what of them can be searched, and finding one, scope first.

pub mod find;
pub mod flags;
pub mod search;

//! The rows, one file a table.

pub mod api_key;
pub mod customer;
pub mod domain;
pub mod function;
pub mod function_child;
pub mod membership;
pub mod permission;
pub mod session;
pub mod subject;

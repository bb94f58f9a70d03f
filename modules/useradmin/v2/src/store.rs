//! The rules of every change.

pub mod children;
pub mod function;
pub mod group;
pub mod membership;
pub mod permission;
pub mod subject;
pub mod texts;
pub mod user;

//! Wire types.

pub mod customer;
pub mod describe;

//! Wire types.

pub mod customer;
pub mod describe;
pub mod descriptor;
pub mod descriptor_value;

//! Descriptors of properties: what is known of the properties of one key, the same for all customers. A property whose key
//! has none is whatever programs make of it.

mod access;
mod kind;
mod read;
mod schema;

pub use access::may_use;
pub use kind::Kind;
pub use read::{Described, Rules, check_value, described, one, values_of};
pub use schema::{LONGEST_SCHEMA, Schema};

/// Marks as bits of [`crate::entity::descriptor::Model::flags`].
pub mod flag {
    /// Programs should not use it any more.
    pub const DEPRECATED: i64 = 1;
    /// Another system keeps it.
    pub const EXTERNALLY_MANAGED: i64 = 2;
    /// User interfaces do not show it.
    pub const HIDDEN: i64 = 4;
}

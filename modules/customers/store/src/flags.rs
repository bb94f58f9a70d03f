//! What a customer is marked with.

use argus_identity::customers::flag;
use argus_identity::entity::customer::{self, Column};
use argus_identity::marks;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Expr;

/// A flag of customers.
struct Flag {
    name: &'static str,
    is_set: fn(&customer::Model) -> bool,
}

const FLAGS: [Flag; 8] = [
    Flag { name: "disabled", is_set: |row| row.deleted_at.is_some() },
    Flag { name: "denySubmitForAnonymousUser", is_set: |row| row.flags & flag::DENY_SUBMIT_FOR_ANONYMOUS_USER != 0 },
    Flag { name: "allowGlobalData", is_set: |row| row.flags & flag::ALLOW_GLOBAL_DATA != 0 },
    Flag { name: "excludeFromProduction", is_set: |row| row.flags & flag::EXCLUDE_FROM_PRODUCTION != 0 },
    Flag { name: "networkBaseCustomer", is_set: |row| row.flags & flag::NETWORK_BASE_CUSTOMER != 0 },
    Flag { name: "singleNetworkDomain", is_set: |row| row.flags & flag::SINGLE_NETWORK_DOMAIN != 0 },
    Flag { name: "customerDataDeleted", is_set: |row| row.flags & flag::DATA_DELETED != 0 },
    Flag { name: "rootCustomerGroup", is_set: |row| row.parent_id.is_none() },
];

/// The flags of a customer, as they are printed.
#[must_use]
pub fn flags(row: &customer::Model) -> Vec<String> {
    FLAGS.iter().filter(|flag| (flag.is_set)(row)).map(|flag| flag.name.to_owned()).collect()
}

/// The condition that a customer has a mark.
pub(crate) fn marked(bit: i64) -> Expr {
    marks::is_set(Column::Flags, bit)
}

/// The condition that a customer is disabled.
pub(crate) fn disabled() -> Expr {
    Column::DeletedAt.is_not_null()
}

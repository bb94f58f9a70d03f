//! What the values of a filter are.

use std::collections::BTreeSet;

use poem_openapi::registry::MetaSchema;
use sea_orm::sea_query::Expr;
use serde_json::Value;

/// The switches that are on, by name.
pub type Switches = BTreeSet<&'static str>;

/// What a filter's values are.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text column; exact.
    Text,
    /// A text column with a closed set of values; any other value is refused.
    Words(&'static [&'static str]),
    /// An integer column.
    Integer,
    /// A UUID column.
    Uuid,
    /// A boolean column.
    Bool,
    /// A column with a customer's id; clients give the id or the short name.
    Customer,
    /// A column with a user's id; clients give the id or the short name.
    User,
    /// A text column written by [`address_column`](super::address_column); clients give an address or a network (CIDR).
    Ip,
    /// Anything else: makes the condition from one value, or says for a person what is wrong with it. Must give the same
    /// condition for the same text every time.
    Custom(fn(&str) -> Result<Expr, String>),
    /// An object whose members are a condition each, all of them ANDed. Only in bodies.
    Members {
        /// Makes the condition from a member's name and value, or says for a person what is wrong with it. Must give the
        /// same condition for the same input every time.
        condition: fn(&str, &Value) -> Result<Expr, String>,
        /// What the document says of the object.
        schema: fn() -> MetaSchema,
    },
    /// As [`Kind::Custom`], of objects, which only a body can hold.
    Object(fn(&Value) -> Result<Expr, String>),
    /// Any text; what it selects also depends on the switches ([`Fields::switch`]).
    TextThat(fn(&str, &Switches) -> Expr),
    /// As [`Kind::User`], but for what it selects, which also depends on the switches.
    UserThat(fn(i64, &Switches) -> Expr),
    /// As [`Kind::Customer`], but for what it selects, which also depends on the switches.
    CustomerThat(fn(i64, &Switches) -> Expr),
}

//! What of rules can be searched.

use std::sync::LazyLock;

use argus_core::search::{Fields, Kind, Searchable};

use crate::rule::{Column, Entity};

/// Severities that findings may have.
pub const SEVERITIES: &[&str] = &["debug", "info", "warning", "error", "critical"];

/// Rules, as the search criteria see them.
pub struct Rules;

impl Searchable for Rules {
    type Entity = Entity;
    const NAME: &'static str = "Rule";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("customer", Column::CustomerId, Kind::Customer, "Exactly this customer, by id or short name")
                .filter("name", Column::Name, Kind::Text, "Name")
                .filter("severity", Column::Severity, Kind::Words(SEVERITIES), "Severity of findings")
                .filter("enabled", Column::Enabled, Kind::Bool, "Whether it is in use")
                .keyword("name", Column::Name)
                .time("createdTimestamp", Column::CreatedAt)
                .time("lastUpdatedTimestamp", Column::UpdatedAt)
                .user("createdByUser", Column::CreatedBy)
                .user("lastUpdatedByUser", Column::UpdatedBy)
                .sort("name", Column::Name)
                .sort("severity", Column::Severity)
                .sort("createdTimestamp", Column::CreatedAt)
                .default_sort(&["id"])
        });
        &FIELDS
    }
}

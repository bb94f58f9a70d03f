//! What of users and groups everybody can search who sees them.

use argus_core::search::{Fields, Kind};
use argus_identity::customers::of_domain;
use argus_identity::entity::subject::Column;
use argus_identity::marks;
use argus_identity::users::flag;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Expr;

/// The fields of users and groups alike.
#[must_use]
pub fn subject_fields() -> Fields {
    Fields::new("id", Column::Id)
        .filter("customer", Column::CustomerId, Kind::Customer, "The customer, by number or short name")
        .filter("domain", Column::DomainId, Kind::Custom(|text| Ok(of_domain(Column::DomainId, text))), "The domain")
        .filter("subject", Column::Id, Kind::User, "Just these, by number or short name")
        .keyword("shortName", Column::ShortName)
        .keyword("name", Column::Name)
        .flag("deleted", |_| Column::DeletedAt.is_not_null())
        .flag("daemonAccount", |_| marked(flag::DAEMON_ACCOUNT))
        .hidden("includeDeleted", Some("deleted"), |_| Column::DeletedAt.is_not_null())
        .sort("shortName", Column::ShortName)
        .sort("name", Column::Name)
        .default_sort(&["id"])
}

/// The filter by which users are told from groups.
#[must_use]
pub fn with_type(fields: Fields) -> Fields {
    fields.filter("type", Column::Kind, Kind::Words(&["user", "group"]), "Users or groups")
}

/// Those with a mark of [`flag`].
#[must_use]
pub fn marked(bit: i64) -> Expr {
    marks::is_set(Column::Flags, bit)
}

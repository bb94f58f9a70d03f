//! What of permissions can be searched.

use std::sync::LazyLock;

use argus_core::search::{Fields, Kind, Searchable};
use argus_identity::entity::permission::{Column, Entity};
use argus_identity::graph::functions_named;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait};

/// Permissions, as the search criteria see them.
pub struct Permissions;

impl Searchable for Permissions {
    type Entity = Entity;
    const NAME: &'static str = "Permission";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("subject", Column::SubjectId, Kind::User, "Exactly this user or group, by number or short name")
                .filter(
                    "customer",
                    Column::CustomerId,
                    Kind::Customer,
                    "Exactly this customer, by number or short name",
                )
                .filter(
                    "function",
                    Column::FunctionId,
                    Kind::Custom(|text| Ok(of_function(text))),
                    "Exactly this function",
                )
                .time("grantedTimestamp", Column::GrantedAt)
                .time("revokedTimestamp", Column::RevokedAt)
                .user("grantedByUser", Column::GrantedBy)
                .user("revokedByUser", Column::RevokedBy)
                .flag("deleted", |_| Column::RevokedAt.is_not_null())
                .hidden("includeDeleted", Some("deleted"), |_| Column::RevokedAt.is_not_null())
                .sort("grantedTimestamp", Column::GrantedAt)
                .sort("revokedTimestamp", Column::RevokedAt)
        });
        &FIELDS
    }
}

fn of_function(text: &str) -> Expr {
    Expr::col(Column::FunctionId.as_column_ref()).in_subquery(functions_named(text))
}

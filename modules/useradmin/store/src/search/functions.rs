//! What of functions everybody can search who sees them.

use argus_core::search::{Fields, Kind};
use argus_identity::entity::function::Column;
use argus_identity::graph::functions_named;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};

/// The fields of functions.
#[must_use]
pub fn function_fields() -> Fields {
    Fields::new("id", Column::Id)
        .filter(
            "function",
            Column::Id,
            Kind::Custom(|text| Ok(among(functions_named(text)))),
            "Just these, by number or name",
        )
        .keyword("name", Column::Name)
        .flag("deleted", |_| Column::DeletedAt.is_not_null())
        .flag("role", |_| Column::Role.eq(true))
        .flag("sysadm", |_| Column::Sysadm.eq(true))
        .flag("readOnly", |_| Column::ReadOnly.eq(true))
        .hidden("includeDeleted", Some("deleted"), |_| Column::DeletedAt.is_not_null())
        .sort("name", Column::Name)
}

/// Those whose numbers are among these.
#[must_use]
pub fn among(functions: SelectStatement) -> Expr {
    Expr::col(Column::Id.as_column_ref()).in_subquery(functions)
}

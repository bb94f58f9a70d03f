//! What of functions can be searched.

use std::sync::LazyLock;

use argus_core::access::Level;
use argus_core::search::{Fields, Kind, Searchable};
use argus_identity::entity::function::{Column, Entity};
use argus_identity::graph::{functions_below, functions_named, roles_above};
use argus_useradmin_store::search::functions::{among, function_fields};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Expr;

/// Functions, as the search criteria see them.
pub struct Functions;

impl Searchable for Functions {
    type Entity = Entity;
    const NAME: &'static str = "Function";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            let fields = function_fields()
                .filter("minimumSecurityLevel", Column::MinimumLevel, Kind::Custom(of_level), "The least level exactly")
                .time("createdTimestamp", Column::CreatedAt)
                .time("lastUpdatedTimestamp", Column::UpdatedAt)
                .time("deletedTimestamp", Column::DeletedAt)
                .user("createdByUser", Column::CreatedBy)
                .user("lastUpdatedByUser", Column::UpdatedBy)
                .user("deletedByUser", Column::DeletedBy);
            // A list says it in the singular, a search in the plural.
            let fields = ["ancestor", "ancestors"].into_iter().fold(fields, |fields, name| {
                fields.filter(
                    name,
                    Column::Id,
                    Kind::Custom(|text| Ok(among(functions_below(functions_named(text))))),
                    "Parts of these roles",
                )
            });
            ["descendant", "descendants"].into_iter().fold(fields, |fields, name| {
                fields.filter(
                    name,
                    Column::Id,
                    Kind::Custom(|text| Ok(among(roles_above(functions_named(text))))),
                    "Roles with these parts",
                )
            })
        });
        &FIELDS
    }
}

fn of_level(text: &str) -> Result<Expr, String> {
    let level = Level::parse(text).ok_or("Unknown value; known are external, standard, administrative")?;
    Ok(Column::MinimumLevel.eq(level.name()))
}

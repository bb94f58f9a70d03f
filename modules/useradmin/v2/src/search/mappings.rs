//! What of mappings can be searched.

use std::sync::LazyLock;

use argus_core::search::{Fields, Kind, Searchable};
use argus_identity::entity::function_mapping::{Column, Entity};
use argus_identity::graph::functions_named;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait};

/// Mappings, as the search criteria see them.
pub struct FunctionMappings;

impl Searchable for FunctionMappings {
    type Entity = Entity;
    const NAME: &'static str = "FunctionMapping";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            let parent =
                |text: &str| Ok(Expr::col(Column::ParentId.as_column_ref()).in_subquery(functions_named(text)));
            let child = |text: &str| Ok(Expr::col(Column::ChildId.as_column_ref()).in_subquery(functions_named(text)));
            Fields::new("id", Column::Id)
                .filter("parent", Column::ParentId, Kind::Custom(parent), "The whole, by number or name")
                .filter("child", Column::ChildId, Kind::Custom(child), "The part, by number or name")
                .time("createdTimestamp", Column::CreatedAt)
                .time("deletedTimestamp", Column::DeletedAt)
                .user("createdByUser", Column::CreatedBy)
                .user("deletedByUser", Column::DeletedBy)
                .flag("deleted", |_| Column::DeletedAt.is_not_null())
                .hidden("includeDeleted", Some("deleted"), |_| Column::DeletedAt.is_not_null())
                .sort("parentName", Column::ParentName)
                .sort("childName", Column::ChildName)
        });
        &FIELDS
    }
}

//! What of preferences can be searched, and users by them.

use std::sync::LazyLock;

use argus_identity::entity::user_preference::{Column, Entity};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Func, Query};
use serde_json::{Value, json};

use crate::search::{Fields, Kind, Searchable};

/// Preferences, as the parameters of a list see them.
pub struct Preferences;

impl Searchable for Preferences {
    type Entity = Entity;
    const NAME: &'static str = "Preference";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("key", Column::Key, Kind::Text, "Exactly this key")
                .filter("keyPrefix", Column::Key, Kind::Custom(|text| Ok(begins(text))), "Keys that begin so")
                .sort("key", Column::Key)
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("lastUpdatedTimestamp", Column::UpdatedAt)
                .default_sort(&["key"])
        });
        &FIELDS
    }
}

/// By code points, and with nothing special about any character.
fn begins(prefix: &str) -> Expr {
    let length = i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX);
    let column = Expr::col(Column::Key.as_column_ref());
    let first = Func::cust(Alias::new("substr")).arg(column).arg(Expr::val(1)).arg(Expr::val(length));
    Expr::expr(first).eq(prefix)
}

/// Those of a user.
pub(super) fn of(user: i64) -> Condition {
    Condition::all().add(Column::UserId.eq(user))
}

/// The condition that the user whose number a column holds has a preference of that key, or has not. What is wanted of
/// it: `exists`, true when absent, and `value`, any when absent.
///
/// # Errors
/// What is wrong with that, for a person.
pub fn with_preference(column: impl ColumnTrait, key: &str, wanted: &Value) -> Result<Expr, String> {
    let Some(members) = wanted.as_object() else { return Err("Not an object".into()) };
    let exists = match members.get("exists") {
        None | Some(Value::Null) => true,
        Some(Value::Bool(exists)) => *exists,
        Some(_) => return Err("exists is neither true nor false".into()),
    };
    let value = match members.get("value") {
        None | Some(Value::Null) => None,
        Some(Value::String(value)) => Some(value.as_str()),
        Some(_) => return Err("value is not a text".into()),
    };
    let mut users = Query::select();
    users.column(Column::UserId).from(Entity).and_where(Column::Key.eq(key));
    if let Some(value) = value {
        users.and_where(Column::Value.eq(value));
    }
    let column = Expr::col(column.as_column_ref());
    Ok(if exists { column.in_subquery(users) } else { column.not_in_subquery(users) })
}

/// What the document says of preferences that are looked for: an object by key.
#[must_use]
pub fn wanted_preferences() -> MetaSchema {
    let inline = |schema| MetaSchemaRef::Inline(Box::new(schema));
    let described = |ty, description| MetaSchema { description: Some(description), ..MetaSchema::new(ty) };
    let exists = MetaSchema { default: Some(json!(true)), ..described("boolean", "Whether there is to be one") };
    let value = described("string", "Its value; any when absent");
    let properties = vec![("exists", inline(exists)), ("value", inline(value))];
    let wanted = MetaSchema { properties, ..MetaSchema::new("object") };
    MetaSchema { additional_properties: Some(Box::new(inline(wanted))), ..MetaSchema::new("object") }
}

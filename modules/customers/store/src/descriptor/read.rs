//! Descriptors as properties are read and set by them.

use std::collections::{BTreeMap, HashMap};

use argus_core::error::ApiError;
use sea_orm::prelude::Uuid;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use super::{Kind, Schema};
use crate::entity::descriptor::{Column, Entity, Model};
use crate::entity::descriptor_value as listed;

/// What is asked of a descriptor when properties are shown: not its schemas and texts, which can be long.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Described {
    /// The key.
    pub name: String,
    /// A [`Kind`], by name.
    pub kind: String,
    /// The section.
    pub section: String,
    /// The default, as JSON.
    pub default_value: Option<String>,
    /// Who may see the property.
    pub read_function_id: i64,
    /// Who may set it.
    pub write_function_id: i64,
    /// Whether customers have what the nearest group above has.
    pub inherited: bool,
}

/// The descriptors that stand, by key; of certain keys only, where these are given.
///
/// # Errors
/// When the store fails.
pub async fn described(
    db: &impl ConnectionTrait,
    keys: Option<&[String]>,
) -> Result<BTreeMap<String, Described>, DbErr> {
    let mut select = Entity::find().select_only().filter(Column::DeletedAt.is_null());
    if let Some(keys) = keys {
        select = select.filter(Column::Name.is_in(keys));
    }
    let columns = [
        Column::Name,
        Column::Kind,
        Column::Section,
        Column::DefaultValue,
        Column::ReadFunctionId,
        Column::WriteFunctionId,
        Column::Inherited,
    ];
    let found = select.columns(columns).into_model::<Described>().all(db).await?;
    Ok(found.into_iter().map(|row| (row.name.clone(), row)).collect())
}

/// The descriptor of that identifier, deleted ones too, or the one of that key that stands.
///
/// # Errors
/// 404.
pub async fn one(db: &impl ConnectionTrait, id_or_key: &str) -> Result<Model, ApiError> {
    let find = match Uuid::parse_str(id_or_key) {
        Ok(uuid) => Entity::find().filter(Column::Uuid.eq(uuid)),
        Err(_) => Entity::find().filter(Column::Name.eq(id_or_key)).filter(Column::DeletedAt.is_null()),
    };
    find.one(db).await?.ok_or_else(|| ApiError::not_found("property descriptor"))
}

/// The values that a descriptor lists, in order.
///
/// # Errors
/// When the store fails.
pub async fn values_of(db: &impl ConnectionTrait, descriptor: i64) -> Result<Vec<String>, DbErr> {
    let found = listed::Entity::find().filter(listed::Column::DescriptorId.eq(descriptor));
    let found = found.order_by_asc(listed::Column::Value).select_only().column(listed::Column::Value);
    found.into_tuple().all(db).await
}

/// What the values of properties have to be.
pub struct Rules {
    by_key: HashMap<String, Rule>,
}

struct Rule {
    kind: Kind,
    values: Vec<String>,
    /// As JSON: compiled ones cannot be kept while something is waited for.
    schema: Option<Value>,
    write_function: i64,
}

impl Rules {
    /// Those of the descriptors that stand, of certain keys.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(db: &impl ConnectionTrait, keys: &[String]) -> Result<Self, ApiError> {
        let found = Entity::find().filter(Column::DeletedAt.is_null()).filter(Column::Name.is_in(keys));
        let mut by_key = HashMap::new();
        for row in found.all(db).await? {
            let kind = Kind::parse(&row.kind).ok_or_else(|| ApiError::internal("a descriptor of an unknown kind"))?;
            let values = if kind == Kind::EnumType { values_of(db, row.id).await? } else { Vec::new() };
            let schema = row.json_schema.as_deref().and_then(|text| serde_json::from_str(text).ok());
            by_key.insert(row.name, Rule { kind, values, schema, write_function: row.write_function_id });
        }
        Ok(Self { by_key })
    }

    /// The key and function of each.
    pub fn write_functions(&self) -> impl Iterator<Item = (&str, i64)> {
        self.by_key.iter().map(|(key, rule)| (key.as_str(), rule.write_function))
    }

    /// Sees that a value is one that the property may have; any is, where nothing is known of the key.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub fn check(&self, key: &str, value: &Value) -> Result<(), String> {
        let Some(rule) = self.by_key.get(key) else { return Ok(()) };
        check_value(rule.kind, rule.schema.as_ref(), &rule.values, value)
    }
}

/// Sees that a value is of a kind, on the list where there is one, and meets the schema.
///
/// # Errors
/// What is wrong with it, for a person.
pub fn check_value(kind: Kind, schema: Option<&Value>, values: &[String], value: &Value) -> Result<(), String> {
    let listed = kind != Kind::EnumType || value.as_str().is_some_and(|text| values.iter().any(|known| known == text));
    if !kind.takes(value) || !listed {
        return Err(format!("Must be {}", kind.words()));
    }
    schema.map_or(Ok(()), |schema| Schema::read(schema)?.check(value))
}

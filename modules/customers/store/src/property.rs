//! Properties of customers: what programs keep about them. A customer has its own, and of every other key what the nearest
//! group above it has.

use std::collections::{BTreeMap, HashMap};

use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::error::{ApiError, FieldErrors};
use argus_identity::entity::customer;
use poem_openapi::Object;
use poem_openapi::types::Any;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::{Value, json};

use crate::entity::property::{ActiveModel, Column, Entity, Model};
use crate::find::in_use;

/// The most properties that a customer has of its own.
const MOST: usize = 100;

/// The most that one request sets.
const MOST_AT_ONCE: usize = 50;

/// The longest key, in characters.
const LONGEST_KEY: usize = 255;

/// The longest value, in bytes of JSON.
const LONGEST_VALUE: usize = 4096;

/// Values in one statement; the stores take no more than some 30,000.
const MOST_VALUES: usize = 10_000;

/// A property of a customer.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Property {
    /// Its name.
    pub key: String,
    /// The value: a text as it is, anything else as JSON.
    pub value: String,
    /// The value as it was given.
    pub json_value: Any<Value>,
    /// Always null: properties have no descriptors, and so no defaults.
    pub default_value: Option<String>,
    /// Always null.
    pub default_json_value: Option<Any<Value>>,
    /// `string`, `number`, `boolean`, `list` or `object`.
    #[oai(rename = "type")]
    pub kind: String,
    /// `customer` for one of its own, `inherited` for one of the nearest group above that has the key.
    pub source: String,
    /// `write` where you may change the customer, else `read`.
    pub current_user_access_level: String,
}

/// Properties to be set. What is not named stays as it is.
#[derive(Debug, Clone, Object)]
pub struct PropertiesUpdate {
    /// Values by key: 1 to 50. Keys hold letters, digits, `_`, `-`, `.`, `:` and `/`; values are texts, numbers, booleans,
    /// lists or objects, of at most 4096 bytes as JSON. A customer has at most 100 of its own.
    pub properties: HashMap<String, Any<Value>>,
}

/// A customer's properties by key: its own, and those it inherits.
type Effective<'a> = BTreeMap<&'a str, &'a Model>;

/// Properties of customers and of everybody above them.
pub struct Properties {
    tree: std::sync::Arc<Tree>,
    by_customer: HashMap<i64, Vec<Model>>,
}

impl Properties {
    /// Looks them up; of certain keys, or with a prefix, where these are given.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(
        context: &RequestContext,
        customers: impl Iterator<Item = i64>,
        keys: &[String],
        prefix: Option<&str>,
    ) -> Result<Self, ApiError> {
        let tree = context.platform.directory.tree().await?;
        let mut ids: Vec<i64> = customers.flat_map(|id| tree.line(id).map(|above| above.id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut by_customer: HashMap<i64, Vec<Model>> = HashMap::new();
        for ids in ids.chunks(MOST_VALUES) {
            let mut select = Entity::find().filter(Column::CustomerId.is_in(ids.iter().copied()));
            if !keys.is_empty() {
                select = select.filter(Column::Name.is_in(keys));
            }
            for row in select.all(context.platform.db.reader()).await? {
                if prefix.is_none_or(|prefix| row.name.starts_with(prefix)) {
                    by_customer.entry(row.customer_id).or_default().push(row);
                }
            }
        }
        Ok(Self { tree, by_customer })
    }

    fn effective(&self, customer: i64) -> Effective<'_> {
        let mut effective = Effective::new();
        for row in self.tree.line(customer).filter_map(|above| self.by_customer.get(&above.id)).flatten() {
            // From the customer upwards: the nearest comes first and stays.
            effective.entry(&row.name).or_insert(row);
        }
        effective
    }

    /// A customer's, by key.
    #[must_use]
    pub fn map(&self, customer: i64) -> HashMap<String, Any<Value>> {
        let effective = self.effective(customer);
        effective.into_iter().map(|(key, row)| (key.to_owned(), Any(json_of(row)))).collect()
    }

    /// A customer's, in the order of their keys; `write`: whether the caller may change the customer.
    #[must_use]
    pub fn list(&self, customer: i64, write: bool) -> Vec<Property> {
        self.effective(customer).into_values().map(|row| print(row, customer, write)).collect()
    }
}

fn json_of(row: &Model) -> Value {
    serde_json::from_str(&row.value).unwrap_or_default()
}

fn print(row: &Model, customer: i64, write: bool) -> Property {
    let value = json_of(row);
    let kind = match &value {
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::String(_) | Value::Null => "string",
    };
    Property {
        key: row.name.clone(),
        value: value.as_str().map_or_else(|| row.value.clone(), str::to_owned),
        json_value: Any(value),
        default_value: None,
        default_json_value: None,
        kind: kind.to_owned(),
        source: if row.customer_id == customer { "customer" } else { "inherited" }.to_owned(),
        current_user_access_level: if write { "write" } else { "read" }.to_owned(),
    }
}

/// Checks properties that are to be set; gives them by key, as JSON.
pub fn check(update: &PropertiesUpdate, errors: &mut FieldErrors) -> BTreeMap<String, String> {
    let given = &update.properties;
    if (given.is_empty() || given.len() > MOST_AT_ONCE) && !errors.has("properties") {
        errors.add("properties", "invalid.field.length", format!("Must have 1 to {MOST_AT_ONCE} members"));
        return BTreeMap::new();
    }
    let mut read = BTreeMap::new();
    for (key, Any(value)) in given {
        let sound = key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/".contains(c));
        if !sound || key.is_empty() || key.len() > LONGEST_KEY {
            let text = format!("A key has 1 to {LONGEST_KEY} letters, digits, _, -, ., : and /");
            if !errors.has("properties") {
                errors.add("properties", "invalid.field.value", text);
            }
            continue;
        }
        let json = value.to_string();
        if value.is_null() {
            let text = "A property has a value; DELETE takes it away";
            errors.add(format!("properties.{key}"), "invalid.field.value", text);
        } else if json.len() > LONGEST_VALUE {
            let text = format!("Must be at most {LONGEST_VALUE} bytes long as JSON");
            errors.add(format!("properties.{key}"), "invalid.field.length", text);
        }
        read.insert(key.clone(), json);
    }
    read
}

/// Sets properties of a customer, in one transaction with its record.
///
/// # Errors
/// 412 for a disabled customer, and when it would have too many.
pub async fn set(
    context: &RequestContext,
    customer: &customer::Model,
    given: BTreeMap<String, String>,
) -> Result<(), ApiError> {
    let (now, by) = (context.platform.clock.now(), context.caller()?.user_id);
    let done = context.change(async |transaction| {
        in_use(transaction, customer).await?;
        let before = named(transaction, customer.id, given.keys()).await?;
        let all = Entity::find().filter(Column::CustomerId.eq(customer.id)).count(transaction).await?;
        let new = given.len().saturating_sub(before.len());
        if usize::try_from(all).unwrap_or(usize::MAX).saturating_add(new) > MOST {
            let text = format!("A customer has at most {MOST} properties of its own");
            return Err(ApiError::field("properties", "invalid.field.length", text));
        }
        let rows = given.iter().map(|(key, value)| ActiveModel {
            customer_id: Set(customer.id),
            name: Set(key.clone()),
            value: Set(value.clone()),
            updated_at: Set(now),
            updated_by: Set(by),
        });
        let anew = [Column::Value, Column::UpdatedAt, Column::UpdatedBy];
        let replaced = OnConflict::columns([Column::CustomerId, Column::Name]).update_columns(anew).to_owned();
        Entity::insert_many(rows).on_conflict(replaced).exec_without_returning(transaction).await?;
        let after = named(transaction, customer.id, given.keys()).await?;
        let record = context.record().about("CUSTOMER", customer.id.to_string(), Some(map(&before)), Some(map(&after)));
        Ok(((), record))
    });
    done.await
}

/// Takes properties away from a customer, in one transaction with its record. What it inherits by those keys shows again.
///
/// # Errors
/// 412 for a disabled customer, and for a key that it does not have of its own.
pub async fn remove(context: &RequestContext, customer: &customer::Model, keys: &[String]) -> Result<(), ApiError> {
    if keys.is_empty() || keys.len() > MOST {
        return Err(ApiError::field("key", "missing.field.value", format!("Name 1 to {MOST} keys")));
    }
    let done = context.change(async |transaction| {
        in_use(transaction, customer).await?;
        let before = named(transaction, customer.id, keys.iter()).await?;
        if keys.iter().any(|key| before.iter().all(|row| row.name != *key)) {
            return Err(ApiError::field("key", "invalid.field.value", "The customer has no such property of its own"));
        }
        let gone = Entity::delete_many().filter(Column::CustomerId.eq(customer.id));
        gone.filter(Column::Name.is_in(keys)).exec(transaction).await?;
        let record = context.record().about("CUSTOMER", customer.id.to_string(), Some(map(&before)), Some(map(&[])));
        Ok(((), record))
    });
    done.await
}

async fn named(
    db: &impl ConnectionTrait,
    customer: i64,
    keys: impl Iterator<Item = &String>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CustomerId.eq(customer)).filter(Column::Name.is_in(keys)).all(db).await
}

fn map(rows: &[Model]) -> Value {
    let members: serde_json::Map<String, Value> = rows.iter().map(|row| (row.name.clone(), json_of(row))).collect();
    json!({ "properties": members })
}

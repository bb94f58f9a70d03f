//! Setting properties and taking them away.

use std::collections::{BTreeMap, HashMap};

use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_identity::entity::customer;
use poem_openapi::types::Any;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::{Value, json};

use super::{PropertiesUpdate, json_of};
use crate::descriptor::{Rules, may_use};
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

/// Checks properties of a customer that are to be set; gives them by key, as JSON.
///
/// # Errors
/// 403 for one whose descriptor asks for a function that the caller has not; what is wrong with the body goes into `errors`.
pub async fn check(
    context: &RequestContext,
    customer: &customer::Model,
    update: &PropertiesUpdate,
    errors: &mut FieldErrors,
) -> Result<BTreeMap<String, String>, ApiError> {
    let given = &update.properties;
    if given.is_empty() || given.len() > MOST_AT_ONCE {
        if !errors.has("properties") {
            errors.add("properties", "invalid.field.length", format!("Must have 1 to {MOST_AT_ONCE} members"));
        }
        return Ok(BTreeMap::new());
    }
    let keys: Vec<String> = given.keys().cloned().collect();
    let rules = may_write(context, customer, &keys).await?;
    Ok(read(given, &rules, errors))
}

/// The rules of properties, which the caller may set for a customer.
async fn may_write(context: &RequestContext, customer: &customer::Model, keys: &[String]) -> Result<Rules, ApiError> {
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    let rules = Rules::of(context.platform.db.reader(), keys).await?;
    for (key, function) in rules.write_functions() {
        if !may_use(caller, &tree, function, customer.id) {
            let function = tree.function(function).map_or("one that was removed", |function| function.name.as_str());
            let text = format!("Access denied: the function {function} is needed for the property {key}");
            return Err(ApiError::forbidden("access.denied", text));
        }
    }
    Ok(rules)
}

fn read(given: &HashMap<String, Any<Value>>, rules: &Rules, errors: &mut FieldErrors) -> BTreeMap<String, String> {
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
        } else if let Err(text) = rules.check(key, value) {
            errors.add(format!("properties.{key}"), "invalid.field.value", text);
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
/// 403 for one whose descriptor asks for a function that the caller has not; 412 for a disabled customer, and for a key that
/// it does not have of its own.
pub async fn remove(context: &RequestContext, customer: &customer::Model, keys: &[String]) -> Result<(), ApiError> {
    if keys.is_empty() || keys.len() > MOST {
        return Err(ApiError::field("key", "missing.field.value", format!("Name 1 to {MOST} keys")));
    }
    may_write(context, customer, keys).await?;
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
    let members: serde_json::Map<String, Value> =
        rows.iter().map(|row| (row.name.clone(), json_of(&row.value))).collect();
    json!({ "properties": members })
}

//! Values that descriptors list. Those that customers have stay as they are, whatever becomes of the list.

use std::collections::HashMap;

use argus_core::audit::Record;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::folded_column;
use argus_core::texts::{localized, stored};
use argus_customers_store::descriptor::Kind;
use argus_customers_store::entity::descriptor;
use argus_customers_store::entity::descriptor_value::{ActiveModel, Column, Entity, Model};
use sea_orm::prelude::Uuid;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, Set, SqlErr,
};
use serde_json::{Value, json};

use super::descriptor::{locked, touched};
use super::wanted::{check_name, check_with_english};
use crate::model::descriptor_value::{DescriptorValueAdd, DescriptorValueUpdate};

/// The most values that a descriptor lists.
const MOST: u64 = 1_000;

/// The value of that identifier, or the value itself, that a descriptor lists.
///
/// # Errors
/// 404.
pub async fn find(db: &impl ConnectionTrait, descriptor: i64, id_or_value: &str) -> Result<Model, ApiError> {
    let listed = Entity::find().filter(Column::DescriptorId.eq(descriptor));
    let listed = match Uuid::parse_str(id_or_value) {
        Ok(uuid) => listed.filter(Column::Uuid.eq(uuid)),
        Err(_) => listed.filter(Column::Value.eq(id_or_value)),
    };
    listed.one(db).await?.ok_or_else(|| ApiError::not_found("value of the property descriptor"))
}

/// Checks a value that is to be listed; what is wrong goes into `errors`.
pub fn check(add: DescriptorValueAdd, errors: &mut FieldErrors) -> DescriptorValueAdd {
    check_name("value", &add.value, errors);
    check_texts(Some(&add.localized_values), Some(&add.localized_descriptions), errors);
    add
}

/// Checks what is to change about a value; what is wrong goes into `errors`.
pub fn check_update(update: DescriptorValueUpdate, errors: &mut FieldErrors) -> DescriptorValueUpdate {
    check_texts(update.localized_values.as_ref(), update.localized_descriptions.as_ref(), errors);
    update
}

fn check_texts(
    names: Option<&HashMap<String, String>>,
    descriptions: Option<&HashMap<String, String>>,
    errors: &mut FieldErrors,
) {
    if let Some(names) = names {
        check_with_english("localizedValues", names, 255, errors);
    }
    if let Some(descriptions) = descriptions {
        check_with_english("localizedDescriptions", descriptions, 4000, errors);
    }
}

/// Lists a value.
///
/// # Errors
/// 412 for a descriptor that is no list or is deleted, a value that it has, and one too many.
pub async fn create(
    context: &RequestContext,
    of: &descriptor::Model,
    add: DescriptorValueAdd,
) -> Result<Model, ApiError> {
    let uuid = context.platform.ids.uuid();
    let done = context.change(async |transaction| {
        let descriptor = locked(transaction, of.id).await?;
        if descriptor.kind != Kind::EnumType.name() {
            return Err(ApiError::unmet("descriptor.lists.nothing", "Only a descriptor of enumType lists values"));
        }
        if Entity::find().filter(Column::DescriptorId.eq(of.id)).count(transaction).await? >= MOST {
            return Err(ApiError::unmet("descriptor.too.many", format!("The descriptor lists {MOST} values already")));
        }
        let mut row = <ActiveModel as ActiveModelTrait>::default();
        row.uuid = Set(uuid);
        row.descriptor_id = Set(of.id);
        write(&mut row, &add.value, &add.localized_values, &add.localized_descriptions);
        row.value = Set(add.value);
        let made = row.insert(transaction).await.map_err(unless_listed)?;
        touched(context, of.id)?.update(transaction).await?;
        let record = about(context, of, None, Some(&made));
        Ok((made, record))
    });
    done.await
}

/// Changes what people read of a value; gives it, and whether anything changed.
///
/// # Errors
/// 404 when it is listed no more; 412 for a descriptor that is deleted.
pub async fn update(
    context: &RequestContext,
    of: &descriptor::Model,
    found: &Model,
    update: DescriptorValueUpdate,
) -> Result<(Model, bool), ApiError> {
    let done = context.change(async |transaction| {
        let before = now(transaction, of, found).await?;
        let texts = |given: Option<HashMap<String, String>>, before: &Option<String>| {
            given.unwrap_or_else(|| localized(before.as_deref()))
        };
        let names = texts(update.localized_values, &before.localized_values);
        let descriptions = texts(update.localized_descriptions, &before.localized_descriptions);
        let same = stored(&names) == before.localized_values && stored(&descriptions) == before.localized_descriptions;
        if same {
            let record = about(context, of, Some(&before), Some(&before));
            return Ok(((before, false), record));
        }
        let mut row = <ActiveModel as ActiveModelTrait>::default();
        row.id = Set(before.id);
        write(&mut row, &before.value, &names, &descriptions);
        let after = row.update(transaction).await?;
        touched(context, of.id)?.update(transaction).await?;
        let record = about(context, of, Some(&before), Some(&after));
        Ok(((after, true), record))
    });
    done.await
}

/// Takes a value from the list; gives the descriptor.
///
/// # Errors
/// 404 when it is listed no more; 412 while it is the default, and for a descriptor that is deleted.
pub async fn delete(
    context: &RequestContext,
    of: &descriptor::Model,
    found: &Model,
) -> Result<descriptor::Model, ApiError> {
    let done = context.change(async |transaction| {
        let before = now(transaction, of, found).await?;
        let descriptor = locked(transaction, of.id).await?;
        if descriptor.default_value == Some(Value::from(before.value.as_str()).to_string()) {
            return Err(ApiError::unmet("descriptor.default", "The value is the default: set another first"));
        }
        Entity::delete_by_id(before.id).exec(transaction).await?;
        let after = touched(context, of.id)?.update(transaction).await?;
        let record = about(context, of, Some(&before), None);
        Ok((after, record))
    });
    done.await
}

/// The value as it is now; nobody else changes its descriptor, nor anything on the list, until the transaction ends.
async fn now(transaction: &DatabaseTransaction, of: &descriptor::Model, found: &Model) -> Result<Model, ApiError> {
    locked(transaction, of.id).await?;
    find(transaction, of.id, &found.uuid.to_string()).await
}

/// The columns that texts make.
fn write(row: &mut ActiveModel, value: &str, names: &HashMap<String, String>, descriptions: &HashMap<String, String>) {
    let lines = |texts: &HashMap<String, String>| {
        let mut lines: Vec<&str> = texts.values().map(String::as_str).collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    let (called, described) = (lines(names), lines(descriptions));
    let fields = [("value", Some(value)), ("name", Some(called.as_str())), ("description", Some(described.as_str()))];
    row.folded = Set(folded_column(&fields));
    row.localized_values = Set(stored(names));
    row.localized_descriptions = Set(stored(descriptions));
    (row.names, row.descriptions) = (Set(called), Set(described));
}

fn unless_listed(error: DbErr) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            ApiError::field("value", "object.exists", "The descriptor lists this value")
        }
        _ => error.into(),
    }
}

fn about(context: &RequestContext, of: &descriptor::Model, before: Option<&Model>, after: Option<&Model>) -> Record {
    let print = |row: &Model| {
        json!({
            "value": row.value, "localizedValues": localized(row.localized_values.as_deref()),
            "localizedDescriptions": localized(row.localized_descriptions.as_deref()),
        })
    };
    let id = of.uuid.to_string();
    context.record().about("PROPERTY_DESCRIPTOR", id, before.map(print), after.map(print))
}

//! Descriptors of properties: what a body asks for, and doing it. They are the same for all customers, so whoever changes
//! one may do so at the root; and who sees and sets properties is not changed by who cannot do so.

use argus_core::audit::Record;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::folded_column;
use argus_core::texts::localized;
use argus_customers_store::descriptor::{may_use, values_of};
use argus_customers_store::entity::descriptor::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect, Set, SqlErr,
};
use serde_json::{Value, json};

use super::wanted::{Wanted, check_name};
use crate::model::descriptor::{PropertyDescriptorAdd, PropertyDescriptorUpdate, flags, json_of};

/// The most descriptors that stand.
const MOST: u64 = 1_000;

/// Checks what a descriptor is to be.
///
/// # Errors
/// 403 as [`create`]; what is wrong with the body goes into `errors`.
pub async fn read(
    context: &RequestContext,
    add: PropertyDescriptorAdd,
    errors: &mut FieldErrors,
) -> Result<PropertyDescriptorAdd, ApiError> {
    let tree = context.platform.directory.tree().await?;
    check_name("key", &add.key, errors);
    let known = standing(context.platform.db.reader(), &add.key).await?;
    if known.is_some() && add.overwrite_if_exists != Some(true) && !errors.has("key") {
        errors.merge(taken());
    }
    let wanted = Wanted::new(&tree, &add, errors);
    let values = match &known {
        Some(known) if add.overwrite_if_exists == Some(true) => {
            require_access(context, &tree, known, Some(&wanted))?;
            values_of(context.platform.db.reader(), known.id).await?
        }
        _ => Vec::new(),
    };
    wanted.check(&values, errors);
    Ok(add)
}

/// Makes a descriptor, or makes the one that the key has another, where the body says so.
///
/// # Errors
/// 403 for another that who sees and sets properties by differs; 412 when somebody took the key meanwhile, and when there are
/// too many.
pub async fn create(context: &RequestContext, add: PropertyDescriptorAdd) -> Result<Model, ApiError> {
    let (now, by, uuid) = (context.platform.clock.now(), context.caller()?.user_id, context.platform.ids.uuid());
    let tree = context.platform.directory.tree().await?;
    let done = context.change(async |transaction| {
        let mut errors = FieldErrors::default();
        let wanted = Wanted::new(&tree, &add, &mut errors);
        if let Some(before) = standing(transaction, &add.key).await? {
            if add.overwrite_if_exists != Some(true) {
                return Err(taken());
            }
            let before = locked(transaction, before.id).await?;
            let (after, _, record) = rewrite(context, transaction, &before, wanted, errors).await?;
            return Ok((after, record));
        }
        wanted.check(&[], &mut errors);
        errors.finish()?;
        if Entity::find().filter(Column::DeletedAt.is_null()).count(transaction).await? >= MOST {
            return Err(ApiError::unmet("descriptor.too.many", format!("There are {MOST} descriptors already")));
        }
        let mut row = <ActiveModel as ActiveModelTrait>::default();
        row.uuid = Set(uuid);
        row.created_at = Set(now);
        row.created_by = Set(Some(by));
        row.folded = Set(folded(&add.key, wanted.default()));
        row.name = Set(add.key);
        wanted.write(&mut row);
        let made = row.insert(transaction).await.map_err(unless_taken)?;
        let record = recorded(context, None, &made);
        Ok((made, record))
    });
    done.await
}

/// Checks what is to change about a descriptor.
///
/// # Errors
/// 403 as [`update`]; what is wrong with the body goes into `errors`.
pub async fn check(
    context: &RequestContext,
    found: &Model,
    update: PropertyDescriptorUpdate,
    errors: &mut FieldErrors,
) -> Result<PropertyDescriptorUpdate, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let wanted = Wanted::of(found).with(&tree, &update, errors);
    require_access(context, &tree, found, Some(&wanted))?;
    wanted.check(&values_of(context.platform.db.reader(), found.id).await?, errors);
    Ok(update)
}

/// Changes a descriptor; gives it, and whether anything changed.
///
/// # Errors
/// 403 when who sees or sets the property would be others, and the caller is not of those who do; 412 for a deleted one.
pub async fn update(
    context: &RequestContext,
    found: &Model,
    update: &PropertyDescriptorUpdate,
) -> Result<(Model, bool), ApiError> {
    let tree = context.platform.directory.tree().await?;
    let done = context.change(async |transaction| {
        let (before, mut errors) = (locked(transaction, found.id).await?, FieldErrors::default());
        let wanted = Wanted::of(&before).with(&tree, update, &mut errors);
        let (after, changed, record) = rewrite(context, transaction, &before, wanted, errors).await?;
        Ok(((after, changed), record))
    });
    done.await
}

/// Makes a descriptor another, if that differs.
async fn rewrite(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    before: &Model,
    wanted: Wanted,
    mut errors: FieldErrors,
) -> Result<(Model, bool, Record), ApiError> {
    let tree = context.platform.directory.tree().await?;
    require_access(context, &tree, before, Some(&wanted))?;
    wanted.check(&values_of(transaction, before.id).await?, &mut errors);
    errors.finish()?;
    if wanted == Wanted::of(before) {
        return Ok((before.clone(), false, recorded(context, Some(before), before)));
    }
    let mut row = touched(context, before.id)?;
    row.folded = Set(folded(&before.name, wanted.default()));
    wanted.write(&mut row);
    let after = row.update(transaction).await?;
    let record = recorded(context, Some(before), &after);
    Ok((after, true, record))
}

/// Deletes a descriptor. Properties of its key stay, and are what programs make of them.
///
/// # Errors
/// 403 when the caller is not of those who see and set the property, 404 for one that is deleted already.
pub async fn delete(context: &RequestContext, found: &Model) -> Result<Model, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let done = context.change(async |transaction| {
        let before = now(transaction, found.id).await?.filter(|before| before.deleted_at.is_none());
        let before = before.ok_or_else(|| ApiError::not_found("property descriptor"))?;
        require_access(context, &tree, &before, None)?;
        let mut row = <ActiveModel as ActiveModelTrait>::default();
        row.id = Set(before.id);
        row.deleted_at = Set(Some(context.platform.clock.now()));
        row.deleted_by = Set(Some(context.caller()?.user_id));
        let after = row.update(transaction).await?;
        let record = recorded(context, Some(&before), &after);
        Ok((after, record))
    });
    done.await
}

/// Sees that a caller who changes by which function a property is seen or set has the one before, everywhere. One that was
/// removed is nobody's, and can be replaced.
fn require_access(
    context: &RequestContext,
    tree: &Tree,
    before: &Model,
    wanted: Option<&Wanted>,
) -> Result<(), ApiError> {
    let caller = context.caller()?;
    let functions = [
        (before.read_function_id, wanted.map(|wanted| wanted.read_function)),
        (before.write_function_id, wanted.map(|wanted| wanted.write_function)),
    ];
    for (function, _) in functions.into_iter().filter(|(before, wanted)| Some(*before) != *wanted) {
        let removed = tree.function(function).is_none_or(|function| function.deleted_at.is_some());
        if !removed && !may_use(caller, tree, function, tree.root()) {
            let name = tree.function(function).map_or("", |function| function.name.as_str());
            let text = format!("Access denied: you do not hold {name} at the root customer, and cannot replace it");
            return Err(ApiError::forbidden("access.denied.escalation", text));
        }
    }
    Ok(())
}

/// The descriptor as it is now, kept from others until the transaction ends.
///
/// # Errors
/// 412 for a deleted one.
pub async fn locked(transaction: &DatabaseTransaction, id: i64) -> Result<Model, ApiError> {
    let found = now(transaction, id).await?.ok_or_else(|| ApiError::not_found("property descriptor"))?;
    if found.deleted_at.is_some() {
        return Err(ApiError::unmet("object.deleted", "The property descriptor is deleted"));
    }
    Ok(found)
}

async fn now(transaction: &DatabaseTransaction, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(transaction).await
}

/// The descriptor that a key has.
async fn standing(db: &impl ConnectionTrait, key: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Name.eq(key)).filter(Column::DeletedAt.is_null()).one(db).await
}

/// A row in which nothing changes yet but who changed it and when.
pub fn touched(context: &RequestContext, id: i64) -> Result<ActiveModel, ApiError> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.updated_at = Set(Some(context.platform.clock.now()));
    row.updated_by = Set(Some(context.caller()?.user_id));
    Ok(row)
}

fn taken() -> ApiError {
    ApiError::field("key", "object.exists", "The key has a descriptor")
}

/// A key that somebody else took meanwhile is the client's to change, like one that was taken before.
fn unless_taken(error: DbErr) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken(),
        _ => error.into(),
    }
}

fn folded(key: &str, default: Option<&str>) -> Option<String> {
    folded_column(&[("key", Some(key)), ("defaultValue", default)])
}

fn recorded(context: &RequestContext, before: Option<&Model>, after: &Model) -> Record {
    context.record().about("PROPERTY_DESCRIPTOR", after.uuid.to_string(), before.map(print), Some(print(after)))
}

fn print(row: &Model) -> Value {
    json!({
        "key": row.name, "type": row.kind, "section": row.section, "sectionIndex": row.section_index,
        "localizedNames": localized(row.localized_names.as_deref()),
        "localizedDescriptions": localized(row.localized_descriptions.as_deref()),
        "defaultValue": json_of(row.default_value.as_ref()), "jsonSchema": json_of(row.json_schema.as_ref()),
        "uiSchema": json_of(row.ui_schema.as_ref()), "readFunctionID": row.read_function_id,
        "writeFunctionID": row.write_function_id, "inherited": row.inherited, "flags": flags(row),
        "deletedTimestamp": row.deleted_at.map(millis),
    })
}

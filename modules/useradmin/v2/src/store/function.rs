//! Functions: what a body asks for, and doing it. They are the same for all customers, so whoever changes one may do so at
//! the root; and nobody gives by them what is not theirs.

use argus_core::access::Level;
use argus_core::audit::Record;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::{Changed, Tree};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::rights::{require_administrator, require_held_where_granted};
use argus_core::texts::{localized, stored};
use argus_identity::entity::function::{ActiveModel, Model};
use argus_identity::{administrators, functions};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, Set, SqlErr};
use serde_json::{Value, json};

use super::texts::Given;
use crate::model::function::{FunctionAdd, FunctionUpdate};
use argus_useradmin_store::function::function_flags;

/// The function that a path names, removed ones too.
///
/// # Errors
/// 404.
pub async fn find(context: &RequestContext, id_or_name: &str) -> Result<Model, ApiError> {
    let tree = context.platform.directory.tree().await?;
    tree.known_function(id_or_name).cloned().ok_or_else(|| ApiError::not_found("function"))
}

/// Reads what a function is to be, and what it is to be a part of.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read(
    context: &RequestContext,
    add: FunctionAdd,
    errors: &mut FieldErrors,
) -> Result<(ActiveModel, i64), ApiError> {
    let tree = context.platform.directory.tree().await?;
    check_name(&tree, Some(&add.name), None, errors);
    let parent = tree.named_function(&add.parent).map(|parent| parent.id);
    if parent.is_none() && !errors.has("parent") {
        errors.add("parent", "invalid.field.value", "Unknown or removed function");
    }
    let texts = Given::read(add.localized_names, add.localized_descriptions, add.description, errors);
    let level = add.minimum_security_level.map_or(Level::Default, Level::from);
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    row.name = Set(add.name);
    row.minimum_level = Set(level.name().to_owned());
    row.least_level = Set(None);
    row.built_in = Set(false);
    row.read_only = Set(add.read_only.unwrap_or_default());
    row.role = Set(add.role.unwrap_or_default());
    row.sysadm = Set(add.sysadm.unwrap_or_default());
    row.role_type = Set(add.role_type.map_or("other", |kind| kind.name()).to_owned());
    row.localized_names = Set(texts.names.as_ref().and_then(stored));
    row.localized_descriptions = Set(texts.descriptions(None).as_ref().and_then(stored));
    row.created_at = Set(context.platform.clock.now());
    row.created_by = Set(Some(context.caller()?.user_id));
    Ok((row, parent.unwrap_or_default()))
}

fn check_name(tree: &Tree, name: Option<&str>, own: Option<i64>, errors: &mut FieldErrors) {
    let Some(name) = name.filter(|_| !errors.has("name")) else { return };
    let sound = name.chars().all(|c| c.is_ascii_alphanumeric() || "_:-.".contains(c));
    if !sound || name.bytes().all(|byte| byte.is_ascii_digit()) {
        let text = "May hold letters, digits, _, :, - and . only, and must not be a number";
        errors.add("name", "invalid.field.value", text);
    } else if tree.known_function(name).is_some_and(|known| Some(known.id) != own) {
        errors.merge(taken());
    }
}

fn taken() -> ApiError {
    ApiError::field("name", "name.taken", "Another function, perhaps a removed one, has this name")
}

fn unless_taken(error: DbErr) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken(),
        _ => error.into(),
    }
}

/// Makes a function that is a part of another: whoever has that has the new one, so the caller has that wherever it is
/// granted.
///
/// # Errors
/// 403; 412 when somebody took the name, or removed the parent, meanwhile.
pub async fn create(context: &RequestContext, row: ActiveModel, parent: i64) -> Result<Model, ApiError> {
    let (caller, now, id) = (context.caller()?, context.platform.clock.now(), context.platform.ids.uuid());
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let tree = Tree::load(transaction).await?;
        if tree.function(parent).is_none_or(|parent| parent.deleted_at.is_some()) {
            return Err(ApiError::field("parent", "invalid.field.value", "Unknown or removed function"));
        }
        require_held_where_granted(transaction, caller, &tree, parent, parent).await?;
        let made = functions::save(transaction, row).await.map_err(unless_taken)?;
        functions::add_child(transaction, id, parent, made.id, Some(caller.user_id), now).await?;
        let mut after = print(&made);
        if let Some(members) = after.as_object_mut() {
            members.insert("parentID".to_owned(), parent.into());
        }
        let record = context.record().about("FUNCTION", made.id.to_string(), None, Some(after));
        Ok((made, record))
    });
    done.await
}

/// What is to change about a function.
pub struct Update {
    update: FunctionUpdate,
    texts: Given,
}

/// Checks what is to change about a function.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn check(
    context: &RequestContext,
    found: &Model,
    mut update: FunctionUpdate,
    errors: &mut FieldErrors,
) -> Result<Update, ApiError> {
    let tree = context.platform.directory.tree().await?;
    check_name(&tree, update.name.as_deref(), Some(found.id), errors);
    let texts = Given::read(
        update.localized_names.take(),
        update.localized_descriptions.take(),
        update.description.take(),
        errors,
    );
    if found.built_in {
        let fixed = [
            ("name", update.name.as_ref().is_some_and(|name| *name != found.name)),
            ("role", update.role.is_some_and(|role| role != found.role)),
            ("readOnly", update.read_only.is_some_and(|read_only| read_only != found.read_only)),
        ];
        for (field, _) in fixed.into_iter().filter(|(_, changes)| *changes) {
            if !errors.has(field) {
                errors.add(field, "function.built.in", "A module made this function known, and has the say about this");
            }
        }
    }
    let least = found.least_level.as_deref().and_then(Level::parse);
    let asked = update.minimum_security_level.map(Level::from);
    if asked.zip(least).is_some_and(|(asked, least)| asked < least) {
        let text = "The module that made this function known asks for more";
        errors.add("minimumSecurityLevel", "function.built.in", text);
    }
    Ok(Update { update, texts })
}

/// Changes a function.
///
/// # Errors
/// 403 for lowering the level of what the caller does not hold, or not at that level; 412 for a removed one.
pub async fn update(context: &RequestContext, found: &Model, new: Update) -> Result<Model, ApiError> {
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let before = functions::by_id(transaction, found.id).await?.ok_or_else(|| ApiError::not_found("function"))?;
        if before.deleted_at.is_some() {
            return Err(ApiError::unmet("object.deleted", "The function is removed"));
        }
        let Update { update, texts } = new;
        let mut row = <ActiveModel as ActiveModelTrait>::default();
        row.id = Set(before.id);
        row.updated_at = Set(Some(context.platform.clock.now()));
        row.updated_by = Set(Some(context.caller()?.user_id));
        if let Some(level) = update.minimum_security_level.map(Level::from) {
            require_may_lower(context, transaction, &before, level).await?;
            row.minimum_level = Set(level.name().to_owned());
        }
        row.read_only = Set(update.read_only.unwrap_or(before.read_only));
        row.role = Set(update.role.unwrap_or(before.role));
        row.sysadm = Set(update.sysadm.unwrap_or(before.sysadm));
        row.role_type = Set(update.role_type.map_or_else(|| before.role_type.clone(), |kind| kind.name().to_owned()));
        row.localized_names = Set(texts.names.as_ref().map_or_else(|| before.localized_names.clone(), stored));
        let descriptions = texts.descriptions(before.localized_descriptions.as_deref());
        let kept = || before.localized_descriptions.clone();
        row.localized_descriptions = Set(descriptions.as_ref().map_or_else(kept, stored));
        row.name = Set(update.name.unwrap_or_else(|| before.name.clone()));
        let after = functions::save(transaction, row).await.map_err(unless_taken)?;
        let record = recorded(context, Some(&before), &after);
        Ok((after, record))
    });
    done.await
}

/// A lower level gives the function to weaker credentials of all who hold it, so the caller could use it now, everywhere.
async fn require_may_lower(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    before: &Model,
    level: Level,
) -> Result<(), ApiError> {
    let current = Level::parse(&before.minimum_level).unwrap_or(Level::Administrative);
    if level >= current {
        return Ok(());
    }
    let caller = context.caller()?;
    if caller.level < current {
        let text = format!("Access denied: the security level {} is needed", current.name());
        return Err(ApiError::forbidden("access.denied.level", text));
    }
    let tree = Tree::load(transaction).await?;
    require_held_where_granted(transaction, caller, &tree, before.id, before.id).await
}

/// Removes a function: nobody has it any more, nor anything by it.
///
/// # Errors
/// 404 for one that is removed already; 412 for one of a module, and when the last administrator would be gone.
pub async fn delete(context: &RequestContext, found: &Model) -> Result<Model, ApiError> {
    let (now, by) = (context.platform.clock.now(), Some(context.caller()?.user_id));
    if found.built_in {
        let text = "A module made this function known; it cannot be removed";
        return Err(ApiError::unmet("function.built.in", text));
    }
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let before = functions::by_id(transaction, found.id).await?.filter(|before| before.deleted_at.is_none());
        let before = before.ok_or_else(|| ApiError::not_found("function"))?;
        for link in functions::links_of(transaction, before.id).await? {
            functions::end_child(transaction, link.id, by, now).await?;
        }
        let mut row = <ActiveModel as ActiveModelTrait>::default();
        row.id = Set(before.id);
        row.deleted_at = Set(Some(now));
        row.deleted_by = Set(by);
        let after = functions::save(transaction, row).await?;
        require_administrator(transaction, now).await?;
        let record = recorded(context, Some(&before), &after);
        Ok((after, record))
    });
    done.await
}

fn recorded(context: &RequestContext, before: Option<&Model>, after: &Model) -> Record {
    context.record().about("FUNCTION", after.id.to_string(), before.map(print), Some(print(after)))
}

fn print(row: &Model) -> Value {
    json!({
        "name": row.name, "minimumSecurityLevel": row.minimum_level, "roleType": row.role_type,
        "flags": function_flags(row), "localizedNames": localized(row.localized_names.as_deref()),
        "localizedDescriptions": localized(row.localized_descriptions.as_deref()),
        "deletedTimestamp": row.deleted_at.map(millis),
    })
}

//! What users and groups have in common: finding them, their names, moving, deleting and bringing them back.

use argus_core::access::{CustomerSet, Gate};
use argus_core::audit::Record;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::rights::{require_administrator, require_held_by_all};
use argus_core::search::folded_column;
use argus_core::wire::check_safe;
use argus_identity::entity::{customer, subject};
use argus_identity::users::NewUser;
use argus_identity::{administrators, sessions, subjects, users};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, Set, SqlErr};
use serde_json::{Value, json};

use crate::ViewUsers;
use crate::model::describe::flags;

/// The customers whose users and groups the caller may see.
///
/// # Errors
/// 500 where an operation lets in somebody who did not say.
pub fn visible(context: &RequestContext) -> Result<CustomerSet, ApiError> {
    Ok(context.caller()?.customers_for(ViewUsers::NAME))
}

/// Checks the names that are given: what they are made of, and that nobody else in the domain has the short one.
///
/// # Errors
/// When the store fails.
pub async fn check_names(
    context: &RequestContext,
    names: (Option<&str>, Option<&str>, Option<&str>),
    domain: Option<i64>,
    own: Option<i64>,
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    let (name, short_name, description) = names;
    check_safe("name", name, errors);
    check_safe("description", description, errors);
    let Some(short_name) = short_name.filter(|_| !errors.has("shortName")) else { return Ok(()) };
    let sound = short_name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.@".contains(c));
    if !sound || short_name.bytes().all(|byte| byte.is_ascii_digit()) {
        let text = "May hold letters, digits, _, -, . and @ only, and must not be a number";
        errors.add("shortName", "invalid.field.value", text);
        return Ok(());
    }
    let Some(domain) = domain else { return Ok(()) };
    let taken = subjects::by_name(context.platform.db.reader(), domain, short_name).await?;
    if taken.is_some_and(|other| Some(other.id) != own) {
        errors.merge(taken_name());
    }
    Ok(())
}

fn taken_name() -> ApiError {
    ApiError::field("shortName", "object.exists", "A user or group of the domain has this name")
}

/// A short name that somebody else took meanwhile is the client's to change, like one that was taken before.
fn unless_taken(error: DbErr) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken_name(),
        _ => error.into(),
    }
}

/// The keyword fields, folded.
pub fn folded(short_name: &str, name: &str, email: Option<&str>, phone: Option<&str>) -> Option<String> {
    folded_column(&[("shortName", Some(short_name)), ("name", Some(name)), ("email", email), ("phoneNumber", phone)])
}

/// A row in which nothing changes yet but who changed it and when.
pub fn touched(context: &RequestContext, id: i64) -> Result<subject::ActiveModel, ApiError> {
    let mut row = <subject::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.updated_at = Set(Some(context.platform.clock.now()));
    row.updated_by = Set(Some(context.caller()?.user_id));
    Ok(row)
}

/// The record of a change; proofs are no part of it.
fn recorded(context: &RequestContext, before: Option<&subject::Model>, after: &subject::Model) -> Record {
    let (kind, id) = (after.kind.to_uppercase(), after.id.to_string());
    context.record().about(&kind, id, before.map(print), Some(print(after)))
}

fn print(row: &subject::Model) -> Value {
    json!({
        "shortName": row.short_name, "name": row.name, "customerID": row.customer_id, "email": row.email,
        "phone": row.phone_country.as_deref().zip(row.phone_number.as_deref()).map(|(code, number)| format!("+{code} {number}")),
        "description": row.description, "language": row.language, "flags": flags(row), "methods": row.methods,
        "deletedTimestamp": row.deleted_at.map(millis),
    })
}

/// Makes a user, or a group.
///
/// # Errors
/// 412 when somebody took the name meanwhile.
pub async fn create(context: &RequestContext, group: bool, new: NewUser) -> Result<subject::Model, ApiError> {
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        let made = if group {
            users::insert_group(transaction, new, now).await
        } else {
            users::insert(transaction, new, now).await
        };
        let made = made.map_err(unless_taken)?;
        let record = recorded(context, None, &made);
        Ok((made, record))
    });
    done.await
}

/// Changes a user or group in one transaction with its record. `change` is given the row as it is now.
///
/// # Errors
/// 412 for a deleted one, unless `deleted` is what the change is for; what `change` fails with.
pub async fn change(
    context: &RequestContext,
    found: &subject::Model,
    deleted: bool,
    change: impl AsyncFnOnce(&DatabaseTransaction, &subject::Model) -> Result<subject::ActiveModel, ApiError>,
) -> Result<subject::Model, ApiError> {
    let done = context.change_identity(Changed::Everything, async |transaction| {
        // Whoever changes rights, or who has them, waits here: what is looked at now is still so at the end.
        administrators::lock(transaction).await?;
        let before = users::by_id_locked(transaction, found.id).await?;
        let before = before.filter(|before| before.customer_id == found.customer_id);
        let before = before.ok_or_else(|| ApiError::not_found(&found.kind))?;
        if before.deleted_at.is_some() != deleted {
            return Err(wrong_state(&before));
        }
        let row = change(transaction, &before).await?;
        let after = subjects::update(transaction, row).await.map_err(unless_taken)?;
        let record = recorded(context, Some(&before), &after);
        Ok((after, record))
    });
    done.await
}

fn wrong_state(row: &subject::Model) -> ApiError {
    if row.deleted_at.is_some() {
        ApiError::unmet("object.deleted", format!("The {} is deleted", row.kind))
    } else {
        ApiError::unmet("object.not.deleted", format!("The {} is not deleted", row.kind))
    }
}

/// Deletes a user or group: its sessions end, its keys are refused, its members have nothing by it any more.
///
/// # Errors
/// 404 for one that is deleted already; 412 when the last administrator would be gone.
pub async fn delete(context: &RequestContext, found: &subject::Model) -> Result<subject::Model, ApiError> {
    if found.deleted_at.is_some() {
        return Err(ApiError::not_found(&found.kind));
    }
    let (now, by) = (context.platform.clock.now(), context.caller()?.user_id);
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let mut row = <subject::ActiveModel as ActiveModelTrait>::default();
        row.id = Set(found.id);
        row.deleted_at = Set(Some(now));
        row.deleted_by = Set(Some(by));
        let after = subjects::update(transaction, row).await?;
        sessions::end_all(transaction, found.id, None, now).await?;
        require_administrator(transaction, now).await?;
        let record = recorded(context, Some(found), &after);
        Ok((after, record))
    });
    done.await
}

/// Brings a deleted user or group back, with all it could do: the caller holds that too.
///
/// # Errors
/// 403 or 412.
pub async fn reenable(context: &RequestContext, found: &subject::Model) -> Result<subject::Model, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let done = change(context, found, true, async |transaction, before| {
        require_held_by_all(transaction, context.caller()?, &tree, before.id).await?;
        let mut row = touched(context, before.id)?;
        row.deleted_at = Set(None);
        row.deleted_by = Set(None);
        Ok(row)
    });
    done.await
}

/// Moves a user or group to another customer of its domain. Who administers it is another one then, so the caller holds
/// whatever it can do.
///
/// # Errors
/// 403 or 412.
pub async fn relocate(
    context: &RequestContext,
    found: &subject::Model,
    to: &customer::Model,
) -> Result<subject::Model, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let done = change(context, found, false, async |transaction, before| {
        require_held_by_all(transaction, context.caller()?, &tree, before.id).await?;
        let mut row = touched(context, before.id)?;
        row.customer_id = Set(to.id);
        Ok(row)
    });
    done.await
}

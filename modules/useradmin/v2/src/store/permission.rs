//! Permissions. Nobody grants what is not theirs, and the last administrator's stays.

use std::collections::HashSet;

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::find_subject;
use argus_core::rights::{require_administrator, require_held};
use argus_identity::entity::permission;
use argus_identity::permissions::{self, NewPermission};
use argus_identity::{administrators, subjects};
use sea_orm::{DatabaseTransaction, DbErr, SqlErr};
use serde_json::{Value, json};

use super::membership::check_comment;
use super::subject::visible;
use crate::model::permission::Grant;

/// The most permissions that one request names.
const MOST: usize = 1000;

/// Reads permissions that are to be granted, on customers in the scope.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read(
    context: &RequestContext,
    scope: &CustomerSet,
    grants: &[Grant],
    path: impl Fn(usize, &str) -> String,
    errors: &mut FieldErrors,
) -> Result<Vec<NewPermission>, ApiError> {
    let (tree, seen, caller) =
        (context.platform.directory.tree().await?, scope.or(&visible(context)?), context.caller()?);
    let (mut read, mut pairs) = (Vec::new(), HashSet::new());
    for (index, grant) in grants.iter().enumerate() {
        let mut own = FieldErrors::default();
        let subject = find_subject(&context.platform, Some(caller.domain_id), &grant.subject).await?;
        let subject = subject.filter(|found| found.deleted_at.is_none() && seen.contains(found.customer_id));
        let customer = tree.find_customer(&grant.customer).filter(|customer| scope.contains(customer.id));
        let customer = customer.filter(|customer| customer.deleted_at.is_none());
        let function = tree.named_function(&grant.function);
        for (field, unknown) in
            [("subject", subject.is_none()), ("customer", customer.is_none()), ("function", function.is_none())]
        {
            if unknown {
                own.add(field, "invalid.field.value", format!("Unknown {field}, or not visible to you"));
            }
        }
        check_comment(grant.comment.as_deref(), &mut own);
        if let Err(refused) = own.finish() {
            for message in refused.messages {
                let field = path(index, message.field.as_deref().unwrap_or_default());
                if !errors.has(&field) {
                    errors.add(field, message.template, message.text);
                }
            }
        }
        let (Some(subject), Some(customer), Some(function)) = (subject, customer, function) else { continue };
        let (subject_id, customer_id, function_id) = (subject.id, customer.id, function.id);
        // The same twice is granted once.
        if pairs.insert((subject_id, customer_id, function_id)) {
            let (by, comment) = (Some(caller.user_id), grant.comment.clone());
            read.push(NewPermission { subject_id, function_id, customer_id, by, comment });
        }
    }
    Ok(read)
}

/// How many permissions a request may name.
pub fn check_number(number: usize, field: &str, errors: &mut FieldErrors) {
    if (number == 0 || number > MOST) && !errors.has(field) {
        errors.add(field, "invalid.field.length", format!("Must have 1 to {MOST} elements"));
    }
}

/// Grants permissions, all or none.
///
/// # Errors
/// 403 for what the caller does not hold; 412 for what was granted before.
pub async fn grant(context: &RequestContext, new: Vec<NewPermission>) -> Result<Vec<permission::Model>, ApiError> {
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let mut made = Vec::new();
        for new in new {
            made.push(grant_one(context, transaction, new).await?);
        }
        let record = context.record().about("PERMISSION", single(&made), None, Some(print(&made)));
        Ok((made, record))
    });
    done.await
}

async fn grant_one(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    new: NewPermission,
) -> Result<permission::Model, ApiError> {
    let tree = context.platform.directory.tree().await?;
    require_held(context.caller()?, &tree, new.function_id, new.customer_id)?;
    let subject = subjects::by_id(transaction, new.subject_id).await?;
    if subject.is_none_or(|subject| subject.deleted_at.is_some()) {
        return Err(ApiError::unmet("object.deleted", "The subject is deleted"));
    }
    let granted = permissions::insert(transaction, new, context.platform.clock.now()).await;
    granted.map_err(unless_granted)
}

fn unless_granted(error: DbErr) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            ApiError::unmet("permission.exists", "The subject has this permission already")
        }
        _ => error.into(),
    }
}

/// The permissions of those numbers that are to be revoked: on customers in the scope, none revoked already.
///
/// # Errors
/// When the store fails. Those that there are not are missing.
pub async fn revocable(
    context: &RequestContext,
    scope: &CustomerSet,
    ids: &[i64],
) -> Result<Vec<permission::Model>, ApiError> {
    let mut rows = permissions::by_ids(context.platform.db.reader(), ids).await?;
    rows.retain(|row| row.revoked_at.is_none() && scope.contains(row.customer_id));
    Ok(rows)
}

/// Revokes permissions, all or none.
///
/// # Errors
/// 412 when the last administrator would be gone.
pub async fn revoke(
    context: &RequestContext,
    rows: Vec<permission::Model>,
    comment: Option<&str>,
) -> Result<Vec<permission::Model>, ApiError> {
    let (now, by) = (context.platform.clock.now(), Some(context.caller()?.user_id));
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let mut revoked = Vec::new();
        for row in &rows {
            revoked.push(permissions::revoke(transaction, row.id, by, comment.map(str::to_owned), now).await?);
        }
        require_administrator(transaction, now).await?;
        let record = context.record().about("PERMISSION", single(&revoked), Some(print(&rows)), None);
        Ok((revoked, record))
    });
    done.await
}

fn single(rows: &[permission::Model]) -> String {
    if let [row] = rows { row.id.to_string() } else { String::new() }
}

fn print(rows: &[permission::Model]) -> Value {
    let print = |row: &permission::Model| json!({"id": row.id, "subjectID": row.subject_id, "functionID": row.function_id, "customerID": row.customer_id});
    if let [row] = rows { print(row) } else { json!({"permissions": rows.iter().map(print).collect::<Vec<_>>()}) }
}

//! Other passwords: by the one until now, or by a link.

use argus_core::authentication::password::{self, is_callers};
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_identity::entity::subject;
use argus_identity::{spectra_accounts, users};
use poem::Request;
use sea_orm::ConnectionTrait;
use sea_orm::prelude::Uuid;
use serde_json::json;

use super::activate::another;
use super::form::{Fields, Reading, require_same};
use super::link::{self, Purpose};
use super::people::of_caller;

/// Sets the caller's password, and ends its other sessions (S1-40, S1-45).
///
/// # Errors
/// 422 for bad fields, 401 for a password that is not right, 404 for a caller without an account, 429 after too many tries.
pub async fn change(context: &RequestContext, fields: Fields) -> Result<(), ApiError> {
    let mut reading = Reading::of(fields);
    let (password, new) = (reading.text("password"), reading.password("newPassword"));
    let repeated = reading.text("repeatPassword");
    reading.finish()?;
    require_same(&new, &repeated)?;
    let person = of_caller(context).await?;
    let caller = context.caller()?;
    if !is_callers(&context.platform, caller, &password).await? {
        return Err(wrong());
    }
    let hash = context.platform.passwords.hash(&new).await?;
    let changed = context.change_identity(Changed::Everything, async |transaction| {
        let current = users::by_id_locked(transaction, person.user.id).await?;
        // Somebody may have set another one while this was checked.
        let current = current.filter(|current| current.password_hash == person.user.password_hash).ok_or_else(wrong)?;
        store(context, transaction, &current, hash, caller.session_id()).await?;
        let set = json!({ "password": "set" });
        Ok(((), context.record().about("USER", current.id.to_string(), None, Some(set))))
    });
    changed.await
}

/// A link to set another password (S1-41). Gives the text that tells of it.
///
/// # Errors
/// 422, 404 for an address that nobody registered, 429, 503 where it would have to be sent and nothing sends any.
pub async fn forgot(context: &RequestContext, request: &Request, fields: Fields) -> Result<String, ApiError> {
    another(context, request, fields, Purpose::Reset).await
}

/// Sets a password by a link, which is used up by it, and ends all sessions (S1-42). Gives the user's name.
///
/// # Errors
/// 422 for bad fields, which leaves the link as it is; 410 for a link that is not good.
pub async fn reset(context: &RequestContext, key: Option<String>, fields: Fields) -> Result<String, ApiError> {
    let mut reading = Reading::of(fields);
    let key = reading.parameter("key", key);
    let (new, repeated) = (reading.password("newPassword"), reading.text("repeatPassword"));
    reading.finish()?;
    require_same(&new, &repeated)?;
    // Before the password is hashed: that is what costs.
    link::look(context, &key, Purpose::Reset).await?;
    let hash = context.platform.passwords.hash(&new).await?;
    let done = context.change_identity(Changed::Everything, async |transaction| {
        let user = link::spend(context, transaction, &key, Purpose::Reset).await?;
        let user = users::by_id_locked(transaction, user).await?.filter(|user| user.deleted_at.is_none());
        let user = user.ok_or_else(link::gone)?;
        store(context, transaction, &user, hash, None).await?;
        let set = json!({ "password": "set" });
        let record = context.record().by(&user).about("USER", user.id.to_string(), None, Some(set));
        Ok((user.short_name, record))
    });
    done.await
}

/// Whether a link to set another password is good; it stays so (S1-43).
///
/// # Errors
/// 422 without a key, 410 for one that is not good.
pub async fn may_reset(context: &RequestContext, key: Option<String>) -> Result<(), ApiError> {
    let mut reading = Reading::of(Fields::default());
    let key = reading.parameter("key", key);
    reading.finish()?;
    link::look(context, &key, Purpose::Reset).await
}

/// Writes a password, as Argus' own operations do, and that the account was changed.
async fn store(
    context: &RequestContext,
    transaction: &impl ConnectionTrait,
    user: &subject::Model,
    hash: String,
    own: Option<Uuid>,
) -> Result<(), ApiError> {
    password::store(&context.platform, transaction, user, hash, own).await?;
    if let Some(account) = spectra_accounts::of_user(transaction, user.id).await? {
        spectra_accounts::touch(transaction, account.id, context.platform.clock.now()).await?;
    }
    Ok(())
}

fn wrong() -> ApiError {
    ApiError::unauthorized("spectra.password.wrong", "Incorrect password.")
}

//! Keys as operations use them: who may do what, with record and cache. Both faces of API keys (`apikey/v1` and the
//! client's paths under `authentication/v1`) are thin over this.

use std::sync::Arc;

use argus_identity::entity::{api_key, subject};
use argus_identity::keys;

use super::wire::{KeyRenewal, KeyRequest, NewKey, describe};
use super::{KeyId, KeyText, Narrow, issue, manage, wire::KeyDescriptor};
use crate::access::{Gate, Level};
use crate::audit::Record;
use crate::authentication::Principal;
use crate::authentication::authorization::{CREATE_API_KEY, RENEW_API_KEY};
use crate::authentication::proof::{self, Proof};
use crate::context::RequestContext;
use crate::directory::Changed;
use crate::error::{ApiError, FieldErrors};
use crate::names::{find_user, owner_of};
use crate::rights::{refuse_mightier, require_held_by_all};

crate::functions! {
    /// Manage the API keys of others, and one's own without the limits of a plain user.
    AdministerApiKeys = "administrativeAuthenticationSetup-APIKEY", Default, read_only: false;
}

/// Makes a key. `owner` names somebody else; the caller is then an administrator of that user, and holds what it holds.
/// `errors` has what is wrong with the request already.
///
/// # Errors
/// 403, 404 or 412.
pub async fn create(
    context: &RequestContext,
    owner: Option<&str>,
    request: &KeyRequest,
    errors: &mut FieldErrors,
) -> Result<NewKey, ApiError> {
    let (owner, administrator) = whose(context, owner).await?;
    let principal = context.caller()?;
    let (password, token) = (request.password.as_deref(), request.authorization.as_deref());
    let proof = prove(context, owner.id, password, token, CREATE_API_KEY).await?;
    let made = context.change(async |transaction| {
        proof.spend(transaction).await?;
        let platform = &context.platform;
        refuse_mightier(context, transaction, owner.id).await?;
        let made = issue(transaction, platform, &owner, principal, administrator, request, errors);
        let (text, row) = made.await?;
        let record = recorded(context, None, Some(&row));
        Ok(((text, row), record))
    });
    shown(context, made.await?).await
}

/// A key's descriptor; revoked ones too, for who may see them.
///
/// # Errors
/// 404 for keys of users that the caller does not administer.
pub async fn get(context: &RequestContext, id: KeyId) -> Result<KeyDescriptor, ApiError> {
    let (row, _) = visible(context, id, true).await?;
    one(context, row).await
}

/// The keys of a user that are not revoked.
///
/// # Errors
/// 403 or 404 for users that the caller does not administer.
pub async fn of_user(context: &RequestContext, owner: Option<&str>) -> Result<Vec<KeyDescriptor>, ApiError> {
    let (owner, _) = whose(context, owner).await?;
    flush(context).await;
    let rows = keys::of_user(context.platform.db.reader(), owner.id).await?;
    describe(&context.platform, &rows).await
}

/// Changes a key. `errors` has what is wrong with the change already.
///
/// # Errors
/// 404 or 412; 403 for more than another description of a key whose owner holds more than the caller.
pub async fn update(
    context: &RequestContext,
    id: KeyId,
    change: &Narrow,
    errors: &mut FieldErrors,
) -> Result<KeyDescriptor, ApiError> {
    let (row, administrator) = visible(context, id, false).await?;
    let done = context.change_identity(Changed::Key(id), async |transaction| {
        let (platform, caller) = (&context.platform, context.caller()?);
        // Without the function it only ever gets narrower.
        if administrator && change.is_more_than_words() {
            let tree = platform.directory.tree().await?;
            require_held_by_all(transaction, caller, &tree, row.user_id).await?;
        }
        let new = manage::update(transaction, platform, &row, caller, administrator, change, errors).await?;
        let record = recorded(context, Some(&row), Some(&new));
        Ok((new, record))
    });
    one(context, done.await?).await
}

/// Gives a key another period. One's own key takes a proof of the password.
///
/// # Errors
/// 404 or 412; 403 where its owner holds more than the caller.
pub async fn renew(context: &RequestContext, id: KeyId, request: &KeyRenewal) -> Result<KeyDescriptor, ApiError> {
    let (row, administrator) = visible(context, id, true).await?;
    let (password, token) = (request.password.as_deref(), request.authorization.as_deref());
    let proof = prove(context, row.user_id, password, token, RENEW_API_KEY).await?;
    let done = context.change_identity(Changed::Key(id), async |transaction| {
        proof.spend(transaction).await?;
        refuse_mightier(context, transaction, row.user_id).await?;
        let new = manage::renew(transaction, &context.platform, &row, administrator, request).await?;
        let record = recorded(context, Some(&row), Some(&new));
        Ok((new, record))
    });
    one(context, done.await?).await
}

/// What rotating a key takes.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// Seconds that the secret until now lives on.
    pub grace_seconds: i64,
    /// The caller's password, as a proof.
    pub password: Option<String>,
    /// An authorization token in its place.
    pub authorization: Option<String>,
}

/// Gives a key another secret.
///
/// # Errors
/// 404 or 412; 403 where its owner holds more than the caller.
pub async fn rotate(context: &RequestContext, id: KeyId, request: &Rotation) -> Result<NewKey, ApiError> {
    let (row, _) = visible(context, id, true).await?;
    let (password, token) = (request.password.as_deref(), request.authorization.as_deref());
    let proof = prove(context, row.user_id, password, token, RENEW_API_KEY).await?;
    let done = context.change_identity(Changed::Key(id), async |transaction| {
        proof.spend(transaction).await?;
        refuse_mightier(context, transaction, row.user_id).await?;
        let (text, new) = manage::rotate(transaction, &context.platform, &row, request.grace_seconds).await?;
        let record = recorded(context, Some(&row), Some(&new));
        Ok(((text, new), record))
    });
    shown(context, done.await?).await
}

/// Revokes a key: from the next request on it is refused.
///
/// # Errors
/// 404, also for a key that is revoked already.
pub async fn revoke(context: &RequestContext, id: KeyId) -> Result<KeyDescriptor, ApiError> {
    let (row, _) = visible(context, id, false).await?;
    let done = context.change_identity(Changed::Key(id), async |transaction| {
        let new = manage::revoke(transaction, &context.platform, &row).await?;
        let record = recorded(context, Some(&row), Some(&new));
        Ok((new, record))
    });
    one(context, done.await?).await
}

/// Writes the last uses that wait, so that what is read next is exact. That they cannot be written hinders no read.
pub async fn flush(context: &RequestContext) {
    if let Err(error) = context.platform.usage.flush(&context.platform.db).await {
        tracing::warn!(%error, "last uses could not be written");
    }
}

/// The id that a path names: the owner by number or short name, and the index.
///
/// # Errors
/// 404 when there is no such user, or the index is no number.
pub async fn id_of(context: &RequestContext, user: &str, idx: &str) -> Result<KeyId, ApiError> {
    let domain = context.caller()?.domain_id;
    let user = find_user(&context.platform, Some(domain), user).await?;
    // One key has one name: no sign, no leading zero.
    let idx = idx.parse().ok().filter(|number: &i64| *number > 0 && number.to_string() == idx);
    let id = user.zip(idx).map(|(user, idx)| KeyId { user: user.id, idx });
    id.ok_or_else(|| ApiError::not_found("API key"))
}

/// Whether the caller administers the keys of a customer's users.
fn administers(principal: &Principal, customer: i64) -> bool {
    principal.level >= AdministerApiKeys::LEVEL && principal.customers_for(AdministerApiKeys::NAME).contains(customer)
}

/// The user that is meant, and whether the caller administers its keys.
async fn whose(context: &RequestContext, owner: Option<&str>) -> Result<(Arc<subject::Model>, bool), ApiError> {
    owner_of(context, owner, AdministerApiKeys::NAME).await
}

/// A key that the caller may see, and whether as an administrator.
async fn visible(context: &RequestContext, id: KeyId, revoked: bool) -> Result<(api_key::Model, bool), ApiError> {
    let principal = context.caller()?;
    flush(context).await;
    let row = manage::find(context.platform.db.reader(), id, revoked).await?;
    let owner = context.platform.directory.user(row.user_id).await?;
    let administrator = owner.is_some_and(|owner| administers(principal, owner.customer_id));
    if row.user_id != principal.user_id && !administrator {
        return Err(ApiError::not_found("API key"));
    }
    Ok((row, administrator))
}

/// A second proof, for keys of one's own, unless the caller gave one at login already. Those of others take other rights.
async fn prove(
    context: &RequestContext,
    owner: i64,
    password: Option<&str>,
    token: Option<&str>,
    operation: &str,
) -> Result<Proof, ApiError> {
    let principal = context.caller()?;
    // What was made from another credential may be narrower than the user; a key made with it would not be.
    let stepped_up = principal.level >= Level::Administrative && !principal.is_derived();
    if stepped_up || owner != principal.user_id {
        return Ok(Proof::default());
    }
    proof::prove(context, password, token, operation).await
}

/// The record of a change, with the key before and after; hashes are no part of it.
fn recorded(context: &RequestContext, before: Option<&api_key::Model>, after: Option<&api_key::Model>) -> Record {
    let print = |row: &api_key::Model| {
        serde_json::json!({
            "prefix": row.prefix, "description": row.description, "validUntil": row.valid_until,
            "validSources": row.sources, "functions": row.functions, "customers": row.customers,
            "readOnly": row.read_only, "revokedAt": row.revoked_at, "rotatedAt": row.rotated_at,
        })
    };
    let prefix = after.or(before).map(|row| row.prefix.clone()).unwrap_or_default();
    context.record().about("APIKEY", prefix, before.map(print), after.map(print))
}

async fn one(context: &RequestContext, row: api_key::Model) -> Result<KeyDescriptor, ApiError> {
    let described = describe(&context.platform, std::slice::from_ref(&row)).await?;
    described.into_iter().next().ok_or_else(|| ApiError::internal("a key was lost"))
}

async fn shown(context: &RequestContext, (text, row): (KeyText, api_key::Model)) -> Result<NewKey, ApiError> {
    Ok(NewKey { api_key_string: text.reveal(), key_descriptor: one(context, row).await? })
}

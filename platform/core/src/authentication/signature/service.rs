//! Public keys as operations use them: who may do what, with record and cache.

use std::collections::HashSet;
use std::sync::Arc;

use argus_identity::entity::{public_key, subject};
use argus_identity::signatures;
use sea_orm::{ActiveModelTrait, Set};

use super::key::{self, PublicKey};
use super::register::{New, Wanted, add};
use super::wire::{EvictedKeys, KeyPairRequest, NewKeyPair, PublicKeyInfo, PublicKeyUpload, RegisteredKey};
use crate::audit::Record;
use crate::authentication::api_key::MAX_DAYS;
use crate::context::RequestContext;
use crate::directory::Changed;
use crate::error::{ApiError, FieldErrors};
use crate::names::owner_of;
use crate::rights::require_administrator;

/// The function that lets somebody manage the signature keys of others.
const ADMINISTER: &str = "administrativeAuthenticationSetup-SIGNATURE";

/// Registers a public key. `owner` names somebody else; the caller is then an administrator of that user. `errors` has
/// what is wrong with the request already.
///
/// # Errors
/// 403, 404 or 412.
pub async fn upload(
    context: &RequestContext,
    owner: Option<&str>,
    request: &PublicKeyUpload,
    errors: &mut FieldErrors,
) -> Result<RegisteredKey, ApiError> {
    if owner.is_none() && context.caller()?.is_derived() {
        let text = "A session that was made from another credential cannot register keys";
        return Err(ApiError::forbidden("access.denied.derived", text));
    }
    let (owner, administrator) = whose(context, owner).await?;
    let found = PublicKey::read(&request.public_key, &context.platform.ids);
    if found.is_none() {
        let text = "Must be an EC key on P-256 or an RSA key of 2048 to 8192 bits, as PEM or base64 of its DER";
        errors.add("publicKey", "invalid.field.value", text);
    }
    let days = request.valid_days.unwrap_or(if administrator { 0 } else { MAX_DAYS });
    if !administrator && !(1..=MAX_DAYS).contains(&days) {
        errors.add("validDays", "signature.validity", format!("Between 1 and {MAX_DAYS}"));
    }
    let sources = request.valid_sources.as_deref();
    let wanted =
        Wanted::read(context, request.name.as_deref(), days, sources, request.session_constraints.as_ref(), errors);
    let wanted = wanted.await?;
    std::mem::take(errors).finish()?;
    let (public_key, der) = found.ok_or_else(|| ApiError::internal("a key without form"))?;
    let new = New { kind: "upload", algorithm: public_key.algorithm.name(), der, index: None };
    let row = add(context, &owner, new, wanted).await?;
    Ok(RegisteredKey { key_id: row.idx })
}

/// Makes a key pair for a user; the private key is shown this once.
///
/// # Errors
/// 403, 404 or 412.
pub async fn create(
    context: &RequestContext,
    owner: &str,
    request: &KeyPairRequest,
    errors: &mut FieldErrors,
) -> Result<NewKeyPair, ApiError> {
    let (owner, _) = whose(context, Some(owner)).await?;
    let (days, sources) = (request.valid_days.unwrap_or(0), request.valid_sources.as_deref());
    let wanted =
        Wanted::read(context, request.name.as_deref(), days, sources, request.session_constraints.as_ref(), errors);
    let wanted = wanted.await?;
    std::mem::take(errors).finish()?;
    let pair = key::generate(&context.platform.ids).ok_or_else(|| ApiError::internal("no key pair"))?;
    let index = (request.default_key == Some(true)).then_some(0);
    let row =
        add(context, &owner, New { kind: "argus", algorithm: "ES256", der: pair.public_key, index }, wanted).await?;
    Ok(NewKeyPair {
        key_id: row.idx,
        key_identifier: name(context, &owner, row.idx).await?,
        private_key: pair.private_key,
        algorithm: row.algorithm,
    })
}

/// The keys of a user that are not revoked.
///
/// # Errors
/// 404 for users that the caller does not administer.
pub async fn of_user(context: &RequestContext, owner: Option<&str>) -> Result<Vec<PublicKeyInfo>, ApiError> {
    let (owner, _) = whose(context, owner).await?;
    crate::authentication::api_key::service::flush(context).await;
    let rows = signatures::of_user(context.platform.db.reader(), owner.id).await?;
    rows.iter().filter(|row| row.revoked_at.is_none()).map(PublicKeyInfo::of).collect()
}

/// A user's key, as DER.
///
/// # Errors
/// 404 where there is none.
pub async fn download(context: &RequestContext, owner: &str, idx: i64) -> Result<Vec<u8>, ApiError> {
    let (owner, _) = whose(context, Some(owner)).await?;
    Ok(find(context, owner.id, idx).await?.public_key)
}

/// Revokes a key: from the next request on it is refused.
///
/// # Errors
/// 404, also for a key that is revoked already.
pub async fn revoke(context: &RequestContext, owner: Option<&str>, idx: i64) -> Result<PublicKeyInfo, ApiError> {
    let (owner, _) = whose(context, owner).await?;
    let row = find(context, owner.id, idx).await?;
    let done = context.change_identity(Changed::PublicKeys, async |transaction| {
        let mut change = <public_key::ActiveModel as ActiveModelTrait>::default();
        change.id = Set(row.id);
        change.revoked_at = Set(Some(context.platform.clock.now()));
        let new = signatures::update(transaction, change).await?;
        // It may have been somebody's only way in.
        require_administrator(transaction, context.platform.clock.now()).await?;
        let record = recorded(context, Some(&row), Some(&new));
        Ok((new, record))
    });
    PublicKeyInfo::of(&done.await?)
}

/// Takes the pins of a user's keys away, or of one of them, so that the next request fixes the skew anew. What was
/// accepted stays refused.
///
/// # Errors
/// 404 where there is no such user or key.
pub async fn evict(context: &RequestContext, owner: &str, idx: Option<i64>) -> Result<EvictedKeys, ApiError> {
    let (owner, _) = whose(context, Some(owner)).await?;
    let rows = match idx {
        Some(idx) => vec![find(context, owner.id, idx).await?],
        None => signatures::of_user(context.platform.db.reader(), owner.id).await?,
    };
    let keys: HashSet<i64> = rows.iter().map(|row| row.id).collect();
    let done = context.change_identity(Changed::PublicKeys, async |transaction| {
        let evicted = signatures::evict_pins(transaction, &keys, context.platform.clock.now()).await?;
        Ok((evicted, context.record().about("USER", owner.id.to_string(), None, None)))
    });
    let evicted = done.await?;
    let mut names = Vec::new();
    for row in rows.iter().filter(|row| evicted.contains(&row.id)) {
        names.push(name(context, &owner, row.idx).await?);
    }
    Ok(EvictedKeys { evicted_keys: names })
}

/// The user that is meant, and whether the caller administers its keys, as whoever names somebody must.
async fn whose(context: &RequestContext, owner: Option<&str>) -> Result<(Arc<subject::Model>, bool), ApiError> {
    let (user, administrator) = owner_of(context, owner, ADMINISTER).await?;
    if owner.is_some() && !administrator {
        return Err(ApiError::not_found("user"));
    }
    Ok((user, administrator))
}

async fn find(context: &RequestContext, user: i64, idx: i64) -> Result<public_key::Model, ApiError> {
    let found = signatures::find(context.platform.db.reader(), user, idx).await?;
    found.filter(|row| row.revoked_at.is_none()).ok_or_else(|| ApiError::not_found("signature key"))
}

async fn name(context: &RequestContext, owner: &subject::Model, idx: i64) -> Result<String, ApiError> {
    let tree = context.platform.directory.tree().await?;
    Ok(format!("{}/{}/{idx}", tree.domain(owner.domain_id), owner.short_name))
}

/// The record of a change, with the key before and after.
pub(super) fn recorded(
    context: &RequestContext,
    before: Option<&public_key::Model>,
    after: Option<&public_key::Model>,
) -> Record {
    let print = |row: &public_key::Model| {
        serde_json::json!({
            "keyID": row.idx, "description": row.description, "algorithm": row.algorithm, "type": row.kind,
            "validUntil": row.valid_until, "validSources": row.sources, "functions": row.functions,
            "customers": row.customers, "readOnly": row.read_only, "revokedAt": row.revoked_at,
        })
    };
    let target = after.or(before).map(|row| format!("{}/{}", row.user_id, row.idx)).unwrap_or_default();
    context.record().about("PUBLICKEY", target, before.map(print), after.map(print))
}

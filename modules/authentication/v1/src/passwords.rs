//! Changing passwords: by the one until now, or by an authorization.

use std::collections::BTreeMap;
use std::sync::Arc;

use argus_core::access::{Level, require};
use argus_core::authentication::authorization::{self, Claims, SET_PASSWORD};
use argus_core::authentication::password::{self, is_callers};
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_core::rights::require_held_by_all;
use argus_identity::entity::subject;
use argus_identity::{passwords, users};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::authorize::shown;
use crate::model::{PasswordChange, UserAuthorization};
use crate::strength::{Reason, weakness};

/// How long an administrator's authorization to set a password is good, in ms: a day.
const RESET: i64 = 86_400_000;

/// Sets a password, and ends the user's other sessions.
///
/// # Errors
/// 401 without a good authorization or session, 403 for a session that is too low, 412 saying why.
pub async fn change(context: &RequestContext, request: &PasswordChange) -> Result<(), ApiError> {
    let (user, claims) = match (&request.old_password, &request.authorization) {
        (old, Some(_)) if old.is_some() => {
            let text = "Either the password until now or an authorization";
            return Err(ApiError::field("authorization", "invalid.field.value", text));
        }
        (_, Some(token)) => {
            let (claims, user) = authorization::check(&context.platform, token, SET_PASSWORD, false).await?;
            (user, Some(claims))
        }
        (old, None) => (by_session(context, old.as_deref()).await?, None),
    };
    refuse_weak(context, &user, &request.new_password).await?;
    let hash = context.platform.passwords.hash(&request.new_password).await?;
    let changed = context.change_identity(Changed::Everything, async |transaction| {
        store(context, transaction, &user, claims.as_ref(), &hash).await?;
        let set = json!({ "password": "set" });
        Ok(((), context.record().by(&user).about("USER", user.id.to_string(), None, Some(set))))
    });
    changed.await
}

/// The caller, who knows the password until now.
async fn by_session(context: &RequestContext, old: Option<&str>) -> Result<Arc<subject::Model>, ApiError> {
    let missing = || ApiError::unauthorized("authentication.required", "This operation needs a credential");
    let principal = context.principal().ok_or_else(missing)?;
    require(principal, None, Level::Default, false)?;
    let Some(old) = old else {
        let text = "The password until now is needed, or an authorization";
        return Err(ApiError::field("oldPassword", "missing.field.value", text));
    };
    let user = context.platform.directory.user(principal.user_id).await?.ok_or_else(missing)?;
    if !is_callers(&context.platform, principal, old).await? {
        return Err(Reason::Wrong.refuse("oldPassword"));
    }
    Ok(user)
}

async fn refuse_weak(context: &RequestContext, user: &subject::Model, new: &str) -> Result<(), ApiError> {
    if let Some(reason) = weakness(new, &user.short_name) {
        return Err(reason.refuse("newPassword"));
    }
    let platform = &context.platform;
    let earlier = passwords::history(platform.db.reader(), user.id).await?;
    for hash in user.password_hash.iter().chain(&earlier) {
        if platform.passwords.verify(Some(hash), new).await? {
            return Err(Reason::Historic.refuse("newPassword"));
        }
    }
    Ok(())
}

/// Writes the password, unless another change came first.
async fn store(
    context: &RequestContext,
    transaction: &impl ConnectionTrait,
    user: &subject::Model,
    claims: Option<&Claims>,
    hash: &str,
) -> Result<(), ApiError> {
    if let Some(claims) = claims {
        authorization::spend(transaction, claims).await?;
    }
    let current = users::by_id_locked(transaction, user.id).await?.ok_or_else(|| ApiError::not_found("user"))?;
    if current.password_hash != user.password_hash {
        return Err(Reason::Wrong.refuse("oldPassword"));
    }
    let own = context.principal().filter(|_| claims.is_none()).and_then(|principal| principal.session_id());
    password::store(&context.platform, transaction, &current, hash.to_owned(), own).await
}

/// An authorization with which a user can set a password once, for somebody who may hand it out. It is a way into the
/// account: whoever makes it holds all that the user holds.
///
/// # Errors
/// 403 where the user holds more than the caller.
pub async fn reset(context: &RequestContext, user: &subject::Model) -> Result<UserAuthorization, ApiError> {
    let (token, claims) = authorization::issue(&context.platform, user, SET_PASSWORD, BTreeMap::new(), RESET)?;
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    let issued = context.change(async |transaction| {
        require_held_by_all(transaction, caller, &tree, user.id).await?;
        let after =
            json!({ "authorization": claims.jti.to_string(), "operation": SET_PASSWORD, "expires": claims.exp });
        Ok(((), context.record().about("USER", user.id.to_string(), None, Some(after))))
    });
    issued.await?;
    Ok(shown(token, claims, None))
}

//! Sessions as others see them, and users as paths name them.

use std::sync::Arc;

use argus_core::access::{Caller, Gate, Level};
use argus_core::authentication::AuthMethod;
use argus_core::authentication::api_key::service::flush;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::names::{domain_of, find_user};
use argus_identity::entity::{session, subject};
use argus_identity::{keys, sessions, signatures, totp};
use poem_openapi::types::Any;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::model::{MethodConfig, SessionInfo};

/// Sessions that are listed at most; the newest.
const MOST_LISTED: u64 = 1_000;

/// The name of a session's level.
pub fn level_name(session: &session::Model) -> String {
    Level::parse(&session.level).unwrap_or(Level::External).session_name().to_owned()
}

/// A user's sessions that can be used now, newest first.
///
/// # Errors
/// When the store fails.
pub async fn live(context: &RequestContext, user: &subject::Model) -> Result<Vec<SessionInfo>, ApiError> {
    let platform = &context.platform;
    flush(context).await;
    let now = platform.clock.now();
    let seen = now.saturating_sub(platform.settings.session.idle.nanos());
    let rows = sessions::live_of(platform.db.reader(), user.id, now, seen, MOST_LISTED).await?;
    Ok(rows.iter().map(|row| info(row, user)).collect())
}

/// A session of somebody, by its row: without the key for CSRF tokens, which follows from the token.
pub fn info(row: &session::Model, user: &subject::Model) -> SessionInfo {
    SessionInfo {
        identifier: Some(row.id.to_string()),
        authentication_method: row.method.clone(),
        client_ip: row.client_ip.clone(),
        created_timestamp: millis(row.created_at),
        timestamp: millis(row.last_seen_at),
        valid_until_timestamp: millis(row.valid_until),
        password_not_set: user.password_hash.is_none(),
        read_only: row.read_only,
        security_level: level_name(row),
        session_key: None,
        username: user.short_name.clone(),
        user_id: user.id,
        impersonating_user_id: row.impersonator_id,
    }
}

/// A user that the gate's function reaches, as a path names it.
///
/// # Errors
/// 404 for one that is not there, was deleted, or is not reached; 412 for an unknown domain.
pub async fn user_of<G: Gate>(
    caller: &Caller<G>,
    user: &str,
    domain: Option<&str>,
) -> Result<Arc<subject::Model>, ApiError> {
    let domain = domain_of(caller, domain).await?;
    let found = find_user(&caller.platform, Some(domain), user).await?;
    let reached = found.filter(|user| user.deleted_at.is_none() && caller.scope().contains(user.customer_id));
    reached.ok_or_else(|| ApiError::not_found("user"))
}

/// The methods that are enabled for a user, and how far each is set up.
///
/// # Errors
/// When the store fails.
pub async fn methods_of(context: &RequestContext, user: i64) -> Result<Vec<MethodConfig>, ApiError> {
    let db = context.platform.db.reader();
    // Not from memory: there the last login is that of the last other change.
    let user = argus_identity::users::by_id(db, user).await?.ok_or_else(|| ApiError::not_found("user"))?;
    let mut methods = Vec::new();
    for method in AuthMethod::OF_USERS.into_iter().filter(|method| user.methods & method.bit() != 0) {
        methods.push(method_of(db, &user, method).await?);
    }
    Ok(methods)
}

/// How far a method of a user is set up.
///
/// # Errors
/// When the store fails.
pub async fn method_of(
    db: &impl ConnectionTrait,
    user: &subject::Model,
    method: AuthMethod,
) -> Result<MethodConfig, ApiError> {
    let last = user.last_login_method.as_deref() == Some(method.name());
    Ok(MethodConfig {
        method: method.name().to_owned(),
        initialized: is_set_up(db, user, method).await?,
        last_login_ip: user.last_login_ip.clone().filter(|_| last),
        last_login_timestamp: user.last_login_at.filter(|_| last).map(millis),
        settings: Any(json!({})),
    })
}

/// Whether a user can use a method that is enabled: there is a password, a key, a generator.
async fn is_set_up(db: &impl ConnectionTrait, user: &subject::Model, method: AuthMethod) -> Result<bool, ApiError> {
    Ok(match method {
        AuthMethod::Password => user.password_hash.is_some(),
        AuthMethod::ApiKey => !keys::of_user(db, user.id).await?.is_empty(),
        AuthMethod::Signature => signatures::of_user(db, user.id).await?.iter().any(|key| key.revoked_at.is_none()),
        AuthMethod::Totp => totp::active(db, user.id).await?.is_some(),
        AuthMethod::Ldap => user.ldap_name.is_some(),
        AuthMethod::OpenId | AuthMethod::Impersonated => false,
    })
}

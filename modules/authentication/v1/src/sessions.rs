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
use argus_identity::users::method;
use argus_identity::{keys, openid_links, sessions};
use poem_openapi::types::Any;
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
    for (bit, name, initialized) in [
        (method::PASSWORD, AuthMethod::Password.name(), user.password_hash.is_some()),
        (method::API_KEY, AuthMethod::ApiKey.name(), !keys::of_user(db, user.id).await?.is_empty()),
        // The directory knows every user under some name.
        (method::LDAP, AuthMethod::Ldap.name(), true),
        (method::OPENID, AuthMethod::OpenId.name(), openid_links::of_user(db, user.id).await?.is_some()),
    ] {
        if user.methods & bit == 0 {
            continue;
        }
        let last = user.last_login_method.as_deref() == Some(name);
        methods.push(MethodConfig {
            method: name.to_owned(),
            initialized,
            last_login_ip: user.last_login_ip.clone().filter(|_| last),
            last_login_timestamp: user.last_login_at.filter(|_| last).map(millis),
            settings: Any(json!({})),
        });
    }
    Ok(methods)
}

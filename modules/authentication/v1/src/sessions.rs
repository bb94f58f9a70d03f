//! Sessions as others see them, and users as paths name them.

use std::sync::Arc;

use argus_core::access::{Caller, Gate, Level};
use argus_core::authentication::api_key::service::flush;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::names::{domain_of, find_user};
use argus_identity::entity::{session, subject};
use argus_identity::sessions;

use crate::model::SessionInfo;

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

//! Blocking users, and letting them in again.

use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_core::rights::CustomerSet;
use argus_identity::entity::subject;
use argus_identity::users::{self, UserChange};
use argus_identity::{functions, sessions};
use serde_json::json;

/// Blocks a user, whose sessions end and whose keys are refused, or lets it in again.
///
/// # Errors
/// 412 for oneself, and for the last who could let others in again.
pub async fn set_blocked(context: &RequestContext, user: &subject::Model, blocked: bool) -> Result<(), ApiError> {
    if blocked && context.principal().is_some_and(|principal| principal.user_id == user.id) {
        return Err(ApiError::unmet("user.block.self", "Nobody can block himself"));
    }
    if blocked && is_last_administrator(context, user.id).await? {
        return Err(ApiError::unmet("user.block.last", "The last administrator cannot be blocked"));
    }
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        let change = UserChange { blocked: Some(blocked), ..UserChange::default() };
        users::update(transaction, user.id, change).await?;
        if blocked {
            sessions::end_all(transaction, user.id, None, now).await?;
        }
        let (before, after) = (json!({ "blocked": user.blocked }), json!({ "blocked": blocked }));
        Ok(((), context.record().about("USER", user.id.to_string(), Some(before), Some(after))))
    });
    done.await
}

/// Whether a user can let others in again, everywhere, and is the last who can.
async fn is_last_administrator(context: &RequestContext, user: i64) -> Result<bool, ApiError> {
    let directory = &context.platform.directory;
    let can = async |user: i64| -> Result<bool, ApiError> {
        Ok(directory.rights(user).await?.customers_for("unblockUser") == CustomerSet::All)
    };
    if !can(user).await? {
        return Ok(false);
    }
    let (db, root) = (context.platform.db.reader(), directory.tree().await?.root());
    let holders = functions::holders_on(db, root).await?;
    for other in users::with_members(db, holders).await?.into_iter().filter(|other| *other != user) {
        let found = directory.user(other).await?.filter(|other| other.deleted_at.is_none() && !other.blocked);
        if found.is_some() && can(other).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

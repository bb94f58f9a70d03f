//! Blocking users, and letting them in again.

use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_core::rights::require_administrator;
use argus_identity::entity::subject;
use argus_identity::sessions;
use argus_identity::users::{self, UserChange};
use serde_json::json;

/// Blocks a user, whose sessions end and whose keys are refused, or lets it in again.
///
/// # Errors
/// 412 for oneself, and for the last administrator.
pub async fn set_blocked(context: &RequestContext, user: &subject::Model, blocked: bool) -> Result<(), ApiError> {
    if blocked && context.principal().is_some_and(|principal| principal.user_id == user.id) {
        return Err(ApiError::unmet("user.block.self", "Nobody can block himself"));
    }
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        let change = UserChange { blocked: Some(blocked), ..UserChange::default() };
        users::update(transaction, user.id, change).await?;
        if blocked {
            sessions::end_all(transaction, user.id, None, now).await?;
            require_administrator(transaction, now).await?;
        }
        let (before, after) = (json!({ "blocked": user.blocked }), json!({ "blocked": blocked }));
        Ok(((), context.record().about("USER", user.id.to_string(), Some(before), Some(after))))
    });
    done.await
}

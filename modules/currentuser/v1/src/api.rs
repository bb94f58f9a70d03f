//! The operations.

pub mod picture;
pub mod preferences;
pub mod rights;
pub mod user;

use std::sync::Arc;

use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;

/// The caller's row.
async fn myself(context: &RequestContext) -> Result<Arc<subject::Model>, ApiError> {
    let user = context.platform.directory.user(context.caller()?.user_id).await?;
    user.ok_or_else(|| ApiError::not_found("user"))
}

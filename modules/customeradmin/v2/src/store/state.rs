//! Whether a customer is in use. One that is not is never above one that is.

use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::rights::require_held_by_users_of;
use argus_identity::entity::customer;
use argus_identity::{customers, sessions};
use sea_orm::Set;

use super::customer::{change, touched};

/// Disables a customer: its users are out until it is enabled again.
///
/// # Errors
/// 412 for the root, for the caller's own customer, while customers below it are in use, and when the last administrator
/// would be out.
pub async fn disable(context: &RequestContext, found: &customer::Model) -> Result<customer::Model, ApiError> {
    let (now, caller) = (context.platform.clock.now(), context.caller()?);
    let done = change(context, found, false, async |transaction, before| {
        if before.parent_id.is_none() {
            return Err(ApiError::unmet("customer.root", "The root customer group cannot be disabled"));
        }
        if before.id == caller.customer_id {
            return Err(ApiError::unmet("customer.own", "Nobody can disable the customer he belongs to"));
        }
        let below = customers::below(transaction, &[before.id]).await?;
        if below.iter().any(|below| below.deleted_at.is_none()) {
            let text = "Customers below it are in use: disable them first, or move them away";
            return Err(ApiError::unmet("customer.has.members", text));
        }
        sessions::end_of_customer(transaction, before.id, now).await?;
        let mut row = touched(context, before.id)?;
        row.deleted_at = Set(Some(now));
        row.deleted_by = Set(Some(caller.user_id));
        Ok(row)
    });
    done.await
}

/// Enables a customer again: its users come back with all they can do, and the caller holds that too.
///
/// # Errors
/// 403, or 412 while the group above it is disabled.
pub async fn reenable(context: &RequestContext, found: &customer::Model) -> Result<customer::Model, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let done = change(context, found, true, async |transaction, before| {
        let above = match before.parent_id {
            Some(parent) => customers::by_id(transaction, parent).await?,
            None => None,
        };
        if above.is_some_and(|above| above.deleted_at.is_some()) {
            return Err(ApiError::unmet(
                "customer.parent.disabled",
                "The group above it is disabled: enable that first",
            ));
        }
        require_held_by_users_of(transaction, context.caller()?, &tree, before.id).await?;
        let mut row = touched(context, before.id)?;
        row.deleted_at = Set(None);
        row.deleted_by = Set(None);
        Ok(row)
    });
    done.await
}

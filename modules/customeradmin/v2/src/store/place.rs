//! Where a customer stands. Rights on a group reach whatever is below it, so that moving a customer gives rights and takes
//! them: nobody gives what is not theirs, and nobody takes from a group on which they may not move.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::customer_of;
use argus_core::rights::require_held;
use argus_identity::entity::customer;
use argus_identity::{customers, permissions};
use sea_orm::{DatabaseTransaction, Set};

use super::customer::{change, touched};
use crate::model::customer::CustomerMove;

/// How many customers may stand one below the other, the root included.
const MOST_DEEP: usize = 32;

/// Notes a parent below which nothing can be.
pub fn check_group(parent: Option<&customer::Model>, errors: &mut FieldErrors) {
    if parent.is_some_and(|parent| parent.kind != "group") {
        errors.add("parent", "invalid.field.value", "A leaf has no customers below it; name a group");
    }
}

/// Sees that the first of a line is a group in use, as it is now.
///
/// # Errors
/// 412.
pub fn require_place(line: &[customer::Model]) -> Result<(), ApiError> {
    let here = line.first().filter(|group| group.kind == "group" && group.deleted_at.is_none());
    here.map(|_| ()).ok_or_else(|| ApiError::field("parent", "invalid.field.value", "No group that is in use"))
}

/// Sees that no more customers stand one below the other than may.
///
/// # Errors
/// 412.
pub fn check_depth(depth: usize) -> Result<(), ApiError> {
    if depth <= MOST_DEEP {
        return Ok(());
    }
    let text = format!("More than {MOST_DEEP} customers would stand one below the other");
    Err(ApiError::field("parent", "customer.too.deep", text))
}

/// The group that a customer is to move below: in the scope, and of the same domain.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn destination(
    context: &RequestContext,
    scope: &CustomerSet,
    found: &customer::Model,
    body: &CustomerMove,
    errors: &mut FieldErrors,
) -> Result<customer::Model, ApiError> {
    let to = customer_of(context, scope, "parent", &body.parent, errors).await?;
    let Some(to) = to else { return Err(std::mem::take(errors).finish().err().unwrap_or_else(ApiError::unavailable)) };
    check_group(Some(&to), errors);
    if to.domain_id != found.domain_id {
        errors.add("parent", "invalid.field.value", "The group is of another domain");
    }
    Ok(to)
}

/// Moves a customer, with all below it, to another group.
///
/// # Errors
/// 403 when somebody would get what the caller does not hold, or the customer would leave a group on which the caller may
/// not move; 412 for the root, for a place within the customer itself, and for one that is too deep down.
pub async fn relocate(
    context: &RequestContext,
    scope: &CustomerSet,
    found: &customer::Model,
    to: &customer::Model,
) -> Result<customer::Model, ApiError> {
    let done = change(context, found, false, async |transaction, before| {
        if before.parent_id.is_none() {
            return Err(ApiError::unmet("customer.root", "The root customer group stays where it is"));
        }
        let old = customers::line(transaction, before.id).await?;
        let new = customers::line(transaction, to.id).await?;
        require_place(&new)?;
        if new.iter().any(|group| group.id == before.id) {
            return Err(ApiError::field("parent", "customer.circle", "A customer cannot be below itself"));
        }
        check_depth(new.len().saturating_add(height(transaction, before.id).await?))?;
        require_leave(scope, &old, &new)?;
        require_gains_held(context, transaction, before, &old, &new).await?;
        let mut row = touched(context, before.id)?;
        row.parent_id = Set(Some(to.id));
        Ok(row)
    });
    done.await
}

/// How many customers stand one below the other from this one on.
async fn height(transaction: &DatabaseTransaction, customer: i64) -> Result<usize, ApiError> {
    let (mut height, mut level) = (0_usize, vec![customer]);
    while !level.is_empty() && height <= MOST_DEEP {
        height = height.saturating_add(1);
        level = customers::below(transaction, &level).await?.into_iter().map(|below| below.id).collect();
    }
    Ok(height)
}

/// Whoever has rights on a group that the customer leaves loses them on the customer: the caller may move on all of these,
/// and on the group right above in any case.
fn require_leave(scope: &CustomerSet, old: &[customer::Model], new: &[customer::Model]) -> Result<(), ApiError> {
    let stays = |group: &customer::Model| new.iter().any(|other| other.id == group.id);
    let mut left = old.iter().skip(1).enumerate().filter(|(index, group)| *index == 0 || !stays(group));
    if left.all(|(_, group)| scope.contains(group.id)) {
        return Ok(());
    }
    let text = "Access denied: the function moveCustomer is needed on every group that the customer leaves";
    Err(ApiError::forbidden("access.denied", text))
}

/// Whoever has rights on a group that the customer comes below has them on the customer then: the caller holds all of these
/// on the customer already.
async fn require_gains_held(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    customer: &customer::Model,
    old: &[customer::Model],
    new: &[customer::Model],
) -> Result<(), ApiError> {
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    let known = |group: &&customer::Model| !old.iter().any(|other| other.id == group.id);
    let gained: Vec<i64> = new.iter().filter(known).map(|group| group.id).collect();
    let held = permissions::on(transaction, &gained).await?;
    held.iter().try_for_each(|held| require_held(caller, &tree, held.function_id, customer.id))
}

//! Nobody gives away what is not theirs: whoever gives rights, by whatever way, holds them.

use argus_identity::entity::permission;
use argus_identity::{functions, permissions, users};
use sea_orm::ConnectionTrait;

use crate::authentication::Principal;
use crate::context::RequestContext;
use crate::directory::Tree;
use crate::error::ApiError;

/// Sees that a caller holds everything that a function stands for, on a customer.
///
/// The caller's customers are closed under descent, so that whoever has a group among them has it by a right on that group
/// or above, and reaches what is added below it later as well.
///
/// # Errors
/// 403.
pub fn require_held(principal: &Principal, tree: &Tree, function: i64, customer: i64) -> Result<(), ApiError> {
    for name in tree.opened(function) {
        if !principal.customers_for(name).contains(customer) {
            let text = format!("Access denied: you do not hold {name} on that customer, and cannot give it to others");
            return Err(ApiError::forbidden("access.denied.escalation", text));
        }
    }
    Ok(())
}

/// Sees that a caller holds everything that a user or a group holds, also by the groups that it is in: to be asked before
/// somebody gets it (who joins the group, whose account comes back).
///
/// # Errors
/// 403, or when the store fails.
pub async fn require_held_by_all(
    transaction: &impl ConnectionTrait,
    principal: &Principal,
    tree: &Tree,
    subject: i64,
) -> Result<Vec<permission::Model>, ApiError> {
    let subjects = users::with_groups(transaction, subject).await?;
    let held = functions::held_by(transaction, subjects).await?;
    require_all_held(principal, tree, &held)?;
    Ok(held)
}

/// Sees that a caller who changes how another user proves who it is holds all that the user holds: it could be the next
/// to log in as that user. Whoever changes its own is not asked; taking keys away gives nobody anything.
///
/// # Errors
/// 403, or when the store fails.
pub async fn refuse_mightier(
    context: &RequestContext,
    transaction: &impl ConnectionTrait,
    user: i64,
) -> Result<(), ApiError> {
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    // What was made from another credential, or by somebody else, is no more the user than that is.
    if caller.user_id == user && !caller.is_derived() && caller.impersonator.is_none() {
        return Ok(());
    }
    require_held_by_all(transaction, caller, &tree, user).await.map(|_| ())
}

/// Sees that a caller may use a function on a customer, given by number or short name.
///
/// # Errors
/// 403, also for a function or a customer that there is not: who cannot reach it does not hear whether there is one.
pub async fn require_use(context: &RequestContext, function: &str, customer: &str) -> Result<(), ApiError> {
    let tree = context.platform.directory.tree().await?;
    let allowed = context.caller()?.customers_for(function);
    if tree.find_customer(customer).is_some_and(|customer| allowed.contains(customer.id)) {
        return Ok(());
    }
    Err(ApiError::forbidden("access.denied", format!("Access denied: the function {function} is needed")))
}

/// Sees that a caller holds everything that a function stands for, wherever a role or one above it is granted: to be asked
/// before the function becomes a part of the role. The tree is that of the transaction.
///
/// # Errors
/// 403, or when the store fails.
pub async fn require_held_where_granted(
    transaction: &impl ConnectionTrait,
    principal: &Principal,
    tree: &Tree,
    function: i64,
    role: i64,
) -> Result<(), ApiError> {
    for customer in permissions::customers_of(transaction, tree.above(role)).await? {
        require_held(principal, tree, function, customer)?;
    }
    Ok(())
}

/// As [`require_held_by_all`], of every user of a customer: to be asked before they can come in again.
///
/// # Errors
/// 403, or when the store fails.
pub async fn require_held_by_users_of(
    transaction: &impl ConnectionTrait,
    principal: &Principal,
    tree: &Tree,
    customer: i64,
) -> Result<(), ApiError> {
    let users = users::of_customer(transaction, customer).await?;
    let subjects = users::all_with_groups(transaction, users).await?;
    require_all_held(principal, tree, &functions::held_by(transaction, subjects).await?)
}

fn require_all_held(principal: &Principal, tree: &Tree, held: &[permission::Model]) -> Result<(), ApiError> {
    let each = held.iter().map(|it| require_held(principal, tree, it.function_id, it.customer_id));
    each.collect()
}

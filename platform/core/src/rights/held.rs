//! Nobody gives away what is not theirs: whoever gives rights, by whatever way, holds them.

use argus_identity::entity::permission;
use argus_identity::{functions, users};
use sea_orm::ConnectionTrait;

use crate::authentication::Principal;
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

//! The customer that a path names, and how it stands when something of it changes.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::names::domain_of;
use argus_identity::customers;
use argus_identity::entity::customer;
use sea_orm::DatabaseTransaction;

/// The customer of that number, or of that short name in a domain (the caller's when none is given); disabled ones too.
///
/// # Errors
/// 404, also for one that is not in the scope; 412 for an unknown domain.
pub async fn find(
    context: &RequestContext,
    scope: &CustomerSet,
    domain: Option<&str>,
    id_or_short_name: &str,
) -> Result<customer::Model, ApiError> {
    let domain = domain_of(context, domain).await?;
    let tree = context.platform.directory.tree().await?;
    let found = tree.find_customer_in(domain, id_or_short_name).filter(|customer| scope.contains(customer.id));
    found.cloned().ok_or_else(|| ApiError::not_found("customer"))
}

/// Sees that a customer is in use, and keeps others from changing it, or what belongs to it, until the transaction ends.
///
/// # Errors
/// 412 for a disabled one, 404 when it is gone.
pub async fn in_use(transaction: &DatabaseTransaction, customer: &customer::Model) -> Result<(), ApiError> {
    let now = customers::by_id_locked(transaction, customer.id).await?;
    let now = now.ok_or_else(|| ApiError::not_found("customer"))?;
    if now.deleted_at.is_none() {
        return Ok(());
    }
    Err(ApiError::unmet("object.deleted", "The customer is disabled"))
}

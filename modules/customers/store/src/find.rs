//! The customer that a path names.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::names::domain_of;
use argus_identity::entity::customer;

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

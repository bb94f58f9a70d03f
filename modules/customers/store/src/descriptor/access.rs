//! Who may see and set a property that is described.

use argus_core::authentication::Principal;
use argus_core::directory::Tree;

/// Whether a caller may use a function on a customer, in the way that the function asks for now. One that was removed is
/// nobody's.
#[must_use]
pub fn may_use(principal: &Principal, tree: &Tree, function: i64, customer: i64) -> bool {
    let Some(function) = tree.function(function).filter(|function| function.deleted_at.is_none()) else { return false };
    principal.customers_for(&function.name).contains(customer)
        && tree.level(&function.name).is_none_or(|level| principal.level >= level)
        && (function.read_only || !principal.read_only)
}

//! Whose events a caller writes and reads: those of its own customer, and of none below (S1-50, S1-66).

use std::sync::Arc;

use argus_core::access::{Caller, CustomerSet, Gate};
use argus_core::error::ApiError;

/// The caller's bucket, as far as it may use it; nobody's, if it may not.
///
/// # Errors
/// 401 when nobody is asking.
pub fn of<G: Gate>(caller: &Caller<G>) -> Result<CustomerSet, ApiError> {
    let own = caller.principal()?.customer_id;
    Ok(caller.scope().and(&CustomerSet::Only(Arc::new([own].into()))))
}

/// That the caller may use its own bucket.
///
/// # Errors
/// 403 when its rights are about other customers only.
pub fn require<G: Gate>(caller: &Caller<G>) -> Result<(), ApiError> {
    if of(caller)?.is_empty() {
        let text = format!("Access denied: the function {} is needed at one's own customer", G::NAME);
        return Err(ApiError::forbidden("access.denied", text));
    }
    Ok(())
}

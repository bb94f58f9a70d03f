//! Criteria of events, understood for a caller.

use argus_core::access::Caller;
use argus_core::error::ApiError;
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Draft, Searchable};

use crate::{ViewAuditEvents, output};

/// The criteria, with what they name found among what the caller may see.
///
/// # Errors
/// 403 when deleted events are asked for by whoever may not see them; 412 with every bad field.
pub async fn resolved<S: Searchable>(
    caller: &Caller<ViewAuditEvents>,
    draft: &Draft<S>,
) -> Result<Criteria<S>, ApiError> {
    output::refuse_deleted(caller, draft)?;
    let domain = caller.principal().map(|principal| principal.domain_id).ok();
    draft.resolve(&CallerNames { platform: &caller.platform, scope: caller.scope(), domain }).await
}

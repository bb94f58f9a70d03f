//! Reading the log for a caller.

use argus_audit_log::event::{Entity, Model};
use argus_audit_log::search::{Events, list};
use argus_audit_log::views::View;
use argus_core::access::{Caller, CustomerSet, Gate};
use argus_core::error::ApiError;
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Options, Searchable};
use serde_json::Value;

/// A page of the log.
#[derive(Debug)]
pub struct Page {
    /// Its events.
    pub rows: Vec<Model>,
    /// All that match, whatever the page.
    pub total: i64,
}

/// Events that the caller may see and the criteria select: those of the native search, as JSON. Requests to Argus itself are
/// never among them.
///
/// # Errors
/// 412 for criteria that are none: a mistake of the dialect, or a value of the client's that can be none; 503 when the store
/// cannot be asked, or took too long to count.
pub async fn find<G: Gate>(caller: &Caller<G>, criteria: &Value) -> Result<Page, ApiError> {
    page::<G, Events>(caller, criteria, View::default()).await
}

/// The same, of what a view of the log shows.
///
/// # Errors
/// As [`find`].
pub async fn page<G: Gate, S: Searchable<Entity = Entity>>(
    caller: &Caller<G>,
    criteria: &Value,
    view: View,
) -> Result<Page, ApiError> {
    page_within::<G, S>(caller, &caller.scope(), criteria, view).await
}

/// The same, of some customers: never more than the caller may see.
///
/// # Errors
/// As [`find`].
pub async fn page_within<G: Gate, S: Searchable<Entity = Entity>>(
    caller: &Caller<G>,
    customers: &CustomerSet,
    criteria: &Value,
    view: View,
) -> Result<Page, ApiError> {
    let platform = &caller.platform;
    let criteria = Criteria::<S>::from_json(criteria, caller.received).resolve(&names(caller)).await?;
    let options = Options { count_timeout: platform.settings.statistics_timeout.duration() };
    let page = list(&platform.db, &caller.scope().and(customers), &criteria, view, &options).await?;
    if page.count < 0 && criteria.counts() {
        // The other systems' totals are always numbers.
        return Err(ApiError::unavailable());
    }
    Ok(Page { rows: page.rows, total: page.count })
}

/// What names mean to a caller.
pub fn names<G: Gate>(caller: &Caller<G>) -> CallerNames<'_> {
    let domain = caller.principal().map(|principal| principal.domain_id).ok();
    CallerNames { platform: &caller.platform, scope: caller.scope(), domain }
}

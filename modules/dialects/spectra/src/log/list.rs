//! Events of one's own bucket: pages of them, and series (S1-65 to S1-72).

use argus_audit_log::access::ViewAuditEvents;
use argus_audit_log::search::Events;
use argus_audit_log::views::{self, SeriesEvents};
use argus_core::access::Caller;
use argus_core::error::ApiError;
use argus_dialects_common::bound::exact;
use argus_dialects_common::page_within;
use serde_json::{Value, json};
use uuid::Uuid;

use super::bucket;
use super::model::AuditEvent;
use super::output::event;
use super::problems::{Place, Problem, Problems, of_query, only};
use super::query::{Asked, Wanted};

/// Events of a page (S1-68).
const PAGE: i64 = 50;

/// A page, newest first.
///
/// # Errors
/// 412 for a query that is none; when the store fails.
pub async fn page(caller: &Caller<ViewAuditEvents>, asked: &Asked) -> Result<Vec<AuditEvent>, ApiError> {
    let mut problems = Problems::default();
    let wanted = Wanted::read(asked, caller.received, &mut problems);
    let page = asked.read("page", 1, &mut problems, number_of_page);
    problems.finish()?;
    let mut criteria = wanted.criteria();
    for (name, value) in [
        ("startTimestamp", json!(exact(wanted.range.start))),
        // The log's own end is included.
        ("endTimestamp", json!(exact(wanted.range.end.saturating_sub(1)))),
        ("sortBy", json!("-timestamp")),
        ("limit", json!(PAGE)),
        ("offset", json!((page - 1).saturating_mul(PAGE))),
        ("count", json!(false)),
    ] {
        criteria.insert(name.to_owned(), value);
    }
    let own = bucket::of(caller)?;
    let found =
        page_within::<_, Events>(caller, &own, &Value::Object(criteria), wanted.view()).await.map_err(of_query)?;
    Ok(found.rows.into_iter().map(event).collect())
}

fn number_of_page(text: &str) -> Result<i64, Problem> {
    let page: i64 = text.parse().map_err(|_| super::problems::NO_INTEGER)?;
    let low = || ("value_error.number.not_ge", "ensure this value is greater than or equal to 1".into());
    if page < 1 { Err(low()) } else { Ok(page) }
}

/// The events of a series, newest first, and of one moment the last stage first. An unknown series has none.
///
/// # Errors
/// 412 for what is no UUID; when the store fails.
pub async fn series(caller: &Caller<ViewAuditEvents>, id: &str) -> Result<Vec<AuditEvent>, ApiError> {
    let invalid = || ("type_error.uuid", "value is not a valid uuid".into());
    let id = Uuid::try_parse(id).map_err(|_| only(Place::Name(&Place::Root("path"), "event_id"), invalid()))?;
    let own = bucket::of(caller)?;
    let found = page_within::<_, SeriesEvents>(caller, &own, &json!({ "limit": 0 }), views::series(id)).await;
    let mut rows = found.map_err(of_query)?.rows;
    rows.sort_by_key(|row| std::cmp::Reverse((row.timestamp, row.stage, row.sequence)));
    Ok(rows.into_iter().map(event).collect())
}

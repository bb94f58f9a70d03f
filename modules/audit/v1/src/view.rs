//! Reading the views of the log for a caller.

use argus_audit_log::event::{Entity, Model};
use argus_audit_log::search::list;
use argus_audit_log::views::{HistoryEvents, View, history, tells_state};
use argus_core::access::{Caller, CustomerSet};
use argus_core::clock::Nanos;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::CallerNames;
use argus_core::search::{Bound, Criteria, Page, Searchable, parse_time};
use serde_json::{Value, json};

use crate::{ViewAuditEvents, output};

/// A page of the events that the caller may see, match, and belong to a view.
///
/// # Errors
/// 412 on `limit`, 503 when the store cannot be asked.
pub async fn page<S: Searchable<Entity = Entity>>(
    caller: &Caller<ViewAuditEvents>,
    criteria: &Criteria<S>,
    view: View,
) -> Result<Page<Model>, ApiError> {
    let platform = &caller.platform;
    list(&platform.db, &caller.scope(), criteria, view, &caller.options()).await
}

/// Notes a moment that cannot be read.
pub fn check_as_of(context: &RequestContext, as_of: Option<&str>, errors: &mut FieldErrors) {
    if let Some(Err(problem)) = as_of.map(|text| moment(text, context.received)) {
        errors.add("asOf", "invalid.field.value", problem);
    }
}

/// The moment that a client wrote, at its end where it is a whole millisecond; `now` is what relative ones count from.
///
/// # Errors
/// What is wrong with it, as a text for a person.
pub fn moment(text: &str, now: Nanos) -> Result<Nanos, &'static str> {
    parse_time(&Value::from(text), now, Bound::End)
}

/// How an object was at a moment: the `after` of the last of the events that the criteria let through and that have one;
/// null where there is none, and after a deletion.
///
/// # Errors
/// When the store fails.
pub async fn state(
    caller: &Caller<ViewAuditEvents>,
    criteria: &Criteria<HistoryEvents>,
    (target_type, target_id): (&str, &str),
    as_of: Nanos,
) -> Result<Value, ApiError> {
    let same = ["includeInternal", "includeDeleted"].map(|switch| (switch.to_owned(), criteria.wants(switch).into()));
    let mut last = json!({ "sortBy": "-timestamp", "limit": 1, "count": false });
    last.as_object_mut().into_iter().for_each(|members| members.extend(same.clone()));
    let names = CallerNames { platform: &caller.platform, scope: CustomerSet::none(), domain: None };
    let last = Criteria::<HistoryEvents>::from_json(&last, criteria.now()).resolve(&names).await?;
    let view = history(target_type, target_id, Some(as_of)).and(tells_state());
    let found = page(caller, &last, view).await?.rows.pop();
    Ok(found.and_then(|event| event.after).map_or(Value::Null, |after| output::value(&after)))
}

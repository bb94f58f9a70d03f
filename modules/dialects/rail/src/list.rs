//! Reading the log: lists, one entry, and what became of an entity (S4-10 to S4-15, S4-20).

use argus_audit_log::access::ViewAuditEvents;
use argus_audit_log::search::{Events, get_of};
use argus_audit_log::views::{HistoryEvents, View, access, history, shown};
use argus_core::access::Caller;
use argus_core::error::{ApiError, FieldErrors};
use argus_dialects_common::page;
use serde_json::json;

use crate::filter::{Filter, Paging};
use crate::model::{Accesses, Detail, History, Logs, Pagination};
use crate::output;

/// Whoever may read the log.
pub type Reader = Caller<ViewAuditEvents>;

/// How something can be accessed.
const ACCESS_TYPES: [&str; 3] = ["READ", "WRITE", "DELETE"];

/// A page of the log.
///
/// # Errors
/// 412 with everything that is wrong with what is asked; when the store fails.
pub async fn logs(caller: &Reader, filter: &Filter, paging: &Paging) -> Result<Logs, ApiError> {
    let mut errors = FieldErrors::default();
    let mut criteria = filter.criteria("", &mut errors);
    let number = paging.put(&mut criteria, &mut errors);
    errors.finish()?;
    let found = page::<_, Events>(caller, &criteria.into(), View::default()).await?;
    let pagination = Pagination { page: number, total: found.total };
    Ok(Logs { data: found.rows.iter().map(output::log).collect(), pagination })
}

/// One entry.
///
/// # Errors
/// 404 when there is none; when the store fails.
pub async fn one(caller: &Reader, id: &str) -> Result<Detail, ApiError> {
    let row = get_of(&caller.platform.db, &caller.scope(), &shown(), id).await?;
    Ok(output::detail(&row))
}

/// What became of an entity: all of it.
///
/// # Errors
/// 412 for more changes than an answer holds; when the store fails.
pub async fn changes(caller: &Reader, entity_type: &str, entity_id: &str) -> Result<History, ApiError> {
    let all = json!({ "sortBy": "timestamp", "limit": 0 });
    let found = page::<_, HistoryEvents>(caller, &all, history(entity_type, entity_id, None)).await?;
    Ok(History { data: found.rows.iter().map(output::change).collect() })
}

/// A page of who accessed what. Requests to Argus itself are no part of it, nor are logins.
///
/// # Errors
/// As [`logs`].
pub async fn accesses(
    caller: &Reader,
    filter: &Filter,
    access_type: Option<&str>,
    paging: &Paging,
) -> Result<Accesses, ApiError> {
    let mut errors = FieldErrors::default();
    let mut criteria = filter.criteria("", &mut errors);
    criteria.insert("subCriteria".to_owned(), json!([{ "verb": ["LOGIN", "LOGOUT"], "exclude": true }]));
    match access_type {
        Some(known) if ACCESS_TYPES.contains(&known) => {
            criteria.insert("accessType".to_owned(), json!([known]));
        }
        Some(_) => errors.add("accessType", "invalid.field.value", "Must be READ, WRITE or DELETE"),
        None => {}
    }
    let number = paging.put(&mut criteria, &mut errors);
    errors.finish()?;
    let found = page::<_, Events>(caller, &criteria.into(), access()).await?;
    let pagination = Pagination { page: number, total: found.total };
    Ok(Accesses { data: found.rows.iter().map(output::access).collect(), pagination })
}

//! Lists of entries (S0-40 to S0-47).

use argus_audit_log::access::ViewAuditEvents;
use argus_core::access::Caller;
use argus_core::error::ApiError;
use argus_dialects_common::find;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::NAME;
use crate::input::ACTIONS;
use crate::model::Logs;
use crate::output::log;

const DEFAULT_LIMIT: i64 = 100;
const MOST: i64 = 1_000;

/// Doors other than this one.
const OTHERS: [&str; 4] = ["native", "spectra", "import", "internal"];

/// What is asked for; an empty value is none.
#[derive(Debug, Default)]
pub struct Wanted {
    pub trace_id: Option<String>,
    pub event_type: Option<String>,
    pub event_action: Option<String>,
    pub status: Option<String>,
    pub limit: Option<String>,
    pub offset: Option<String>,
}

/// A page of entries, newest first.
///
/// # Errors
/// 412 for a `traceId` that is no UUID; when the store fails.
pub async fn page(caller: &Caller<ViewAuditEvents>, wanted: &Wanted) -> Result<Logs, ApiError> {
    let (limit, offset) = (wanted.limit(), wanted.offset());
    let own_only = caller.platform.settings.dialects.argus0.own_events_only;
    let Some(criteria) = wanted.criteria(own_only)? else {
        return Ok(Logs { logs: Vec::new(), total: 0, limit, offset });
    };
    let page = find(caller, &criteria).await?;
    Ok(Logs { logs: page.rows.into_iter().map(log).collect(), total: page.total, limit, offset })
}

impl Wanted {
    /// What cannot be read is the default, and too much the most (S0-42).
    fn limit(&self) -> i64 {
        number(self.limit.as_deref()).filter(|limit| *limit > 0).map_or(DEFAULT_LIMIT, |limit| limit.min(MOST))
    }

    fn offset(&self) -> i64 {
        number(self.offset.as_deref()).filter(|offset| *offset >= 0).unwrap_or(0)
    }

    /// Criteria of the native search; none where nothing can match.
    fn criteria(&self, own_only: bool) -> Result<Option<Value>, ApiError> {
        let mut criteria = Map::new();
        let mut put = |name: &str, value: Value| drop(criteria.insert(name.to_owned(), value));
        put("limit", self.limit().into());
        put("offset", self.offset().into());
        put("sortBy", "-timestamp".into());
        if own_only {
            put("dialect", json!([NAME]));
        }
        if let Some(id) = some(self.trace_id.as_deref()) {
            let invalid = || ApiError::unmet("argus0.trace.id", "Invalid traceId format: expected UUID");
            Uuid::try_parse(id).map_err(|_| invalid())?;
            // Kept as it was sent, and the same in either case.
            put("traceID", json!([id, id.to_lowercase(), id.to_uppercase()]));
        }
        if let Some(kind) = some(self.event_type.as_deref()) {
            put("eventType", json!([kind]));
        }
        match some(self.status.as_deref()) {
            None => {}
            Some("SUCCESS") => put("outcome", json!(["SUCCESS", "UNKNOWN"])),
            Some("FAILURE") => put("outcome", json!(["FAILURE"])),
            Some(_) => return Ok(None),
        }
        if let Some(action) = some(self.event_action.as_deref()) {
            let mut either = vec![json!({ "dialect": [NAME], "action": [action] })];
            if ACTIONS.contains(&action) {
                either.push(json!({ "dialect": OTHERS, "verb": [action] }));
            }
            put("subCriteria", either.into());
        }
        Ok(Some(criteria.into()))
    }
}

fn some(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn number(text: Option<&str>) -> Option<i64> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_what_can_be_read_of_them() {
        for (limit, offset, expected) in [
            (None, None, (100, 0)),
            (Some("20"), Some("40"), (20, 40)),
            (Some("0"), Some("-1"), (100, 0)),
            (Some("-5"), Some("x"), (100, 0)),
            (Some("1001"), Some("1.5"), (1_000, 0)),
            (Some("99999999999999999999"), Some(""), (100, 0)),
        ] {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let wanted = Wanted { limit: text(limit), offset: text(offset), ..Wanted::default() };
            assert_eq!((wanted.limit(), wanted.offset()), expected, "{limit:?} {offset:?}");
        }
    }

    #[test]
    fn filters_are_those_of_what_is_printed() {
        let with = |change: fn(&mut Wanted)| {
            let mut wanted = Wanted::default();
            change(&mut wanted);
            wanted.criteria(false)
        };
        assert!(with(|it| it.trace_id = Some("x".to_owned())).is_err());
        assert_eq!(with(|it| it.status = Some("success".to_owned())).unwrap(), None);
        let criteria = with(|it| it.status = Some("SUCCESS".to_owned())).unwrap().unwrap();
        assert_eq!(criteria["outcome"], json!(["SUCCESS", "UNKNOWN"]));
        let criteria = with(|it| it.event_action = Some("ADDED".to_owned())).unwrap().unwrap();
        assert_eq!(criteria["subCriteria"].as_array().unwrap().len(), 1);
    }
}

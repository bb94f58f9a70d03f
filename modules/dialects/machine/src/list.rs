//! Trails: which events are wanted, and finding them (S3-10, S3-12, S3-13, S3-15, S3-16).

use argus_audit_log::access::ViewAuditEvents;
use argus_audit_log::record::MACHINE;
use argus_audit_log::search::{Events, get_of};
use argus_audit_log::views::{View, shown};
use argus_core::access::Caller;
use argus_core::error::{ApiError, FieldErrors};
use argus_dialects_common::bound::{Bound, bound, exact};
use argus_dialects_common::page;
use serde_json::{Map, Value, json};

use crate::model::Entry;
use crate::output::entry;

/// Entries of a list where nothing is said, and at most.
const DEFAULT_LIMIT: i64 = 100;
const MOST: i64 = 1_000;

/// What is asked for, as it was sent.
#[derive(Debug, Default)]
pub struct Wanted {
    pub start_time: Option<String>,
    pub end_time: Option<String>,
    /// The actor, by name, address or identifier.
    pub actor: Option<String>,
    pub action: Option<String>,
    /// The identifier of the actor.
    pub user: Option<String>,
    pub limit: Option<String>,
}

/// Entries of a machine's trail, newest first.
///
/// # Errors
/// 412 with everything that is wrong with what is asked; when the store fails.
pub async fn entries(caller: &Caller<ViewAuditEvents>, machine: &str, wanted: &Wanted) -> Result<Vec<Entry>, ApiError> {
    about(caller, machine);
    let criteria = wanted.criteria(machine)?;
    let view = wanted.actor.iter().fold(View::default(), |view, actor| view.of_actor(actor));
    let page = page::<_, Events>(caller, &criteria, view).await?;
    Ok(page.rows.into_iter().map(entry).collect())
}

/// One entry of a machine's trail.
///
/// # Errors
/// 404 when there is none, also when it is another machine's; when the store fails.
pub async fn one(caller: &Caller<ViewAuditEvents>, machine: &str, id: &str) -> Result<Entry, ApiError> {
    about(caller, machine);
    let view = shown().of_machine(machine);
    Ok(entry(get_of(&caller.platform.db, &caller.scope(), &view, id).await?))
}

/// Notes for the record of the request about which machine it is (S3-03).
pub fn about(caller: &Caller<ViewAuditEvents>, machine: &str) {
    caller.note_target(MACHINE, machine);
}

impl Wanted {
    /// Criteria of the native search.
    fn criteria(&self, machine: &str) -> Result<Value, ApiError> {
        let mut errors = FieldErrors::default();
        let mut criteria = self.selection(machine, &mut errors);
        let limit = limit(self.limit.as_deref(), &mut errors);
        errors.finish()?;
        criteria.extend(
            json!({ "limit": limit, "sortBy": "-timestamp", "count": false })
                .as_object()
                .cloned()
                .into_iter()
                .flatten(),
        );
        Ok(criteria.into())
    }

    /// What of them says which events are meant.
    pub fn selection(&self, machine: &str, errors: &mut FieldErrors) -> Map<String, Value> {
        let mut criteria = Map::new();
        let mut put = |name: &str, value: Value| drop(criteria.insert(name.to_owned(), value));
        put("machineID", json!([machine]));
        for (name, sent, end, member) in [
            ("start_time", &self.start_time, Bound::Start, "startTimestamp"),
            ("end_time", &self.end_time, Bound::End, "endTimestamp"),
        ] {
            match sent.as_deref().map(|sent| bound(sent, end)) {
                Some(Some(at)) => put(member, exact(at).into()),
                Some(None) => {
                    let text = "Input should be a valid datetime of ISO 8601, such as 2025-01-25T10:30:00Z";
                    errors.add(name, "machine.datetime_parsing", text);
                }
                None => {}
            }
        }
        for (member, value) in [("action", &self.action), ("actorID", &self.user)] {
            if let Some(value) = value {
                put(member, json!([value]));
            }
        }
        criteria
    }
}

fn limit(sent: Option<&str>, errors: &mut FieldErrors) -> i64 {
    let Some(sent) = sent else { return DEFAULT_LIMIT };
    let digits = sent.strip_prefix('-').unwrap_or(sent);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        errors.add(
            "limit",
            "machine.int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        );
        return DEFAULT_LIMIT;
    }
    // What does not fit is too much, or too little.
    let limit = sent.parse().unwrap_or(if sent.starts_with('-') { i64::MIN } else { i64::MAX });
    if limit < 1 {
        errors.add("limit", "machine.greater_than_equal", "Input should be greater than or equal to 1");
    } else if limit > MOST {
        errors.add("limit", "machine.less_than_equal", format!("Input should be less than or equal to {MOST}"));
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_integers_within_bounds() {
        for (sent, expected) in [(None, 100), (Some("1"), 1), (Some("50"), 50), (Some("1000"), 1_000)] {
            let mut errors = FieldErrors::default();
            assert_eq!((limit(sent, &mut errors), errors.len()), (expected, 0), "{sent:?}");
        }
        for (sent, template) in [
            ("0", "machine.greater_than_equal"),
            ("-5", "machine.greater_than_equal"),
            ("-99999999999999999999", "machine.greater_than_equal"),
            ("1001", "machine.less_than_equal"),
            ("99999999999999999999", "machine.less_than_equal"),
            ("", "machine.int_parsing"),
            ("x", "machine.int_parsing"),
            ("1.5", "machine.int_parsing"),
            ("+1", "machine.int_parsing"),
            ("-", "machine.int_parsing"),
        ] {
            let mut errors = FieldErrors::default();
            limit(Some(sent), &mut errors);
            let error = errors.finish().unwrap_err();
            assert_eq!(error.messages[0].template, template, "{sent}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let text = |text: &str| Some(text.to_owned());
        let wanted =
            Wanted { start_time: text("yesterday"), end_time: text(""), limit: text("0"), ..Wanted::default() };
        let error = wanted.criteria("m").unwrap_err();
        let fields: Vec<_> = error.messages.iter().map(|message| message.field.as_deref().unwrap()).collect();
        assert_eq!(fields, ["start_time", "end_time", "limit"]);
        let wanted =
            Wanted { action: text("tag_write"), user: text("u"), end_time: text("2025-01-25"), ..Wanted::default() };
        let criteria = wanted.criteria("m").unwrap();
        let expected = json!({
            "machineID": ["m"], "action": ["tag_write"], "actorID": ["u"], "endTimestamp": "2025-01-25T23:59:59.999999999Z",
            "limit": 100, "sortBy": "-timestamp", "count": false,
        });
        assert_eq!(criteria, expected);
    }
}

//! From what was sent to the row that is kept, and what is wrong with it in the original's words (S0-10 to S0-30).

use argus_audit_log::event::Model;
use argus_core::config::Argus0Settings;
use argus_core::error::{ApiError, FieldErrors};
use argus_dialects_common::time::rfc3339;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::UNREADABLE;

/// Words that are taken whatever the settings say (S0-12 to S0-18).
const STATUSES: [&str; 2] = ["SUCCESS", "FAILURE"];
pub const ACTOR_TYPES: [&str; 4] = ["SERVICE", "ADMIN", "MEMBER", "SYSTEM"];
pub const TARGET_TYPES: [&str; 2] = ["SERVICE", "RESOURCE"];
pub const ACTIONS: [&str; 4] = ["CREATE", "READ", "UPDATE", "DELETE"];
const EVENT_TYPES: [&str; 3] = ["MANAGEMENT_EVENT", "USER_MANAGEMENT", "DATA_FETCH"];

/// Longest texts, in characters (S0-29).
const LONG: usize = 255;
const SHORT: usize = 50;

/// The members of an entry.
///
/// # Errors
/// 412 [`UNREADABLE`] for what is no object.
pub fn members(sent: Value) -> Result<Map<String, Value>, ApiError> {
    match sent {
        Value::Object(members) => Ok(members),
        _ => Err(ApiError::unmet(UNREADABLE, "An entry must be an object")),
    }
}

/// The action of an entry, as it was sent.
pub fn sent_action(members: &Map<String, Value>) -> Option<&Value> {
    let named = ["eventAction", "action"].into_iter().filter_map(|name| members.get(name));
    named.into_iter().find(|value| !value.is_null())
}

/// Fills a row with an entry.
///
/// # Errors
/// 412 with everything that is wrong with it.
pub fn fill(row: Model, members: &Map<String, Value>, settings: &Argus0Settings) -> Result<Model, ApiError> {
    let mut errors = FieldErrors::default();
    let mut read = Reading { members, errors: &mut errors };
    let timestamp = read.timestamp();
    let status = read.word("status", &STATUSES, &[]);
    let actor_type = read.word("actorType", &ACTOR_TYPES, &settings.actor_types);
    let actor_id = read.required("actorId", LONG);
    let target_type = read.word("targetType", &TARGET_TYPES, &settings.target_types);
    let target_id = read.text("targetId", LONG);
    let trace_id = read.trace_id();
    let event_type = read.event_type(settings);
    let action = read.action(settings);
    let [request, response] = ["requestMetadata", "responseMetadata"].map(|name| read.object(name));
    let additional = read.object("additionalMetadata").or_else(|| read.object("metadata"));
    let filled = Model {
        timestamp: timestamp.unwrap_or_default(),
        status,
        actor_type,
        actor_id,
        target_type,
        target_id,
        trace_id,
        category: event_type.clone(),
        event_type,
        action,
        request_metadata: request,
        response_metadata: response,
        metadata: additional,
        ..row
    };
    errors.finish().map(|()| filled)
}

struct Reading<'a> {
    members: &'a Map<String, Value>,
    errors: &'a mut FieldErrors,
}

impl<'a> Reading<'a> {
    fn wrong(&mut self, name: &str, text: String) {
        self.errors.add(name, "invalid.field.value", text);
    }

    fn timestamp(&mut self) -> Option<i64> {
        let text = self.required("timestamp", LONG)?;
        let at = rfc3339(&text);
        if at.is_none() {
            self.wrong("timestamp", "invalid timestamp format, expected RFC3339".to_owned());
        }
        at
    }

    /// A text; null and the empty one are none.
    fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = match self.members.get(name)? {
            Value::Null => return None,
            Value::String(text) => text,
            _ => {
                self.wrong(name, format!("{name} must be a string"));
                return None;
            }
        };
        if text.chars().count() > longest {
            self.wrong(name, format!("{name} is longer than {longest} characters"));
            return None;
        }
        Some(text.clone()).filter(|text| !text.is_empty())
    }

    fn required(&mut self, name: &str, longest: usize) -> Option<String> {
        let wrong = self.errors.len();
        let text = self.text(name, longest);
        if text.is_none() && self.errors.len() == wrong {
            self.wrong(name, format!("{name} is required"));
        }
        text
    }

    fn word(&mut self, name: &str, known: &[&str], added: &[String]) -> Option<String> {
        let word = self.required(name, SHORT)?;
        self.among(name, word, known, added)
    }

    fn among(&mut self, name: &str, word: String, known: &[&str], added: &[String]) -> Option<String> {
        if known.contains(&word.as_str()) || added.contains(&word) {
            return Some(word);
        }
        let all: Vec<&str> = known.iter().copied().chain(added.iter().map(String::as_str)).collect();
        self.wrong(name, format!("invalid {name}, must be one of {}", all.join(", ")));
        None
    }

    fn trace_id(&mut self) -> Option<String> {
        let text = self.text("traceId", LONG)?;
        if Uuid::try_parse(&text).is_err() {
            self.wrong("traceId", "invalid traceId format, expected UUID".to_owned());
        }
        Some(text)
    }

    fn event_type(&mut self, settings: &Argus0Settings) -> Option<String> {
        let word = self.text("eventType", SHORT)?;
        if settings.event_types.is_empty() {
            return Some(word);
        }
        self.among("eventType", word, &EVENT_TYPES, &settings.event_types)
    }

    fn action(&mut self, settings: &Argus0Settings) -> Option<String> {
        let word = self.text("eventAction", SHORT).or_else(|| self.text("action", SHORT))?;
        self.among("eventAction", word, &ACTIONS, &settings.event_actions)
    }

    fn object(&mut self, name: &str) -> Option<String> {
        match self.members.get(name)? {
            Value::Null => None,
            value @ Value::Object(_) => Some(value.to_string()),
            _ => {
                self.wrong(name, format!("{name} must be an object"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use argus_audit_log::record::empty;
    use serde_json::json;

    use super::*;

    fn sound() -> Value {
        json!({
            "timestamp": "2024-01-20T10:00:00+01:00", "status": "SUCCESS", "actorType": "SERVICE", "actorId": "my-service",
            "targetType": "RESOURCE",
        })
    }

    fn with(name: &str, value: Value) -> Result<Model, ApiError> {
        let mut sent = sound();
        sent[name] = value;
        fill(empty(), &members(sent).unwrap(), &Argus0Settings::default())
    }

    fn reason(name: &str, value: Value) -> String {
        with(name, value).unwrap_err().texts()
    }

    #[test]
    fn empty_texts_and_nulls_are_none() {
        for name in ["traceId", "eventType", "eventAction", "targetId", "requestMetadata"] {
            let row = with(name, Value::Null).unwrap();
            assert_eq!((row.trace_id, row.event_type, row.action, row.target_id), (None, None, None, None), "{name}");
        }
        assert_eq!(with("traceId", json!("")).unwrap().trace_id, None);
        assert_eq!(reason("actorId", json!("")), "actorId is required");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(reason("timestamp", json!("2024-01-20 10:00:00")), "invalid timestamp format, expected RFC3339");
        assert_eq!(reason("status", json!("success")), "invalid status, must be one of SUCCESS, FAILURE");
        assert_eq!(
            reason("eventAction", json!("READS")),
            "invalid eventAction, must be one of CREATE, READ, UPDATE, DELETE"
        );
        assert_eq!(reason("traceId", json!("abc")), "invalid traceId format, expected UUID");
        assert_eq!(reason("requestMetadata", json!([])), "requestMetadata must be an object");
        assert_eq!(reason("targetId", json!("x".repeat(256))), "targetId is longer than 255 characters");
        assert!(with("targetId", json!("é".repeat(255))).is_ok());
        assert_eq!(reason("targetId", json!(5)), "targetId must be a string");
    }

    #[test]
    fn later_names_are_taken_too() {
        let row = with("action", json!("READ")).unwrap();
        assert_eq!(row.action.as_deref(), Some("READ"));
        assert_eq!(with("metadata", json!({"a": 1})).unwrap().metadata.as_deref(), Some("{\"a\":1}"));
    }

    #[test]
    fn settings_close_the_list_of_types() {
        let settings = Argus0Settings { event_types: vec!["ORDER".to_owned()], ..Argus0Settings::default() };
        let mut sent = sound();
        for (word, good) in [("ORDER", true), ("DATA_FETCH", true), ("OTHER", false)] {
            sent["eventType"] = word.into();
            assert_eq!(fill(empty(), &members(sent.clone()).unwrap(), &settings).is_ok(), good, "{word}");
        }
    }
}

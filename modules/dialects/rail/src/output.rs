//! From rows to what is printed.

use std::borrow::Cow;

use argus_audit_log::derive;
use argus_audit_log::event::Model;
use argus_dialects_common::time::micros;
use poem_openapi::types::Any;
use serde_json::{Map, Value};

use crate::model::{Access, Actor, Change, Detail, Log, Login};

/// An entry of the log (S4-11).
pub fn log(row: &Model) -> Log {
    Log {
        log_id: log_id(row).into_owned(),
        timestamp: micros(row.timestamp),
        action: row.action.clone(),
        entity_type: row.target_type.clone(),
        entity_id: row.target_id.clone(),
        actor: actor(row),
        metadata: Any(metadata(row)),
        ip_address: address(row),
        user_agent: row.user_agent.clone(),
        trace_id: row.trace_id.clone(),
    }
}

/// The same with all that is known (S4-13).
pub fn detail(row: &Model) -> Detail {
    let Log { log_id, timestamp, action, entity_type, entity_id, actor, metadata, ip_address, user_agent, trace_id } =
        log(row);
    Detail {
        log_id,
        timestamp,
        action,
        entity_type,
        entity_id,
        actor,
        metadata,
        ip_address,
        user_agent,
        trace_id,
        changes: changes(row).map(Any),
        before: read(row.before.as_deref()).map(Any),
        after: read(row.after.as_deref()).map(Any),
        status: row.status.clone(),
        severity: row.severity.clone(),
        description: row.description.clone(),
        request_metadata: read(row.request_metadata.as_deref()).map(Any),
        response_metadata: read(row.response_metadata.as_deref()).map(Any),
        created_at: micros(row.created_at),
    }
}

/// A change of an entity (S4-15).
pub fn change(row: &Model) -> Change {
    let is_creation = row.verb.as_deref() == Some("CREATE");
    Change {
        timestamp: micros(row.timestamp),
        action: row.verb.as_deref().map(past).or_else(|| row.action.clone()),
        actor: row.actor_id.clone(),
        changes: changes(row).filter(|_| !is_creation).map(Any),
    }
}

/// Who accessed what (S4-20).
pub fn access(row: &Model) -> Access {
    Access {
        log_id: log_id(row).into_owned(),
        timestamp: micros(row.timestamp),
        actor: actor(row),
        resource_type: row.target_type.clone(),
        resource_id: row.target_id.clone(),
        access_type: row.access_type.clone(),
        ip_address: address(row),
        user_agent: row.user_agent.clone(),
        trace_id: row.trace_id.clone(),
    }
}

/// A login, or a try (S4-21).
pub fn login(row: &Model) -> Login {
    // The method of a request to Argus itself is one of HTTP.
    let method = row.method.as_ref().filter(|_| row.dialect != "internal");
    Login {
        timestamp: micros(row.timestamp),
        user_id: row.actor_id.clone(),
        status: if row.outcome == "FAILURE" { "FAILED" } else { "SUCCESS" }.to_owned(),
        method: row.auth_method.as_ref().or(method).cloned(),
        ip_address: address(row),
        location: row.location.clone(),
        device: row.device.clone(),
    }
}

/// What an entry is called: its sender's own identifier, or one that the native interface knows too.
pub fn log_id(row: &Model) -> Cow<'_, str> {
    match &row.external_id {
        Some(id) => Cow::Borrowed(id),
        None => Cow::Owned(format!("log_{}", row.id.simple())),
    }
}

/// The kind of actor: one of those that these clients know where it is the same as one (S4-26).
pub fn actor_type(row: &Model) -> Option<&str> {
    Some(match row.actor_type.as_deref()? {
        "ADMIN" | "MEMBER" => "USER",
        "SERVICE" => "SYSTEM",
        other => other,
    })
}

/// The client's address.
pub fn address(row: &Model) -> Option<String> {
    row.client_ip.as_deref().and_then(derive::address_of).map(|address| address.to_string())
}

/// What changed: as it was sent, or as it follows from before and after.
pub fn changes(row: &Model) -> Option<Value> {
    let stored = read(row.changes.as_deref()).filter(|changes| !changes.is_null());
    stored.or_else(|| derive::changes(read(row.before.as_deref()).as_ref(), read(row.after.as_deref()).as_ref()))
}

/// Further context; an empty object where there is none.
pub fn metadata(row: &Model) -> Value {
    read(row.metadata.as_deref()).filter(|sent| !sent.is_null()).unwrap_or_else(|| Map::new().into())
}

fn actor(row: &Model) -> Actor {
    Actor { kind: actor_type(row).map(str::to_owned), id: row.actor_id.clone(), email: row.actor_email.clone() }
}

/// What was done, of something that is done.
fn past(verb: &str) -> String {
    match verb {
        "CREATE" | "UPDATE" | "DELETE" | "APPROVE" => format!("{verb}D"),
        other => format!("{other}ED"),
    }
}

fn read(text: Option<&str>) -> Option<Value> {
    serde_json::from_str(text?).ok()
}

#[cfg(test)]
mod tests {
    use argus_audit_log::record::empty;
    use serde_json::json;

    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn kinds_of_actors_are_those_that_are_known() {
        for (stored, printed) in [
            ("USER", "USER"),
            ("API_KEY", "API_KEY"),
            ("SYSTEM", "SYSTEM"),
            ("WEBHOOK", "WEBHOOK"),
            ("ADMIN", "USER"),
            ("MEMBER", "USER"),
            ("SERVICE", "SYSTEM"),
            ("ROBOT", "ROBOT"),
        ] {
            assert_eq!(actor_type(&Model { actor_type: text(stored), ..empty() }), Some(printed));
        }
        assert_eq!(actor_type(&empty()), None);
    }

    #[test]
    fn what_is_done_is_past() {
        for (verb, printed) in [
            ("CREATE", "CREATED"),
            ("UPDATE", "UPDATED"),
            ("DELETE", "DELETED"),
            ("APPROVE", "APPROVED"),
            ("REJECT", "REJECTED"),
        ] {
            assert_eq!(past(verb), printed);
        }
        let row = Model { action: text("frobnicate"), ..empty() };
        assert_eq!(change(&row).action.as_deref(), Some("frobnicate"));
    }

    #[test]
    fn changes_are_those_sent_or_those_that_follow() {
        let of = |before: Option<&str>, after: Option<&str>, sent: Option<&str>| {
            let [before, after, sent] = [before, after, sent].map(|it| it.map(str::to_owned));
            changes(&Model { before, after, changes: sent, ..empty() })
        };
        let derived = json!({"a": {"from": 1, "to": 2}});
        assert_eq!(of(Some(r#"{"a":1}"#), Some(r#"{"a":2}"#), None), Some(derived));
        let sent = r#"{"b":{"from":null,"to":true}}"#;
        assert_eq!(of(Some(r#"{"a":1}"#), Some(r#"{"a":2}"#), Some(sent)), serde_json::from_str(sent).ok());
        assert_eq!(of(None, Some(r#"{"a":2}"#), None), None);
        assert_eq!(of(None, None, Some("null")), None);
    }

    #[test]
    fn methods_of_requests_to_argus_are_none_of_logins() {
        let row = |dialect: &str, auth: Option<&str>| Model {
            dialect: dialect.to_owned(),
            method: text("SSO"),
            auth_method: auth.map(str::to_owned),
            ..empty()
        };
        assert_eq!(login(&row("internal", Some("PASSWORD"))).method.as_deref(), Some("PASSWORD"));
        assert_eq!(login(&row("internal", None)).method, None);
        assert_eq!(login(&row("native", None)).method.as_deref(), Some("SSO"));
    }
}

//! Values derived from what was sent. The rules are frozen with the data: a derived column is written once.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use argus_core::search::address_column;
use serde_json::{Map, Value, json};

use crate::event::{Model, flag};
use crate::record::folded;

/// Fills in what follows from what an event was sent with, where its sender, or the face through which it came, did not say:
/// verb, outcome, address of e-mail, client's address, access; and its flags and folded texts.
pub fn complete(row: &mut Model) {
    if row.verb.is_none() {
        row.verb = row.action.as_deref().and_then(verb).map(str::to_owned);
    }
    row.outcome = row.status.as_deref().map_or("UNKNOWN", outcome).to_owned();
    if row.actor_email.is_none() {
        row.actor_email = row.actor_id.as_deref().and_then(email).map(str::to_owned);
    }
    if row.client_ip.is_none() {
        row.client_ip = row.origin.as_deref().and_then(address);
    }
    if row.access_type.is_none() {
        row.access_type = row.verb.as_deref().and_then(access_type).map(str::to_owned);
    }
    row.flags |= flag::of_verb(row.verb.as_deref()) | if row.metrics.is_some() { flag::METRIC } else { 0 };
    row.folded = folded(row);
}

/// What an action does. The whole action decides, or else its last word (after `_ . - :` or a blank); case does not
/// matter.
#[must_use]
pub fn verb(action: &str) -> Option<&'static str> {
    let last = action.rsplit(['_', '.', '-', ':', ' ']).next().unwrap_or(action);
    verb_of_word(action).or_else(|| verb_of_word(last))
}

fn verb_of_word(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "create" | "created" | "add" | "added" | "insert" | "register" | "signup" => Some("CREATE"),
        "read" | "view" | "get" | "list" | "fetch" | "download" | "access" | "accessed" => Some("READ"),
        "update" | "updated" | "write" | "set" | "change" | "changed" | "modify" | "edit" | "rename" | "enable"
        | "disable" => Some("UPDATE"),
        "delete" | "deleted" | "remove" | "removed" | "revoke" | "revoked" | "erase" | "erased" => Some("DELETE"),
        "export" | "exported" => Some("EXPORT"),
        "login" | "authenticate" | "authenticated" => Some("LOGIN"),
        "logout" => Some("LOGOUT"),
        "approve" | "approved" => Some("APPROVE"),
        "reject" | "rejected" | "deny" | "denied" => Some("REJECT"),
        _ => None,
    }
}

/// Whether it went well, by the word that says so.
#[must_use]
pub fn outcome(status: &str) -> &'static str {
    let status = status.to_ascii_lowercase();
    let class = |first: char| {
        status.len() == 3 && status.starts_with(first) && status.bytes().all(|byte| byte.is_ascii_digit())
    };
    match status.as_str() {
        "success" | "ok" | "true" | "allowed" | "granted" => "SUCCESS",
        "failure" | "failed" | "error" | "false" | "denied" | "refused" => "FAILURE",
        _ if class('2') => "SUCCESS",
        _ if class('4') || class('5') => "FAILURE",
        _ => "UNKNOWN",
    }
}

/// How an object was accessed, by the verb. Logins are no access.
#[must_use]
pub fn access_type(verb: &str) -> Option<&'static str> {
    match verb {
        "READ" | "EXPORT" => Some("READ"),
        "CREATE" | "UPDATE" | "APPROVE" | "REJECT" => Some("WRITE"),
        "DELETE" => Some("DELETE"),
        _ => None,
    }
}

/// The address in an origin, bare or with a port, in the form of the column.
#[must_use]
pub fn address(origin: &str) -> Option<String> {
    let origin = origin.trim();
    let with_port = || origin.parse::<SocketAddr>().ok().map(|at| at.ip());
    origin.parse::<IpAddr>().ok().or_else(with_port).map(address_column)
}

/// The address in a column.
#[must_use]
pub fn address_of(column: &str) -> Option<IpAddr> {
    let address = Ipv6Addr::from(u128::from_str_radix(column, 16).ok()?);
    Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
}

/// The e-mail address that an actor's identifier is, if it is one.
#[must_use]
pub fn email(actor_id: &str) -> Option<&str> {
    let (name, domain) = actor_id.split_once('@')?;
    let plain = |text: &str| !text.is_empty() && !text.contains(['@', ' ', '\t', '/']);
    (plain(name) && plain(domain) && domain.contains('.')).then_some(actor_id)
}

/// What changed at the top level: `{field: {from, to}}`. Null for a creation; what was removed goes to null.
#[must_use]
pub fn changes(before: Option<&Value>, after: Option<&Value>) -> Option<Value> {
    let before = before?.as_object()?;
    let none = Map::new();
    let after = match after {
        None | Some(Value::Null) => &none,
        Some(after) => after.as_object()?,
    };
    let mut changed = Map::new();
    for (field, from) in before {
        let to = after.get(field).unwrap_or(&Value::Null);
        if from != to {
            changed.insert(field.clone(), json!({ "from": from, "to": to }));
        }
    }
    for (field, to) in after.iter().filter(|(field, to)| !before.contains_key(*field) && !to.is_null()) {
        changed.insert(field.clone(), json!({ "from": null, "to": to }));
    }
    (!changed.is_empty()).then_some(Value::Object(changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_come_from_the_whole_action_or_its_last_word() {
        for (action, expected) in [
            ("CREATE", Some("CREATE")),
            ("CONTRACT_CREATED", Some("CREATE")),
            ("tag_write", Some("UPDATE")),
            ("tag.read", Some("READ")),
            ("user login", Some("LOGIN")),
            ("Key:Revoked", Some("DELETE")),
            ("access-denied", Some("REJECT")),
            ("created_something", None),
            ("", None),
        ] {
            assert_eq!(verb(action), expected, "{action}");
        }
    }

    #[test]
    fn outcomes_come_from_the_status_word() {
        for (status, expected) in [
            ("Success", "SUCCESS"),
            ("204", "SUCCESS"),
            ("FAILED", "FAILURE"),
            ("404", "FAILURE"),
            ("503", "FAILURE"),
            ("302", "UNKNOWN"),
            ("2xy", "UNKNOWN"),
            ("pending", "UNKNOWN"),
        ] {
            assert_eq!(outcome(status), expected, "{status}");
        }
    }

    #[test]
    fn changes_are_of_the_top_level() {
        let before = json!({"a": 1, "b": {"c": 2}, "gone": true});
        let after = json!({"a": 1, "b": {"c": 3}, "new": "x"});
        let expected = json!({
            "b": {"from": {"c": 2}, "to": {"c": 3}},
            "gone": {"from": true, "to": null},
            "new": {"from": null, "to": "x"},
        });
        assert_eq!(changes(Some(&before), Some(&after)), Some(expected));
        assert_eq!(changes(None, Some(&after)), None);
        assert_eq!(changes(Some(&json!({"a": 1})), None), Some(json!({"a": {"from": 1, "to": null}})));
    }

    #[test]
    fn addresses_and_emails_are_found() {
        assert_eq!(address("192.0.2.1:80"), address("192.0.2.1"));
        assert_eq!(address("[2001:db8::1]:80"), address("2001:db8::1"));
        assert_eq!(address("example"), None);
        for text in ["192.0.2.1", "2001:db8::1", "::"] {
            assert_eq!(address_of(&address(text).unwrap()), text.parse().ok());
        }
        assert_eq!((address_of("x"), address_of("")), (None, None));
        assert_eq!(email("a@b.io"), Some("a@b.io"));
        assert_eq!(email("@b.io"), None);
    }
}

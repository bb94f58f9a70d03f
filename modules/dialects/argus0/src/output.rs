//! From rows to what is printed.

use argus_audit_log::event::Model;
use argus_dialects_common::time::micros;
use poem_openapi::types::Any;
use serde_json::Value;
use uuid::Uuid;

use crate::NAME;
use crate::input::{ACTIONS, ACTOR_TYPES, TARGET_TYPES};
use crate::model::Log;

/// An entry: as it was sent where it came in here, else by what follows from it.
pub fn log(row: Model) -> Log {
    let own = row.dialect == NAME;
    Log {
        id: row.id.to_string(),
        trace_id: row.trace_id.filter(|id| Uuid::try_parse(id).is_ok()),
        timestamp: micros(row.timestamp),
        event_type: row.event_type,
        event_action: if own { row.action } else { row.verb.filter(|verb| ACTIONS.contains(&verb.as_str())) },
        status: if row.outcome == "FAILURE" { "FAILURE" } else { "SUCCESS" }.to_owned(),
        actor_type: if own {
            row.actor_type.unwrap_or_default()
        } else {
            actor_type(row.actor_type.as_deref()).to_owned()
        },
        actor_id: row.actor_id.unwrap_or_else(|| "unknown".to_owned()),
        target_type: if own {
            row.target_type.unwrap_or_default()
        } else {
            target_type(row.target_type.as_deref()).to_owned()
        },
        target_id: row.target_id.filter(|id| !id.is_empty()),
        request_metadata: object(row.request_metadata.as_deref()),
        response_metadata: object(row.response_metadata.as_deref()),
        additional_metadata: object(row.metadata.as_deref()),
        created_at: micros(row.created_at),
    }
}

/// The nearest of the kinds that these clients know.
fn actor_type(foreign: Option<&str>) -> &'static str {
    let known = ACTOR_TYPES.into_iter().find(|known| Some(*known) == foreign);
    known.unwrap_or(match foreign {
        Some("USER") => "MEMBER",
        Some("API_KEY" | "WEBHOOK") => "SERVICE",
        _ => "SYSTEM",
    })
}

fn target_type(foreign: Option<&str>) -> &'static str {
    TARGET_TYPES.into_iter().find(|known| Some(*known) == foreign).unwrap_or("RESOURCE")
}

/// An object; the empty one is left out as what is not there (S0-26).
fn object(text: Option<&str>) -> Option<Any<Value>> {
    let value: Value = serde_json::from_str(text?).ok()?;
    Some(value).filter(|value| value.as_object().is_some_and(|members| !members.is_empty())).map(Any)
}

#[cfg(test)]
mod tests {
    use argus_audit_log::record::empty;

    use super::*;

    #[test]
    fn foreign_events_are_printed_by_what_follows_from_them() {
        let foreign = |actor_type: &str, verb: &str| {
            let texts = |text: &str| Some(text.to_owned());
            let row = Model { actor_type: texts(actor_type), verb: texts(verb), action: texts("x_y"), ..empty() };
            log(row)
        };
        let printed = foreign("USER", "UPDATE");
        assert_eq!((printed.actor_type.as_str(), printed.event_action.as_deref()), ("MEMBER", Some("UPDATE")));
        assert_eq!((printed.status.as_str(), printed.actor_id.as_str()), ("SUCCESS", "unknown"));
        assert_eq!(printed.target_type, "RESOURCE");
        assert_eq!(foreign("API_KEY", "LOGIN").event_action, None);
        assert_eq!(foreign("ROBOT", "READ").actor_type, "SYSTEM");
    }

    #[test]
    fn what_came_in_here_is_printed_as_it_was_sent() {
        let text = |text: &str| Some(text.to_owned());
        let row = Model {
            dialect: NAME.to_owned(),
            actor_type: text("ROBOT"),
            action: text("ADDED"),
            verb: text("CREATE"),
            target_type: text("ORDER"),
            metadata: text("{}"),
            trace_id: text("no uuid"),
            ..empty()
        };
        let printed = log(row);
        assert_eq!((printed.actor_type.as_str(), printed.target_type.as_str()), ("ROBOT", "ORDER"));
        assert_eq!(printed.event_action.as_deref(), Some("ADDED"));
        assert!(printed.additional_metadata.is_none() && printed.trace_id.is_none());
    }
}

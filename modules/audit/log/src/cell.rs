//! Events in memory, as criteria look at them.

use argus_core::search::{Cell, InMemory};

use crate::event::{Column, Model};
use crate::search::Events;

impl InMemory for Events {
    fn cell(row: &Model, column: Column) -> Cell<'_> {
        match column {
            Column::Sequence => (&row.sequence).into(),
            Column::Id => (&row.id).into(),
            Column::ExternalId => (&row.external_id).into(),
            Column::CustomerId => (&row.customer_id).into(),
            Column::Timestamp => (&row.timestamp).into(),
            Column::CreatedAt => (&row.created_at).into(),
            Column::CreatedByUser => (&row.created_by_user).into(),
            Column::CreatedByKey => (&row.created_by_key).into(),
            Column::Dialect => (&row.dialect).into(),
            Column::TraceId => (&row.trace_id).into(),
            Column::SeriesId => (&row.series_id).into(),
            Column::Stage => (&row.stage).into(),
            Column::Category => (&row.category).into(),
            Column::Application => (&row.application).into(),
            Column::Environment => (&row.environment).into(),
            Column::EventType => (&row.event_type).into(),
            Column::EventName => (&row.event_name).into(),
            Column::Description => (&row.description).into(),
            Column::Action => (&row.action).into(),
            Column::Verb => (&row.verb).into(),
            Column::Method => (&row.method).into(),
            Column::Status => (&row.status).into(),
            Column::Outcome => (&row.outcome).into(),
            Column::Severity => (&row.severity).into(),
            Column::ActorType => (&row.actor_type).into(),
            Column::ActorId => (&row.actor_id).into(),
            Column::ActorName => (&row.actor_name).into(),
            Column::ActorEmail => (&row.actor_email).into(),
            Column::Origin => (&row.origin).into(),
            Column::ClientIp => (&row.client_ip).into(),
            Column::UserAgent => (&row.user_agent).into(),
            Column::ActorDetail => (&row.actor_detail).into(),
            Column::TargetType => (&row.target_type).into(),
            Column::TargetId => (&row.target_id).into(),
            Column::TargetName => (&row.target_name).into(),
            Column::TargetDetail => (&row.target_detail).into(),
            Column::AuthMethod => (&row.auth_method).into(),
            Column::Location => (&row.location).into(),
            Column::Device => (&row.device).into(),
            Column::MachineId => (&row.machine_id).into(),
            Column::Before => (&row.before).into(),
            Column::After => (&row.after).into(),
            Column::Changes => (&row.changes).into(),
            Column::RequestMetadata => (&row.request_metadata).into(),
            Column::ResponseMetadata => (&row.response_metadata).into(),
            Column::Metadata => (&row.metadata).into(),
            Column::TotalDuration => (&row.total_duration).into(),
            Column::Latency => (&row.latency).into(),
            Column::CpuUsage => (&row.cpu_usage).into(),
            Column::MemoryUsage => (&row.memory_usage).into(),
            Column::AffectedResources => (&row.affected_resources).into(),
            Column::Metrics => (&row.metrics).into(),
            Column::EventDetail => (&row.event_detail).into(),
            Column::AccessType => (&row.access_type).into(),
            Column::Flags => (&row.flags).into(),
            Column::Folded => (&row.folded).into(),
            Column::Fingerprint => (&row.fingerprint).into(),
            Column::AuthUser => (&row.auth_user).into(),
            Column::MetadataList => (&row.metadata_list).into(),
        }
    }

    fn folded(row: &Model) -> Option<&str> {
        row.folded.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use argus_core::search::{Criteria, Row};
    use sea_orm::prelude::Uuid;
    use sea_orm::{Iterable, ModelTrait, Value};
    use serde_json::json;

    use super::*;
    use crate::record::{empty, folded};

    /// A row of which no two columns of a type are equal.
    fn distinct() -> Model {
        let mut row = empty();
        for (number, column) in Column::iter().enumerate() {
            let value = match row.get(column) {
                Value::String(_) => Value::from(format!("text {number}")),
                Value::BigInt(_) => Value::from(number as i64 + 1_000),
                Value::Double(_) => Value::from(number as f64 + 0.5),
                Value::Uuid(_) => Value::from(Uuid::from_u128(number as u128)),
                other => panic!("{other:?} has no cell"),
            };
            row.set(column, value);
        }
        row
    }

    #[test]
    fn every_cell_is_that_of_its_column() {
        let row = distinct();
        for column in Column::iter() {
            let value = row.get(column);
            let same = match (Events::cell(&row, column), &value) {
                (Cell::Text(text), Value::String(Some(other))) => text == other.as_str(),
                (Cell::Integer(number), Value::BigInt(Some(other))) => number == *other,
                (Cell::Float(number), Value::Double(Some(other))) => number.total_cmp(other).is_eq(),
                (Cell::Uuid(uuid), Value::Uuid(Some(other))) => uuid == *other,
                _ => false,
            };
            assert!(same, "{column:?}: {value:?}");
        }
    }

    #[tokio::test]
    async fn events_can_be_judged_in_memory() {
        let criteria = json!({ "verb": "CREATE", "keywords": "GRÜSSE", "clientIP": "10.0.0.0/8" });
        let criteria: Criteria<Events> = Criteria::from_json(&criteria, 0).resolve(&()).await.unwrap();
        let matcher = criteria.matcher().unwrap();
        let mut event = Model {
            verb: Some("CREATE".to_owned()),
            description: Some("Viele Grüße".to_owned()),
            client_ip: crate::derive::address("10.1.2.3"),
            ..empty()
        };
        event.folded = folded(&event);
        assert!(matcher.matches(&Row::new(event.clone())));
        let internal = Model { flags: crate::event::flag::INTERNAL, ..event.clone() };
        assert!(!matcher.matches(&Row::new(internal)));
        assert!(!matcher.matches(&Row::new(Model { client_ip: None, ..event })));
    }
}

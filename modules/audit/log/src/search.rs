//! What of events can be searched, and reading them.

use std::sync::LazyLock;

use argus_core::access::CustomerSet;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Fields, Kind, Mark, Options, Page, Searchable};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::event::{Column, Entity, Model, flag};
use crate::index::Plan;
use crate::views::View;

/// Events, as the search criteria see them.
pub struct Events;

impl Searchable for Events {
    type Entity = Entity;
    const NAME: &'static str = "Event";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> =
            LazyLock::new(|| filters().hidden_by("includeInternal", Some("INTERNAL"), has(flag::INTERNAL)));
        &FIELDS
    }
}

/// All that events can be searched by.
pub(crate) fn filters() -> Fields {
    let verbs = &["CREATE", "READ", "UPDATE", "DELETE", "EXPORT", "LOGIN", "LOGOUT", "APPROVE", "REJECT"];
    columns(Fields::new("sequence", Column::Sequence), verbs)
        .keyword("action", Column::Action)
        .keyword("eventName", Column::EventName)
        .keyword("eventType", Column::EventType)
        .keyword("category", Column::Category)
        .keyword("description", Column::Description)
        .keyword("actorID", Column::ActorId)
        .keyword("actorName", Column::ActorName)
        .keyword("actorEmail", Column::ActorEmail)
        .keyword("targetID", Column::TargetId)
        .keyword("targetName", Column::TargetName)
        .keyword("origin", Column::Origin)
        .keyword("userAgent", Column::UserAgent)
        .keyword("machineID", Column::MachineId)
        .time("timestamp", Column::Timestamp)
        .time("createdTimestamp", Column::CreatedAt)
        .default_times(&["timestamp"])
        .user("createdByUser", Column::CreatedByUser)
        .flag_by("SUSPICIOUS", has(flag::SUSPICIOUS))
        .flag_by("LOGIN", has(flag::LOGIN))
        .flag_by("EXPORT", has(flag::EXPORT))
        .flag_by("METRIC", has(flag::METRIC))
        .flag_by("INTERNAL", has(flag::INTERNAL))
        .flag_by("DELETED", has(flag::DELETED))
        .deleted_by(has(flag::DELETED))
        .sort("timestamp", Column::Timestamp)
        .sort("createdTimestamp", Column::CreatedAt)
        .sort("id", Column::Id)
        .sort("action", Column::Action)
        .sort("verb", Column::Verb)
        .sort("status", Column::Status)
        .sort("outcome", Column::Outcome)
        .sort("severity", Column::Severity)
        .sort("eventType", Column::EventType)
        .sort("eventName", Column::EventName)
        .sort("category", Column::Category)
        .sort("application", Column::Application)
        .sort("environment", Column::Environment)
        .sort("method", Column::Method)
        .sort("actorID", Column::ActorId)
        .sort("actorName", Column::ActorName)
        .sort("actorType", Column::ActorType)
        .sort("targetType", Column::TargetType)
        .sort("targetID", Column::TargetId)
        .sort("traceID", Column::TraceId)
        .sort("machineID", Column::MachineId)
        .default_sort(&["-timestamp"])
}

fn columns(fields: Fields, verbs: &'static [&'static str]) -> Fields {
    fields
        .filter("customer", Column::CustomerId, Kind::Customer, "Exactly this customer, by id or short name")
        .filter("action", Column::Action, Kind::Text, "What was done, as sent")
        .filter("verb", Column::Verb, Kind::Words(verbs), "What was done, derived")
        .filter("status", Column::Status, Kind::Text, "Status, as sent")
        .filter("outcome", Column::Outcome, Kind::Words(&["SUCCESS", "FAILURE", "UNKNOWN"]), "Derived from the status")
        .filter("severity", Column::Severity, Kind::Text, "Severity, as sent")
        .filter("eventType", Column::EventType, Kind::Text, "Type of event")
        .filter("eventName", Column::EventName, Kind::Text, "Name of the event")
        .filter("category", Column::Category, Kind::Text, "Category")
        .filter("application", Column::Application, Kind::Text, "Application")
        .filter("environment", Column::Environment, Kind::Text, "Environment")
        .filter("method", Column::Method, Kind::Text, "Method, as sent")
        .filter("actorID", Column::ActorId, Kind::Text, "Who did it, by identifier")
        .filter("actorName", Column::ActorName, Kind::Text, "Who did it, by name")
        .filter("actorType", Column::ActorType, Kind::Text, "Kind of actor")
        .filter("targetType", Column::TargetType, Kind::Text, "Kind of object")
        .filter("targetID", Column::TargetId, Kind::Text, "Which object")
        .filter("traceID", Column::TraceId, Kind::Text, "The flow it belongs to")
        .filter("seriesID", Column::SeriesId, Kind::Uuid, "The series it belongs to")
        .filter("machineID", Column::MachineId, Kind::Text, "The machine it is about")
        .filter("clientIP", Column::ClientIp, Kind::Ip, "Address or network (CIDR)")
        .filter("accessType", Column::AccessType, Kind::Words(&["READ", "WRITE", "DELETE"]), "How it was accessed")
        .filter(
            "dialect",
            Column::Dialect,
            Kind::Words(&["native", "argus0", "spectra", "import", "internal"]),
            "The door it came through",
        )
}

pub(crate) fn has(bit: i64) -> Mark {
    Mark::bit(Column::Flags, bit)
}

/// The events that the criteria select, of those customers, and of those alone that belong to a view.
///
/// # Errors
/// 412 as the criteria say, 503 when the store cannot be asked.
pub async fn list<S: Searchable<Entity = Entity>>(
    db: &Db,
    scope: &CustomerSet,
    criteria: &Criteria<S>,
    view: View,
    options: &Options,
) -> Result<Page<Model>, ApiError> {
    let plan = Plan::of(db.reader(), criteria, scope, &view).await?;
    let rows = Condition::all().add(scope.condition(Column::CustomerId)).add(view.condition);
    plan.run(db.reader(), criteria, rows, options).await
}

/// One event of those customers: by id, by the sender's own identifier, or by a printed one
/// (`audit_<yyyymmdd>_<sequence>`, `log_<id without dashes>`).
///
/// # Errors
/// 404 when there is none, also when it is another customer's.
pub async fn get(db: &Db, scope: &CustomerSet, id: &str) -> Result<Model, ApiError> {
    get_of(db, scope, &View::default(), id).await
}

/// The same, of those alone that belong to a view: several customers may have an event of one identifier.
///
/// # Errors
/// As [`get`].
pub async fn get_of(db: &Db, scope: &CustomerSet, view: &View, id: &str) -> Result<Model, ApiError> {
    let rows = Condition::all().add(scope.condition(Column::CustomerId)).add(view.condition.clone());
    let scoped = || Entity::find().filter(rows.clone());
    let printed = id.strip_prefix("log_").unwrap_or(id);
    if let Ok(uuid) = Uuid::try_parse(printed)
        && let Some(found) = scoped().filter(Column::Id.eq(uuid)).one(db.reader()).await?
    {
        return Ok(found);
    }
    if let Some(found) = scoped().filter(Column::ExternalId.eq(id)).one(db.reader()).await? {
        return Ok(found);
    }
    let sequence = id.strip_prefix("audit_").and_then(|rest| rest.split_once('_')?.1.parse::<i64>().ok());
    if let Some(sequence) = sequence
        && let Some(found) = scoped().filter(Column::Sequence.eq(sequence)).one(db.reader()).await?
    {
        return Ok(found);
    }
    Err(ApiError::not_found("event"))
}

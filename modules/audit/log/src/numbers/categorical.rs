//! Fields of events by which numbers are grouped, and whose values are counted.

use argus_core::error::ApiError;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, ColumnType, QueryResult};

use crate::event::Column;
use crate::rollup::Field;

/// A field with values that are names.
#[derive(Debug, Clone, Copy)]
pub struct Categorical {
    /// Its name on the wire.
    pub name: &'static str,
    pub(super) column: Column,
    /// Where its values are counted by hour.
    pub(super) counted: Option<Field>,
}

const fn field(name: &'static str, column: Column, counted: Option<Field>) -> Categorical {
    Categorical { name, column, counted }
}

/// All of them.
pub const CATEGORICAL: [Categorical; 23] = [
    field("action", Column::Action, Some(Field::Action)),
    field("verb", Column::Verb, Some(Field::Verb)),
    field("status", Column::Status, Some(Field::Status)),
    field("outcome", Column::Outcome, Some(Field::Outcome)),
    field("severity", Column::Severity, Some(Field::Severity)),
    field("eventType", Column::EventType, Some(Field::EventType)),
    field("eventName", Column::EventName, Some(Field::EventName)),
    field("category", Column::Category, Some(Field::Category)),
    field("application", Column::Application, Some(Field::Application)),
    field("environment", Column::Environment, Some(Field::Environment)),
    field("method", Column::Method, Some(Field::Method)),
    field("actorID", Column::ActorId, Some(Field::ActorId)),
    field("actorName", Column::ActorName, None),
    field("actorType", Column::ActorType, Some(Field::ActorType)),
    field("origin", Column::Origin, None),
    field("targetType", Column::TargetType, Some(Field::TargetType)),
    field("targetID", Column::TargetId, None),
    field("targetName", Column::TargetName, None),
    field("machineID", Column::MachineId, Some(Field::MachineId)),
    field("traceID", Column::TraceId, None),
    field("seriesID", Column::SeriesId, None),
    field("accessType", Column::AccessType, None),
    field("dialect", Column::Dialect, Some(Field::Dialect)),
];

impl Categorical {
    /// The field of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        CATEGORICAL.into_iter().find(|field| field.name == name)
    }

    /// The value in a row.
    pub(super) fn read(self, row: &QueryResult, index: usize) -> Result<String, ApiError> {
        Ok(match self.column.def().get_column_type() {
            ColumnType::Uuid => row.try_get_by_index::<Uuid>(index)?.to_string(),
            _ => row.try_get_by_index(index)?,
        })
    }
}

//! Many events off the embedded store, quicker.
//!
//! Its driver copies every value of a row by itself, into memory of its own and from one thread to another, also where there
//! is nothing: for the columns of an event that costs several times what reading the row does. So the store packs them into
//! one JSON text. Left apart are numbers with a fraction, of which such a text does not keep every bit, and identifiers, which
//! are no text. PostgreSQL sends a row as one piece in any case.

use argus_core::search::fetch_rows;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, FromQueryResult, IdenStatic, QueryResult, QuerySelect, QueryTrait, Select,
};
use serde::Deserialize;

use crate::event::{Column, Entity, Model};
use crate::record::empty;

/// Columns beside the packed ones, in the order in which they are read.
const APART: [Column; 6] =
    [Column::Id, Column::SeriesId, Column::TotalDuration, Column::Latency, Column::CpuUsage, Column::MemoryUsage];

/// Those of them that may have a fraction.
const FRACTIONS: [Column; 4] = [Column::TotalDuration, Column::Latency, Column::CpuUsage, Column::MemoryUsage];

macro_rules! packed {
    ($($field:ident: $ty:ty = $column:ident,)*) => {
        /// What is packed, as a list of values.
        #[derive(Deserialize)]
        struct Packed {
            $($field: $ty,)*
        }

        const PACKED: &[Column] = &[$(Column::$column),*];

        impl From<Packed> for Model {
            fn from(packed: Packed) -> Self {
                Self { $($field: packed.$field,)* ..empty() }
            }
        }
    };
}

packed! {
    sequence: i64 = Sequence,
    external_id: Option<String> = ExternalId,
    customer_id: i64 = CustomerId,
    timestamp: i64 = Timestamp,
    created_at: i64 = CreatedAt,
    created_by_user: Option<i64> = CreatedByUser,
    created_by_key: Option<String> = CreatedByKey,
    dialect: String = Dialect,
    trace_id: Option<String> = TraceId,
    stage: Option<i64> = Stage,
    category: Option<String> = Category,
    application: Option<String> = Application,
    environment: Option<String> = Environment,
    event_type: Option<String> = EventType,
    event_name: Option<String> = EventName,
    description: Option<String> = Description,
    action: Option<String> = Action,
    verb: Option<String> = Verb,
    method: Option<String> = Method,
    status: Option<String> = Status,
    outcome: String = Outcome,
    severity: String = Severity,
    actor_type: Option<String> = ActorType,
    actor_id: Option<String> = ActorId,
    actor_name: Option<String> = ActorName,
    actor_email: Option<String> = ActorEmail,
    origin: Option<String> = Origin,
    client_ip: Option<String> = ClientIp,
    user_agent: Option<String> = UserAgent,
    actor_detail: Option<String> = ActorDetail,
    target_type: Option<String> = TargetType,
    target_id: Option<String> = TargetId,
    target_name: Option<String> = TargetName,
    target_detail: Option<String> = TargetDetail,
    auth_method: Option<String> = AuthMethod,
    location: Option<String> = Location,
    device: Option<String> = Device,
    machine_id: Option<String> = MachineId,
    before: Option<String> = Before,
    after: Option<String> = After,
    changes: Option<String> = Changes,
    request_metadata: Option<String> = RequestMetadata,
    response_metadata: Option<String> = ResponseMetadata,
    metadata: Option<String> = Metadata,
    affected_resources: Option<i64> = AffectedResources,
    metrics: Option<String> = Metrics,
    event_detail: Option<String> = EventDetail,
    access_type: Option<String> = AccessType,
    flags: i64 = Flags,
    folded: Option<String> = Folded,
    fingerprint: Option<String> = Fingerprint,
    auth_user: Option<i64> = AuthUser,
    metadata_list: Option<String> = MetadataList,
}

/// An event, however it was read.
pub struct Row(pub Model);

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        // A row that is not packed has a number first.
        let Ok(packed) = row.try_get_by_index::<String>(0) else {
            return Model::from_query_result(row, prefix).map(Self);
        };
        let packed: Packed = serde_json::from_str(&packed).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(Self(Model {
            id: row.try_get_by_index(1)?,
            series_id: row.try_get_by_index(2)?,
            total_duration: row.try_get_by_index(3)?,
            latency: row.try_get_by_index(4)?,
            cpu_usage: row.try_get_by_index(5)?,
            memory_usage: row.try_get_by_index(6)?,
            ..packed.into()
        }))
    }
}

/// What packs the columns of an event into one text.
fn packed_columns() -> String {
    let names: Vec<String> = PACKED.iter().map(|column| format!("\"event\".\"{}\"", column.as_str())).collect();
    format!("json_array({})", names.join(", "))
}

/// The selection, packed where that is quicker.
pub fn pack(select: Select<Entity>, backend: DbBackend) -> Select<Entity> {
    if backend != DbBackend::Sqlite {
        return select;
    }
    let packed = select.select_only().expr(Expr::cust(packed_columns()));
    APART.into_iter().fold(packed, |select, column| select.column(column))
}

/// The events of a selection that has an end: one page of it.
///
/// # Errors
/// When the store fails.
pub async fn fetch(db: &DatabaseConnection, select: Select<Entity>) -> Result<Vec<Model>, DbErr> {
    let backend = db.get_database_backend();
    if backend == DbBackend::Sqlite
        && let Some(rows) = fetch_as_one(db, select.clone()).await?
    {
        return Ok(rows);
    }
    let rows = fetch_rows(db, pack(select, backend).build(backend)).await?;
    rows.iter().map(|row| Row::from_query_result(row, "").map(|row| row.0)).collect()
}

/// The events of a page off the embedded store as one text: what goes from one thread to another is one row. Nothing where one
/// of them has a number with a fraction.
async fn fetch_as_one(db: &DatabaseConnection, select: Select<Entity>) -> Result<Option<Vec<Model>>, DbErr> {
    let packed = format!("json_array(hex(\"event\".\"id\"), hex(\"event\".\"series_id\"), {})", packed_columns());
    let fractions: Vec<String> = FRACTIONS.iter().map(|column| format!("\"event\".\"{}\"", column.as_str())).collect();
    let fractions = format!("coalesce({}) IS NOT NULL", fractions.join(", "));
    let page = select.select_only().expr_as(Expr::cust(packed), "packed").expr_as(Expr::cust(fractions), "fraction");
    let mut statement = page.build(DbBackend::Sqlite);
    // A page is read in its order, which is that of the list.
    statement.sql =
        format!("SELECT '[' || group_concat(packed, ',') || ']', max(fraction) FROM ({}) AS page", statement.sql);
    let rows = fetch_rows(db, statement).await?;
    let Some(row) = rows.first() else { return Ok(Some(Vec::new())) };
    let Some(text) = row.try_get_by_index::<Option<String>>(0)? else { return Ok(Some(Vec::new())) };
    if row.try_get_by_index::<Option<i64>>(1)? == Some(1) {
        return Ok(None);
    }
    let unreadable = |error: &dyn std::fmt::Display| DbErr::Json(error.to_string());
    let packed: Vec<(String, String, Packed)> = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    let uuid = |hex: &str| Uuid::try_parse(hex).map_err(|error| unreadable(&error));
    let rows = packed.into_iter().map(|(id, series, packed)| {
        let series_id = if series.is_empty() { None } else { Some(uuid(&series)?) };
        Ok(Model { id: uuid(&id)?, series_id, ..packed.into() })
    });
    rows.collect::<Result<_, _>>().map(Some)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn every_column_is_read() {
        let read: BTreeSet<&str> = PACKED.iter().chain(&APART).map(IdenStatic::as_str).collect();
        assert_eq!(read, Column::iter().map(|column| column.as_str()).collect());
        assert_eq!(PACKED.len() + APART.len(), read.len());
    }
}

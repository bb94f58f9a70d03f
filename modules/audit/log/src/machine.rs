//! Known machines: how many events the log has of each, and from when. Counted when events are written, in their
//! transaction, so that nobody has to count them later.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Fields, Options, Page, Searchable, run_on};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{DbBackend, Statement};
use serde_json::json;

use crate::event::{self, flag};

/// A machine, as those see it who see some customers: the table has a row for each customer that has events of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_machine")]
pub struct Model {
    /// Its identifier, as sent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub machine_id: String,
    /// Its events, without requests to Argus itself.
    pub events: i64,
    /// The earliest of their times, in ns.
    pub first_timestamp: i64,
    /// The latest of their times, in ns.
    pub last_timestamp: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The rows of the table themselves.
mod stored {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "event_machine")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub customer_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub machine_id: String,
        pub events: i64,
        pub first_timestamp: i64,
        pub last_timestamp: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Machines, as lists of them see them.
pub struct Machines;

impl Searchable for Machines {
    type Entity = Entity;
    const NAME: &'static str = "Machine";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("machineID", Column::MachineId)
                .sort("count", Column::Events)
                .sort("lastTimestamp", Column::LastTimestamp)
        });
        &FIELDS
    }
}

/// The machines of those customers, each once, with its events of all of them.
///
/// # Errors
/// 412 as the criteria say, 503 when the store cannot be asked.
pub async fn list(
    db: &Db,
    scope: &CustomerSet,
    criteria: &Criteria<Machines>,
    options: &Options,
) -> Result<Page<Model>, ApiError> {
    run_on(db.reader(), criteria, machines_of(scope), options).await
}

fn machines_of(scope: &CustomerSet) -> SelectStatement {
    let column = |column: stored::Column| Expr::col(column.as_column_ref());
    // A sum of big integers is a decimal on PostgreSQL.
    let events = Func::sum(column(stored::Column::Events)).cast_as("bigint");
    Query::select()
        .column(stored::Column::MachineId.as_column_ref())
        .expr_as(events, Column::Events)
        .expr_as(Func::min(column(stored::Column::FirstTimestamp)), Column::FirstTimestamp)
        .expr_as(Func::max(column(stored::Column::LastTimestamp)), Column::LastTimestamp)
        .from(stored::Entity)
        .cond_where(scope.condition(stored::Column::CustomerId))
        .group_by_col(stored::Column::MachineId.as_column_ref())
        .take()
}

/// Counts events that are being written.
///
/// # Errors
/// When the store fails; the transaction must then not be committed.
pub async fn add(transaction: &impl ConnectionTrait, rows: &[event::Model]) -> Result<(), DbErr> {
    count(transaction, rows, 1).await
}

/// Counts events no more, which the rows say as they were counted. Between which times the events of a machine lie stays as it
/// was.
///
/// # Errors
/// As [`add`].
pub async fn remove(transaction: &impl ConnectionTrait, rows: &[event::Model]) -> Result<(), DbErr> {
    count(transaction, rows, -1).await
}

/// Takes away the machines that have no events any more, of those that the rows had.
///
/// # Errors
/// As [`add`].
pub async fn forget(transaction: &impl ConnectionTrait, rows: &[event::Model]) -> Result<(), DbErr> {
    use stored::{Column, Entity};
    let named = rows.iter().filter_map(|row| Some((row.customer_id, row.machine_id.as_deref()?)));
    for (customer, machine) in named.collect::<BTreeSet<_>>() {
        let of = Column::CustomerId.eq(customer).and(Column::MachineId.eq(machine));
        Entity::delete_many().filter(of.and(Column::Events.lte(0))).exec(transaction).await?;
    }
    Ok(())
}

async fn count(transaction: &impl ConnectionTrait, rows: &[event::Model], by: i64) -> Result<(), DbErr> {
    let mut seen: BTreeMap<(i64, &str), (i64, Nanos, Nanos)> = BTreeMap::new();
    // Whoever asks Argus about a machine does not make it known; and what was taken away does not count.
    for row in rows.iter().filter(|row| row.flags & (flag::INTERNAL | flag::DELETED) == 0) {
        let Some(machine) = row.machine_id.as_deref() else { continue };
        let at = row.timestamp;
        let (events, first, last) = seen.entry((row.customer_id, machine)).or_insert((0, at, at));
        (*events, *first, *last) = (*events + by, Ord::min(*first, at), Ord::max(*last, at));
    }
    if seen.is_empty() {
        return Ok(());
    }
    let seen = seen
        .into_iter()
        .map(|((customer, machine), (events, first, last))| json!([customer, machine, events, first, last]));
    let values = [serde_json::Value::Array(seen.collect()).to_string().into()];
    let backend = transaction.get_database_backend();
    transaction.execute_raw(Statement::from_sql_and_values(backend, upsert(backend), values)).await.map(|_| ())
}

/// One statement for any number of machines, so that connections keep it prepared: they come as one JSON text.
fn upsert(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "INSERT INTO event_machine (customer_id, machine_id, events, first_timestamp, last_timestamp) \
             SELECT (seen ->> 0)::bigint, seen ->> 1, (seen ->> 2)::bigint, (seen ->> 3)::bigint, (seen ->> 4)::bigint \
             FROM json_array_elements($1::text::json) AS given (seen) \
             ON CONFLICT (customer_id, machine_id) DO UPDATE SET events = event_machine.events + excluded.events, \
             first_timestamp = LEAST(event_machine.first_timestamp, excluded.first_timestamp), \
             last_timestamp = GREATEST(event_machine.last_timestamp, excluded.last_timestamp)"
        }
        // Without a WHERE, SQLite would take ON for a part of a join.
        _ => {
            "INSERT INTO event_machine (customer_id, machine_id, events, first_timestamp, last_timestamp) \
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE TRUE \
             ON CONFLICT (customer_id, machine_id) DO UPDATE SET events = event_machine.events + excluded.events, \
             first_timestamp = MIN(event_machine.first_timestamp, excluded.first_timestamp), \
             last_timestamp = MAX(event_machine.last_timestamp, excluded.last_timestamp)"
        }
    }
}

//! Numbers that events name themselves, each a row of its own, and the names that a customer's events have used.

use std::collections::BTreeSet;

use argus_core::access::CustomerSet;
use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, DatabaseTransaction, DbBackend, Order, QuerySelect, Statement};

use crate::bulk::Bulk;
use crate::event;

/// Names in one list.
pub const MOST_NAMES: u64 = 100_000;

/// Makes a statement read numbers, each with its event. The numbers come first and events are looked up by their key.
pub(crate) fn with_events(select: &mut SelectStatement) -> &mut SelectStatement {
    // SQLite takes a cross join in the order in which it is written; sea-query leaves out what would stand behind its ON.
    let same = Expr::col((event::Entity, event::Column::Sequence)).equals((Entity, Column::Sequence));
    select.from(Entity).cross_join(event::Entity).and_where(same)
}

/// A number of an event. Customer and time are the event's, so that a range is read without it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_metric")]
pub struct Model {
    /// What the number is called.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Whose event it is of.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: i64,
    /// When the event happened, in ns.
    #[sea_orm(primary_key, auto_increment = false)]
    pub timestamp: i64,
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// The number.
    pub value: f64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The names themselves: few, where their numbers are many.
pub mod name {
    use sea_orm::entity::prelude::*;

    /// A name that an event of the customer has used.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "event_metric_name")]
    pub struct Model {
        /// The customer.
        #[sea_orm(primary_key, auto_increment = false)]
        pub customer_id: i64,
        /// The name.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
    }

    /// No relation is declared: joins are written where they are needed.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The numbers of one event, by name.
fn of(row: &event::Model) -> Vec<(String, f64)> {
    let Some(metrics) = &row.metrics else { return Vec::new() };
    let parsed: serde_json::Map<String, serde_json::Value> = serde_json::from_str(metrics).unwrap_or_default();
    parsed.into_iter().filter_map(|(name, value)| Some((name, value.as_f64()?))).collect()
}

/// Writes the numbers of events that are being written.
///
/// # Errors
/// When the store fails.
pub async fn add(transaction: &DatabaseTransaction, rows: &[event::Model]) -> Result<(), DbErr> {
    static VALUES: Bulk<5> = Bulk::new("INSERT INTO event_metric (name, customer_id, timestamp, sequence, value)", "");
    static NAMES: Bulk<2> =
        Bulk::new("INSERT INTO event_metric_name (customer_id, name)", "ON CONFLICT (customer_id, name) DO NOTHING");
    let (mut names, mut values) = (BTreeSet::new(), Vec::new());
    for row in rows {
        for (name, value) in of(row) {
            names.insert((row.customer_id, name.clone()));
            let (customer, timestamp) = (row.customer_id, row.timestamp);
            values.push([name.into(), customer.into(), timestamp.into(), row.sequence.into(), value.into()]);
        }
    }
    VALUES.write(transaction, values.into_iter()).await?;
    // Sorted: writers that wait for each other's rows all wait in one direction.
    NAMES.write(transaction, names.into_iter().map(|(customer, name)| [customer.into(), name.into()])).await
}

/// Takes the numbers of events away. Their names stay known.
///
/// # Errors
/// When the store fails.
pub async fn remove(transaction: &DatabaseTransaction, rows: &[event::Model]) -> Result<(), DbErr> {
    for row in rows {
        for (name, _) in of(row) {
            Entity::delete_by_id((name, row.customer_id, row.timestamp, row.sequence)).exec(transaction).await?;
        }
    }
    Ok(())
}

/// Takes away the names that no event of the customer uses any more, of those that the rows had.
///
/// # Errors
/// When the store fails.
pub async fn forget(transaction: &DatabaseTransaction, rows: &[event::Model]) -> Result<(), DbErr> {
    let named = rows.iter().flat_map(|row| of(row).into_iter().map(|(name, _)| (row.customer_id, name)));
    for (customer, known) in named.collect::<BTreeSet<_>>() {
        let used = Entity::find().filter(Column::Name.eq(&known)).filter(Column::CustomerId.eq(customer));
        if used.limit(1).one(transaction).await?.is_none() {
            name::Entity::delete_by_id((customer, known)).exec(transaction).await?;
        }
    }
    Ok(())
}

/// The first [`MOST_NAMES`] names that events of those customers have used, by code point, and how many there are.
///
/// # Errors
/// When the store cannot be asked.
pub async fn names(db: &Db, scope: &CustomerSet) -> Result<(Vec<String>, i64), ApiError> {
    let reader = db.reader();
    let backend = reader.get_database_backend();
    let mut names = named(scope.condition(name::Column::CustomerId));
    let count = Query::select().expr(Expr::cust("count(*)")).from_subquery(names.clone(), "names").to_owned();
    names.order_by((name::Entity, name::Column::Name), Order::Asc).limit(MOST_NAMES);
    let rows = reader.query_all_raw(backend.build(&names)).await?;
    let found = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?;
    let row = reader.query_one_raw(backend.build(&count)).await?;
    let count = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok((found, count))
}

fn named(condition: Condition) -> SelectStatement {
    let mut select = Query::select();
    select.column((name::Entity, name::Column::Name)).distinct().from(name::Entity).cond_where(condition).take()
}

/// Whether an event of those customers has used the name.
///
/// # Errors
/// When the store cannot be asked.
pub async fn is_known(db: &Db, scope: &CustomerSet, name: &str) -> Result<bool, ApiError> {
    let known = scope.condition(name::Column::CustomerId).add(name::Column::Name.eq(name));
    let statement: Statement = DbBackend::build(&db.backend(), named(known).limit(1));
    Ok(db.reader().query_one_raw(statement).await?.is_some())
}

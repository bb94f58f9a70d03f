//! How many events there are, where nothing but customers and times is asked: what stands under the pages of a list.

use std::ops::Range;
use std::time::Duration;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::count_by;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, DbBackend};

use super::selection::{Parts, plain_events};
use crate::event;
use crate::rollup::{self, Field};

/// The number of those customers' events in a range of `timestamp`, without INTERNAL and DELETED ones; -1 when that is not
/// known in time.
///
/// # Errors
/// When the store cannot be asked.
pub async fn total(
    db: &DatabaseConnection,
    customers: &CustomerSet,
    range: &Range<Nanos>,
    limit: Duration,
) -> Result<i64, ApiError> {
    let backend = db.get_database_backend();
    let parts = Parts::of(range);
    let mut sums: Vec<SelectStatement> = parts.rest.iter().map(|part| in_the_log(customers, part)).collect();
    if !parts.hours.is_empty() {
        sums.push(by_hour(backend, customers, &parts.hours));
    }
    let sums = sums.into_iter().map(Expr::from);
    let sum = sums.reduce(ExprTrait::add).unwrap_or_else(|| Expr::val(0_i64));
    let statement = Query::select().expr(sum.cast_as("bigint")).take();
    Ok(count_by(db, backend.build(&statement), limit).await?.unwrap_or(-1))
}

fn by_hour(backend: DbBackend, customers: &CustomerSet, hours: &Range<Nanos>) -> SelectStatement {
    use rollup::{Column, Entity};
    let known = rollup::customers(backend).sql;
    // The key begins with the customer: without one all counts of all fields would be read.
    let customers = match (customers, backend) {
        (CustomerSet::Only(_), _) => customers.condition(Column::CustomerId),
        (CustomerSet::All, DbBackend::Postgres) => {
            Condition::all().add(Expr::cust(format!("\"customer_id\" = ANY (ARRAY({known}))")))
        }
        (CustomerSet::All, _) => Condition::all().add(Expr::cust(format!("\"customer_id\" IN ({known})"))),
    };
    let condition = customers.add(Column::Field.eq(Field::Total as i32));
    let condition = condition.add(Column::Hour.gte(hours.start)).add(Column::Hour.lt(hours.end));
    let sum = Func::coalesce([Func::sum(Expr::col(Column::Count)).into(), Expr::val(0_i64)]);
    Query::select().expr(sum).from(Entity).cond_where(condition).take()
}

fn in_the_log(customers: &CustomerSet, part: &Range<Nanos>) -> SelectStatement {
    let condition = plain_events(customers, part, false);
    Query::select().expr(Func::count(Expr::col(Asterisk))).from(event::Entity).cond_where(condition).take()
}

//! Day by day.

use std::collections::BTreeMap;

use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Query};

use super::{Day, failed_logins};
use crate::event::Entity;
use crate::numbers::counts::counts_in;
use crate::numbers::selection::Selection;
use crate::numbers::{Categorical, Interval, by_unit, unit_start};

/// Days in UTC.
const DAY: Interval = Interval::Fixed(NANOS_PER_DAY);

/// Days with events or failed logins, in their order.
pub async fn days(snapshot: &mut Snapshot, selection: &Selection) -> Result<Vec<Day>, ApiError> {
    let mut days = BTreeMap::new();
    // Every event has an outcome.
    let outcome = Categorical::find("outcome").ok_or_else(|| ApiError::internal("outcomes are not counted"))?;
    for window in counts_in(snapshot, selection, outcome, DAY).await? {
        let day = day_of(&mut days, DAY.window(window.window.start).start);
        day.events = window.counts.values().sum();
        day.failed = window.counts.get("FAILURE").copied().unwrap_or(0);
    }
    let mut select = Query::select();
    select.expr(by_unit("event", DAY)).expr(Expr::col(Asterisk).count()).from(Entity);
    select.cond_where(failed_logins(snapshot.backend(), selection)).add_group_by([Expr::cust("1")]);
    let statement = snapshot.backend().build(&select);
    let rows = snapshot.each(statement, |row| {
        let start = unit_start(row.try_get_by_index(0)?, DAY);
        day_of(&mut days, start).failed_logins = row.try_get_by_index(1)?;
        Ok(())
    });
    rows.await?;
    Ok(days.into_values().collect())
}

fn day_of(days: &mut BTreeMap<Nanos, Day>, start: Nanos) -> &mut Day {
    days.entry(start).or_insert_with(|| Day { start, ..Day::default() })
}

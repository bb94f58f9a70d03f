//! Which events numbers are wanted of, and from where each part of them is read.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Snapshot};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, DbBackend};

use crate::event::{Column, Entity, flag};
use crate::index;
use crate::rollup::{self, HOUR};
use crate::search::Events;
use crate::views::View;

/// The events that numbers are wanted of: within the caller's customers, selected by criteria, in a range of `timestamp`.
pub struct Selection {
    scope: CustomerSet,
    criteria: Criteria<Events>,
    range: Range<Nanos>,
    /// The customers, where criteria say nothing else but these and times: then counts by hour can be asked.
    plain: Option<CustomerSet>,
    /// What holds besides.
    view: View,
}

/// A range of time, and from where it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// From the counts by hour; empty where there is no whole hour, or criteria that say more.
    pub hours: Range<Nanos>,
    /// From the log.
    pub rest: Vec<Range<Nanos>>,
}

impl Selection {
    /// What the criteria select, in their own range of time.
    #[must_use]
    pub fn of(scope: &CustomerSet, criteria: Criteria<Events>) -> Self {
        let range = criteria.range("timestamp");
        Self::within(scope, criteria, range)
    }

    /// What the criteria select within a range of time, the end not included.
    #[must_use]
    pub fn within(scope: &CustomerSet, criteria: Criteria<Events>, range: Range<Nanos>) -> Self {
        let plain = criteria.only_customers().map(|customers| scope.and(&customers));
        Self { scope: scope.clone(), criteria, range, plain, view: View::default() }
    }

    /// Of those, the events alone that a view shows.
    #[must_use]
    pub fn seen(self, view: View) -> Self {
        let plain = self.plain.filter(|_| view.is_all());
        Self { plain, view, ..self }
    }

    /// The range of time.
    #[must_use]
    pub fn range(&self) -> &Range<Nanos> {
        &self.range
    }

    /// Where each part of the range is read. An hour that the range cuts counts as a whole one when nothing lies in the rest
    /// of it: mostly the one that is just going on, which may have more events than any other.
    pub(super) async fn settled_parts(&self, snapshot: &mut Snapshot) -> Result<Parts, ApiError> {
        if self.plain.is_none() {
            return Ok(Parts::from_the_log(&self.range));
        }
        let Range { mut start, mut end } = self.range;
        let before = rollup::hour(start)..start;
        if start != Nanos::MIN && is_empty(snapshot, &before).await? {
            start = before.start;
        }
        let after = end..rollup::hour(end).saturating_add(HOUR);
        if end != rollup::hour(end) && end != Nanos::MAX && is_empty(snapshot, &after).await? {
            end = after.end;
        }
        Ok(Parts::of(&(start..end)))
    }

    /// The condition of the events in a part of the range; with those that are INTERNAL, or as the criteria say.
    pub(super) fn events(&self, backend: DbBackend, part: &Range<Nanos>, with_internal: bool) -> Condition {
        let scope = self.scope.condition(Column::CustomerId);
        if let Some(customers) = &self.plain {
            return plain_events(customers, part, with_internal);
        }
        let (from, to) = (Column::Timestamp.gte(part.start), Column::Timestamp.lt(part.end));
        // The trail of one machine, or of one actor, is found without looking through the others.
        let narrowed = |criteria: &Criteria<Events>| {
            criteria.condition(backend).add_option(index::narrowed(backend, criteria, &self.scope))
        };
        let condition = match with_internal {
            true => narrowed(&self.criteria.showing("includeInternal")),
            false => narrowed(&self.criteria),
        };
        let mut all = scope.add(condition).add(self.view.condition.clone());
        // The criteria's own bounds are in their condition.
        let own = self.criteria.range("timestamp");
        if part.start != own.start {
            all = all.add(from);
        }
        if part.end != own.end {
            all = all.add(to);
        }
        all
    }

    /// Whether an event counts, and is not only there because failed logins count all: its expression on a row of `event`.
    pub(super) fn counts(&self) -> Expr {
        if self.criteria.wants("includeInternal") { Expr::cust("1 = 1") } else { has_none(flag::INTERNAL) }
    }

    /// Whether nothing is asked but customers and times.
    pub(super) fn is_plain(&self) -> bool {
        self.plain.is_some()
    }

    /// The customers by number, for keys that begin with them.
    pub(super) async fn customers(&self, snapshot: &mut Snapshot) -> Result<CustomerSet, ApiError> {
        let wanted = self.plain.as_ref().unwrap_or(&self.scope);
        if matches!(wanted, CustomerSet::Only(_)) {
            return Ok(wanted.clone());
        }
        let (mut customers, statement) = (HashSet::new(), rollup::customers(snapshot.backend()));
        let rows = snapshot.each(statement, |row| {
            customers.insert(row.try_get_by_index(0)?);
            Ok(())
        });
        rows.await?;
        Ok(CustomerSet::Only(Arc::new(customers)))
    }
}

/// The condition of all events of those customers in a range of time, with INTERNAL ones or without, never DELETED ones.
pub(super) fn plain_events(customers: &CustomerSet, range: &Range<Nanos>, with_internal: bool) -> Condition {
    let mut plain = customers.condition(Column::CustomerId);
    if range.start != Nanos::MIN {
        plain = plain.add(Column::Timestamp.gte(range.start));
    }
    if range.end != Nanos::MAX {
        plain = plain.add(Column::Timestamp.lt(range.end));
    }
    let hidden = if with_internal { flag::DELETED } else { flag::DELETED | flag::INTERNAL };
    plain.add(has_none(hidden))
}

/// Whether no event of anybody lies in a range of time.
async fn is_empty(snapshot: &mut Snapshot, range: &Range<Nanos>) -> Result<bool, ApiError> {
    let mut select = Query::select();
    select.column((Entity, Column::Sequence)).from(Entity).limit(1);
    select.and_where(Column::Timestamp.gte(range.start)).and_where(Column::Timestamp.lt(range.end));
    let (mut empty, statement) = (true, snapshot.backend().build(&select));
    let rows = snapshot.each(statement, |_| {
        empty = false;
        Ok(())
    });
    rows.await?;
    Ok(empty)
}

/// Written so that PostgreSQL, which takes `= 0` for rare, expects most rows to pass.
fn has_none(bits: i64) -> Expr {
    let flags = || Expr::col((Entity, Column::Flags));
    let single = [flag::DELETED, flag::INTERNAL].into_iter().filter(|bit| bits & bit != 0);
    let each = single.map(|bit| flags().bit_and(bit).ne(bit));
    each.reduce(ExprTrait::and).unwrap_or_else(|| Expr::cust("1 = 1"))
}

impl Parts {
    pub(super) fn of(range: &Range<Nanos>) -> Self {
        // Nothing is before the first hour that can be kept, nor after the last.
        let first = match rollup::hour(range.start) {
            hour if hour == range.start => hour,
            hour => hour.saturating_add(HOUR),
        };
        let last = if range.end == Nanos::MAX { range.end } else { rollup::hour(range.end) };
        if first >= last {
            return Self::from_the_log(range);
        }
        let rest = [range.start..first, last..range.end].into_iter().filter(|part| !part.is_empty()).collect();
        Self { hours: first..last, rest }
    }

    pub(super) fn from_the_log(range: &Range<Nanos>) -> Self {
        let rest = if range.is_empty() { Vec::new() } else { vec![range.clone()] };
        Self { hours: range.start..range.start, rest }
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "lists of ranges, of which some have one")]
mod tests {
    use super::*;

    #[test]
    fn whole_hours_come_from_the_counts_and_the_edges_from_the_log() {
        for (range, hours, rest) in [
            (0..HOUR, 0..HOUR, vec![]),
            (1..HOUR, 1..1, vec![1..HOUR]),
            (1..2 * HOUR, HOUR..2 * HOUR, vec![1..HOUR]),
            (-HOUR - 1..2 * HOUR + 1, -HOUR..2 * HOUR, vec![-HOUR - 1..-HOUR, 2 * HOUR..2 * HOUR + 1]),
            (5..5, 5..5, vec![]),
            (Nanos::MIN..Nanos::MAX, Nanos::MIN..Nanos::MAX, vec![]),
            (Nanos::MIN..7, Nanos::MIN..0, vec![0..7]),
        ] {
            assert_eq!(Parts::of(&range), Parts { hours, rest }, "{range:?}");
        }
    }
}

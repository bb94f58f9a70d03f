//! Sorting (S2-75) and the place in a sort where a page ended (S2-76).
//!
//! Null is smallest, text is ordered by code point, and the unique closing key ends every chain in the direction of the
//! key before it, so that the order is total and pages neither skip nor repeat rows.

use sea_orm::sea_query::{Expr, ExprTrait, NullOrdering, Order, SelectStatement, Value};
use serde::Serialize;

use super::fields::{Fields, SortField};
use super::input::{Level, Reader, joined};
use super::sql::{all_of, any_of};

/// One key of a sort.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct SortKey {
    pub(super) field: &'static SortField,
    pub(super) descending: bool,
}

impl Reader<'_> {
    /// The whole chain: the client's keys or the default ones, and the closing key.
    pub(super) fn sort(&mut self, level: &Level) -> Vec<SortKey> {
        let mut keys = Vec::new();
        for given in self.list(level, &["sortBy"]) {
            let Some(text) = self.text(&given) else { continue };
            match find(self.fields, text) {
                Some(key) => keys.push(key),
                None => {
                    let known = joined(self.fields.sorts.iter().map(|sort| sort.name));
                    self.bad(&given.member, format!("Unknown sort key; known are {known}"));
                }
            }
        }
        if keys.is_empty() {
            keys.extend(self.fields.default_sort.iter().filter_map(|key| find(self.fields, key)));
        }
        closed(keys, &self.fields.closing)
    }
}

fn find(fields: &'static Fields, text: &str) -> Option<SortKey> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    fields.sorts.iter().find(|sort| sort.name == name).map(|field| SortKey { field, descending })
}

/// Drops keys that were named before or come after the closing key, and sees to it that this is the last one.
fn closed(keys: Vec<SortKey>, closing: &'static SortField) -> Vec<SortKey> {
    let mut chain: Vec<SortKey> = Vec::new();
    for key in keys {
        let ended = chain.iter().any(|earlier| [key.field.name, closing.name].contains(&earlier.field.name));
        if !ended {
            chain.push(key);
        }
    }
    let last = chain.last().copied();
    if last.is_none_or(|last| last.field.name != closing.name) {
        chain.push(SortKey { field: closing, descending: last.is_some_and(|last| last.descending) });
    }
    chain
}

/// Orders a statement by the chain.
pub(super) fn order_by(select: &mut SelectStatement, chain: &[SortKey]) {
    for key in chain {
        let (order, nulls) =
            if key.descending { (Order::Desc, NullOrdering::Last) } else { (Order::Asc, NullOrdering::First) };
        let column = key.field.column.clone();
        // Where nulls cannot be, saying where they go would only keep PostgreSQL from using its indexes.
        if key.field.nullable {
            select.order_by_expr_with_nulls(column, order, nulls);
        } else {
            select.order_by_expr(column, order);
        }
    }
}

/// The condition for rows that come after the one with these values; `None` is null.
pub(super) fn after(chain: &[SortKey], values: &[Option<Value>]) -> Expr {
    let keys: Vec<_> = chain.iter().zip(values).collect();
    as_tuple(&keys).unwrap_or_else(|| after_each(&keys))
}

/// `(a, b) > (1, 2)` is one range of an index; it says what is meant when all keys go in one direction and no null can
/// be on the way.
fn as_tuple(keys: &[(&SortKey, &Option<Value>)]) -> Option<Expr> {
    let descending = keys.first()?.0.descending;
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for (key, value) in keys {
        // Ascending, nulls lie before every value and a comparison with them is not true, which is right.
        if key.descending != descending || (descending && key.field.nullable) {
            return None;
        }
        columns.push(key.field.column.clone());
        values.push(Expr::val((*value).clone()?));
    }
    let (columns, values) = (Expr::tuple(columns), Expr::tuple(values));
    Some(if descending { columns.lt(values) } else { columns.gt(values) })
}

/// Beyond the first value, or equal to it and beyond the second, and so on.
fn after_each(keys: &[(&SortKey, &Option<Value>)]) -> Expr {
    let Some(((key, value), rest)) = keys.split_first() else { return Expr::cust("FALSE") };
    let column = || key.field.column.clone();
    let mut beyond = Vec::new();
    match (value, key.descending) {
        (Some(value), false) => beyond.push(column().gt(value.clone())),
        (None, false) => beyond.push(column().is_not_null()),
        (Some(value), true) => {
            beyond.push(column().lt(value.clone()));
            if key.field.nullable {
                beyond.push(column().is_null());
            }
        }
        (None, true) => {}
    }
    let same = match value {
        Some(value) => column().eq(value.clone()),
        None => column().is_null(),
    };
    beyond.push(all_of(vec![same, after_each(rest)]));
    any_of(beyond)
}

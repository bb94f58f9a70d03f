//! How many events have which values, in one statement: whole hours from the counts, the rest in one pass over the log.

use std::ops::Range;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use sea_orm::sea_query::{
    Asterisk, CommonTableExpression, Expr, ExprTrait, Func, Order, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{ColumnTrait, Condition, DbBackend, IdenStatic, Statement};

use super::selection::{Parts, Selection};
use crate::event::{self, Column};
use crate::rollup::{self, Counted, ERROR_SEVERITIES, Field};

/// The most values of one field in an answer.
pub(super) const MOST_VALUES: u64 = 100_000;

/// How many are most active, or most common.
const TOP: u64 = 10;

/// What is wanted of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Every value with its count; one more than [`MOST_VALUES`] at most.
    All(Field),
    /// The ten values of highest counts, then by code point.
    Top(Field),
    /// How many values there are; its one value is the empty text.
    Distinct(Field),
}

impl Want {
    fn field(self) -> Field {
        match self {
            Self::All(field) | Self::Top(field) | Self::Distinct(field) => field,
        }
    }
}

/// The names of what the statement is made of.
const MATCHING: &str = "matching";
const TALLY: &str = "tally";
const COUNTED: &str = "counted";
/// The column of `matching` that says whether an event counts.
const COUNTS: &str = "counts";

/// A statement of rows (index into `wanted`, value, count). `parts` say from where each part of the range is read.
pub(super) fn statement(
    backend: DbBackend,
    selection: &Selection,
    parts: &Parts,
    customers: &CustomerSet,
    wanted: &[Want],
) -> Statement {
    let mut fields: Vec<Field> = wanted.iter().map(|want| want.field()).collect();
    fields.sort_unstable();
    fields.dedup();
    let mut tally = Vec::new();
    let mut with = WithClause::new();
    if !parts.hours.is_empty() {
        tally.push(from_counts(customers, &fields, &parts.hours));
    }
    if let Some(matching) = union(parts.rest.iter().map(|part| matching(backend, selection, &fields, part))) {
        with.cte(table(MATCHING, &[], matching));
        tally.extend(fields.iter().map(|field| from_log(*field)));
    }
    // A range that is empty has no rows, which is a row source too.
    let nothing = || from_counts(&CustomerSet::none(), &fields, &parts.hours);
    with.cte(table(TALLY, &["field", "value", "count"], union(tally).unwrap_or_else(nothing)));
    with.cte(table(COUNTED, &["field", "value", "count"], counted()));
    let answers = wanted.iter().enumerate().map(|(index, want)| answer(index, *want));
    let mut answers = union(answers).unwrap_or_else(nothing);
    backend.build(answers.with_cte(with))
}

fn table(name: &'static str, columns: &[&'static str], select: SelectStatement) -> CommonTableExpression {
    let mut table = CommonTableExpression::new();
    table.table_name(name).columns(columns.iter().copied()).query(select).materialized(true);
    table
}

/// All selections one below the other; none of none.
fn union(selects: impl IntoIterator<Item = SelectStatement>) -> Option<SelectStatement> {
    let mut selects = selects.into_iter();
    let mut first = selects.next()?;
    Some(first.unions(selects.map(|select| (UnionType::All, select))).take())
}

/// Of the whole hours.
fn from_counts(customers: &CustomerSet, fields: &[Field], hours: &Range<Nanos>) -> SelectStatement {
    use rollup::{Column, Entity};
    let condition = customers
        .condition(Column::CustomerId)
        .add(Column::Field.is_in(fields.iter().map(|field| *field as i32)))
        .add(Column::Hour.gte(hours.start))
        .add(Column::Hour.lt(hours.end));
    let columns = [Column::Field, Column::Value, Column::Count].map(|column| (Entity, column));
    Query::select().columns(columns).from(Entity).cond_where(condition).take()
}

/// What the tally needs of the events in a part of the range. Logins that failed are among them though they be INTERNAL.
fn matching(backend: DbBackend, selection: &Selection, fields: &[Field], part: &Range<Nanos>) -> SelectStatement {
    let with_internal = fields.contains(&Field::FailedLogin);
    let mut condition = Condition::all().add(selection.events(backend, part, with_internal));
    if with_internal {
        let failed_login = Column::Verb.eq("LOGIN").and(Column::Outcome.eq("FAILURE"));
        condition = condition.add(Condition::any().add(selection.counts()).add(failed_login));
    }
    let mut columns = vec![Column::Verb, Column::Outcome, Column::Severity];
    if fields.contains(&Field::OtherName) {
        columns.push(Column::Action);
    }
    for column in fields.iter().filter_map(|field| field.column()) {
        if !columns.iter().any(|known| known.as_str() == column.as_str()) {
            columns.push(column);
        }
    }
    let mut select = Query::select();
    select.columns(columns.into_iter().map(|column| (event::Entity, column))).expr_as(selection.counts(), COUNTS);
    select.from(event::Entity).cond_where(condition).take()
}

/// The counts of a field's values in `matching`.
fn from_log(field: Field) -> SelectStatement {
    let column = |column: Column| Expr::col((MATCHING, column));
    let counts = || Expr::col((MATCHING, COUNTS));
    let failed = || column(Column::Outcome).eq("FAILURE");
    let severe = || Func::lower(column(Column::Severity)).is_in(ERROR_SEVERITIES);
    let condition = match field.counted() {
        Counted::All => counts(),
        Counted::Errors => counts().and(failed().or(severe())),
        Counted::FailedLogins => column(Column::Verb).eq("LOGIN").and(failed()),
        Counted::Verbless => counts().and(column(Column::Verb).is_null()),
        Counted::Actionless => counts().and(column(Column::Verb).is_null()).and(column(Column::Action).is_null()),
    };
    let mut select = Query::select();
    select.expr(Expr::cust((field as i32).to_string()));
    match field.column() {
        Some(value) => select.column((MATCHING, value)).group_by_col((MATCHING, value)),
        None => select.expr(Expr::cust("''")),
    };
    select.expr(Expr::col(Asterisk).count()).from(MATCHING).and_where(condition);
    if let Some(value) = field.column() {
        select.and_where(column(value).is_not_null());
    }
    select
}

/// The tally in sum: what was taken away from the counts is not there.
fn counted() -> SelectStatement {
    let count = || Expr::col((TALLY, "count")).sum().cast_as("int8");
    let columns = [(TALLY, "field"), (TALLY, "value")];
    Query::select()
        .columns(columns)
        .expr(count())
        .from(TALLY)
        .group_by_columns(columns)
        .and_having(count().gt(0))
        .take()
}

fn answer(index: usize, want: Want) -> SelectStatement {
    let (value, count) = ((COUNTED, "value"), (COUNTED, "count"));
    let of = |select: &mut SelectStatement| {
        let field = Expr::col((COUNTED, "field")).eq(want.field() as i32);
        select.from(COUNTED).and_where(field).take()
    };
    let select = match want {
        Want::Distinct(_) => {
            return of(Query::select().exprs([number(index), Expr::cust("''"), Expr::col(Asterisk).count()]));
        }
        Want::All(_) => of(Query::select().columns([value, count])).limit(MOST_VALUES + 1).take(),
        Want::Top(_) => {
            let mut top = of(Query::select().columns([value, count]));
            top.order_by(count, Order::Desc).order_by(value, Order::Asc).limit(TOP).take()
        }
    };
    // A selection of its own: what is sorted and cut cannot stand in a union.
    Query::select().expr(number(index)).column(Asterisk).from_subquery(select, "answer").take()
}

fn number(index: usize) -> Expr {
    Expr::cust(index.to_string())
}

//! Who is within what, as subqueries of numbers: roles and their parts, groups and their members, customers.

use sea_orm::sea_query::{
    Alias, CommonTableExpression, Condition, Expr, ExprTrait, Func, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{ColumnTrait, EntityTrait, Value};

use crate::entity::{customer, function, function_child, membership, subject};
use crate::subjects;

/// The functions that a text names: by name, or by number.
#[must_use]
pub fn functions_named(text: &str) -> SelectStatement {
    named(function::Entity, function::Column::Id, function::Column::Name.eq(text), text)
}

/// The users and groups that a text names: by short name in any domain, case aside, or by number.
#[must_use]
pub fn subjects_named(text: &str) -> SelectStatement {
    named(subject::Entity, subject::Column::Id, subject::Column::ShortNameKey.eq(text.to_lowercase()), text)
}

/// The customers that a text names: by short name in any domain, case aside, or by number.
#[must_use]
pub fn customers_named(text: &str) -> SelectStatement {
    let short_name = Expr::expr(Func::lower(Expr::col(customer::Column::ShortName))).eq(text.to_lowercase());
    named(customer::Entity, customer::Column::Id, short_name, text)
}

/// This number alone. It stands in the statement itself: a store could not tell what type a variable there has.
#[must_use]
pub fn just(id: i64) -> SelectStatement {
    Query::select().expr(Expr::Constant(Value::BigInt(Some(id)))).take()
}

/// Every role that any of these functions is a part of, directly or not.
#[must_use]
pub fn roles_above(functions: SelectStatement) -> SelectStatement {
    use function_child::Column::{ChildId, DeletedAt, ParentId};
    reached(functions, function_child::Entity, ChildId, ParentId, DeletedAt.is_null())
}

/// Every function that any of these roles has as a part, directly or not.
#[must_use]
pub fn functions_below(roles: SelectStatement) -> SelectStatement {
    use function_child::Column::{ChildId, DeletedAt, ParentId};
    reached(roles, function_child::Entity, ParentId, ChildId, DeletedAt.is_null())
}

/// Every group that any of these users and groups is in, directly or not. A deleted group is none.
#[must_use]
pub fn groups_above(members: SelectStatement) -> SelectStatement {
    use membership::Column::{GroupId, MemberId};
    reached(members, membership::Entity, MemberId, GroupId, in_live_group())
}

/// Every user and group that is in any of these groups, directly or not. A deleted group has none.
#[must_use]
pub fn members_below(groups: SelectStatement) -> SelectStatement {
    use membership::Column::{GroupId, MemberId};
    reached(groups, membership::Entity, GroupId, MemberId, in_live_group())
}

/// Every customer above any of these.
#[must_use]
pub fn customers_above(customers: SelectStatement) -> SelectStatement {
    use customer::Column::{Id, ParentId};
    reached(customers, customer::Entity, Id, ParentId, ParentId.is_not_null())
}

/// Every customer below any of these.
#[must_use]
pub fn customers_below(customers: SelectStatement) -> SelectStatement {
    use customer::Column::{Id, ParentId};
    reached(customers, customer::Entity, ParentId, Id, ParentId.is_not_null())
}

fn in_live_group() -> Expr {
    let live = membership::Column::GroupId.in_subquery(subjects::not_deleted());
    membership::Column::RemovedAt.is_null().and(live)
}

fn named(entity: impl EntityTrait, id: impl ColumnTrait, is_called: Expr, text: &str) -> SelectStatement {
    let number = text.parse::<i64>().ok().map(|number| id.eq(number));
    let mut found = Query::select();
    found.column(id).from(entity).cond_where(Condition::any().add(is_called).add_option(number));
    found
}

/// What can be reached from `seed` by one step or more along the rows of a table for which `lasts` holds. What stands in
/// `seed` is among it only where a way leads back to it.
fn reached<C: ColumnTrait>(
    seed: SelectStatement,
    table: impl EntityTrait,
    from: C,
    to: C,
    lasts: Expr,
) -> SelectStatement {
    let (walk, id) = (Alias::new("walk"), Alias::new("id"));
    let mut first = Query::select();
    first.column(to.as_column_ref()).from(table).and_where(lasts.clone());
    first.and_where(Expr::col(from.as_column_ref()).in_subquery(seed));
    let mut next = Query::select();
    next.column(to.as_column_ref()).from(table).and_where(lasts);
    next.inner_join(walk.clone(), Expr::col((walk.clone(), id.clone())).equals(from.as_column_ref()));
    // UNION without ALL: what was reached once is not walked from again, so that a circle ends.
    first.union(UnionType::Distinct, next);
    let mut steps = CommonTableExpression::new();
    steps.table_name(walk.clone()).column(id.clone()).query(first);
    let mut with = WithClause::new();
    with.recursive(true).cte(steps);
    let mut all = Query::select();
    all.column(id).from(walk).with_cte(with);
    all
}

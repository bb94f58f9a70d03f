//! Criteria against rows in memory: what the store would find, without asking it.
//!
//! Streams, webhooks and rules look at every event for everybody who waits for one, so names and columns are found once,
//! when the matcher is made, and a look at a row copies nothing. The meaning is that of `sql.rs`, and the test of random
//! criteria holds the two together: a comparison with null is false, and NOT is two-valued.

use std::collections::BTreeSet;

use sea_orm::{EntityName, EntityTrait, IdenStatic, Iterable};

use super::fields::{Field, Hidden, Test};
use super::mark::Mark;
use super::node::{Keywords, Node, Role, Times};
use super::parts::Place;
use super::row::{InMemory, Row};
use super::values::Values;
use crate::clock::Nanos;

type Column<S> = <<S as super::Searchable>::Entity as EntityTrait>::Column;

/// Criteria that judge rows in memory; made by [`Criteria::matcher`](super::Criteria::matcher).
pub struct Matcher<S: InMemory> {
    now: Nanos,
    root: Level<S>,
    hidden: Vec<(Column<S>, Mark)>,
    /// Those of all described keyword fields.
    keywords: Vec<Column<S>>,
}

/// One level of criteria, all of them ANDed.
struct Level<S: InMemory> {
    filters: Vec<(Column<S>, Values)>,
    keywords: Option<Words>,
    times: Option<Range<S>>,
    users: Option<(Vec<i64>, Vec<Column<S>>)>,
    included: Vec<(Column<S>, Mark)>,
    excluded: Vec<(Column<S>, Mark)>,
    children: Vec<(Role, Level<S>)>,
}

struct Words {
    words: Vec<String>,
    /// Places among the described keyword fields.
    fields: Vec<usize>,
    all: bool,
}

struct Range<S: InMemory> {
    start: Option<Nanos>,
    end: Option<Nanos>,
    columns: Vec<Column<S>>,
    all: bool,
}

impl<S: InMemory> Matcher<S> {
    /// Nothing when anything in the entity's description can be judged by the store only.
    pub(super) fn of(root: &Node, hidden: &[&'static Hidden], now: Nanos) -> Option<Self> {
        // The whole description decides, not what these criteria use of it: an entity can be judged in memory, or not.
        let keywords = described::<S>()?;
        let hidden = hidden.iter().map(|hidden| marked::<S>(&hidden.is_hidden)).collect::<Option<_>>()?;
        Some(Self { now, root: Level::of(root)?, hidden, keywords })
    }

    /// Whether the store would find the row by these criteria, scope, page and cursor aside.
    #[must_use]
    pub fn matches(&self, row: &Row<S>) -> bool {
        !self.hidden.iter().any(|mark| self.is_set(mark, row)) && self.level(&self.root, row)
    }

    fn level(&self, level: &Level<S>, row: &Row<S>) -> bool {
        let cell = |column: &Column<S>| S::cell(row.model(), *column);
        level.filters.iter().all(|(column, values)| values.contain(cell(column)))
            && level.included.iter().all(|mark| self.is_set(mark, row))
            && !level.excluded.iter().any(|mark| self.is_set(mark, row))
            && level.times.as_ref().is_none_or(|times| times.contain(row))
            && level.users.as_ref().is_none_or(|(ids, columns)| {
                columns
                    .iter()
                    .any(|column| matches!(cell(column), super::Cell::Integer(id) if ids.binary_search(&id).is_ok()))
            })
            && level.keywords.as_ref().is_none_or(|keywords| keywords.are_in(row.keywords(&self.keywords)))
            && self.children(&level.children, row)
    }

    /// Every required one, no excluded one, and one of the plain ones where there are any.
    fn children(&self, children: &[(Role, Level<S>)], row: &Row<S>) -> bool {
        let (mut plain, mut found) = (false, false);
        for (role, child) in children {
            match role {
                Role::Required if !self.level(child, row) => return false,
                Role::Excluded if self.level(child, row) => return false,
                Role::Plain => {
                    plain = true;
                    found = found || self.level(child, row);
                }
                Role::Required | Role::Excluded => {}
            }
        }
        found || !plain
    }

    fn is_set(&self, (column, mark): &(Column<S>, Mark), row: &Row<S>) -> bool {
        mark.holds(S::cell(row.model(), *column), self.now)
    }
}

impl<S: InMemory> Level<S> {
    fn of(node: &Node) -> Option<Self> {
        let marks = |flags: &[&'static super::fields::Flag]| -> Option<Vec<_>> {
            flags.iter().map(|flag| marked::<S>(&flag.is_set)).collect()
        };
        let filters = node.filters.iter();
        Some(Self {
            filters: filters
                .map(|(filter, operands)| Some((column::<S>(filter.place)?, Values::of(filter.kind, operands)?)))
                .collect::<Option<_>>()?,
            keywords: node.keywords.as_ref().map(Words::of::<S>),
            times: match &node.times {
                Some(times) => Some(Range::of(times)?),
                None => None,
            },
            users: match &node.users {
                Some((ids, fields)) => Some((ids.iter().copied().collect(), columns::<S>(fields)?)),
                None => None,
            },
            included: marks(&node.include_flags)?,
            excluded: marks(&node.exclude_flags)?,
            children: node
                .children
                .iter()
                .map(|(role, child)| Some((*role, Self::of(child)?)))
                .collect::<Option<_>>()?,
        })
    }
}

impl Words {
    fn of<S: InMemory>(keywords: &Keywords) -> Self {
        let known = &S::fields().keywords;
        let named = |field: &&'static Field| known.iter().position(|known| std::ptr::eq(known, *field));
        let fields = keywords.fields.iter().filter_map(named).collect();
        Self { words: keywords.words.iter().cloned().collect(), fields, all: keywords.all }
    }

    fn are_in(&self, texts: &[Option<Box<str>>]) -> bool {
        let text = |field: &usize| texts.get(*field)?.as_deref();
        let found = |word: &String| self.fields.iter().filter_map(text).any(|text| text.contains(word.as_str()));
        if self.all { self.words.iter().all(found) } else { self.words.iter().any(found) }
    }
}

impl<S: InMemory> Range<S> {
    fn of(times: &Times) -> Option<Self> {
        Some(Self { start: times.start, end: times.end, columns: columns::<S>(&times.fields)?, all: times.all })
    }

    fn contain(&self, row: &Row<S>) -> bool {
        let within = |column: &Column<S>| match S::cell(row.model(), *column) {
            super::Cell::Integer(at) => {
                self.start.is_none_or(|start| at >= start) && self.end.is_none_or(|end| at <= end)
            }
            _ => false,
        };
        if self.all { self.columns.iter().all(within) } else { self.columns.iter().any(within) }
    }
}

/// The columns of the described keyword fields, where nothing in the description needs the store.
fn described<S: InMemory>() -> Option<Vec<Column<S>>> {
    let (fields, none) = (S::fields(), BTreeSet::new());
    for filter in &fields.filters {
        column::<S>(filter.place)?;
        Values::of(filter.kind, &none)?;
    }
    let tests =
        fields.flags.iter().map(|flag| &flag.is_set).chain(fields.hidden.iter().map(|hidden| &hidden.is_hidden));
    for test in tests {
        marked::<S>(test)?;
    }
    for field in fields.times.iter().chain(&fields.users) {
        column::<S>(field.place?)?;
    }
    fields.keywords.iter().map(|field| column::<S>(field.place?)).collect()
}

/// The entity's own column at a place; nothing for one of another table.
fn column<S: InMemory>(place: Place) -> Option<Column<S>> {
    let own = S::Entity::default().table_name() == place.table;
    own.then(|| Column::<S>::iter().find(|column| column.as_str() == place.column)).flatten()
}

fn columns<S: InMemory>(fields: &[&'static Field]) -> Option<Vec<Column<S>>> {
    fields.iter().map(|field| column::<S>(field.place?)).collect()
}

fn marked<S: InMemory>(test: &Test) -> Option<(Column<S>, Mark)> {
    let mark = test.mark()?;
    Some((column::<S>(mark.place)?, mark.clone()))
}

//! The parts of a description ([`Fields`](super::Fields)).

use sea_orm::sea_query::{ColumnType, Expr};
use sea_orm::{ColumnTrait, EntityName};
use serde::{Serialize, Serializer};

use super::kind::Kind;
use super::mark::Mark;
use crate::clock::Nanos;

/// The column that a part was described with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
}

impl Place {
    pub(super) fn of<C: ColumnTrait>(column: C) -> Self {
        Self { table: C::EntityName::default().table_name(), column: column.as_str() }
    }
}

/// A condition on rows.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// One that only the store can judge.
    Store(fn(Nanos) -> Expr),
    /// One that the row itself shows.
    Mark(Mark),
}

impl Test {
    /// The condition as SQL, at a time.
    pub(super) fn expr(&self, now: Nanos) -> Expr {
        match self {
            Self::Store(condition) => condition(now),
            Self::Mark(mark) => mark.expr(now),
        }
    }

    pub(super) fn mark(&self) -> Option<&Mark> {
        match self {
            Self::Store(_) => None,
            Self::Mark(mark) => Some(mark),
        }
    }
}

/// A named column or condition; what is searched by that name.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) column: Expr,
    /// The column `folded` of the same table, for keywords.
    pub(super) folded: Expr,
    /// Its name there.
    pub(super) key: &'static str,
    /// Where it stands in a row; nothing for what only the store can find.
    pub(super) place: Option<Place>,
}

#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) name: &'static str,
    pub(super) column: Expr,
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) doc: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Flag {
    pub(super) name: &'static str,
    pub(super) is_set: Test,
}

/// A boolean member of the root that has a say in what filters select.
#[derive(Debug, Clone)]
pub(super) struct Switch {
    pub(super) name: &'static str,
    pub(super) default: bool,
    pub(super) doc: &'static str,
}

/// Rows that are left out unless a boolean member of the criteria asks for them.
#[derive(Debug, Clone)]
pub(super) struct Hidden {
    pub(super) switch: &'static str,
    pub(super) flag: Option<&'static str>,
    pub(super) is_hidden: Test,
}

#[derive(Debug, Clone)]
pub(super) struct SortField {
    pub(super) name: &'static str,
    pub(super) column_name: &'static str,
    pub(super) column: Expr,
    pub(super) ty: ColumnType,
    pub(super) nullable: bool,
}

/// Criteria are fingerprinted in a serialised form, where a field stands as its name.
macro_rules! serialize_as_name {
    ($($ty:ty => $name:ident),*) => {$(
        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$name)
            }
        }
    )*};
}
serialize_as_name!(Field => name, Filter => name, Flag => name, Hidden => switch, SortField => name);

//! Search criteria, written once for every entity (requirements S2-70 to S2-76 and S2-90 to S2-99).
//!
//! An entity describes what of it can be searched ([`Searchable`], [`Fields`]); the rest is here: reading the JSON body of
//! `POST .../search` and the query of `GET`, refusing with every bad field in one answer, the document's schemas, SQL for
//! both stores, sorting, paging, cursors and counting. One request goes
//!
//! ```text
//! Criteria::from_json / from_query -> Draft -> 403 if draft.wants_deleted() -> draft.resolve(names) -> run(db, .., scope)
//! ```
//!
//! A [`Draft`] cannot fail, so that 401 and 403 come before 412. What the caller may see is the `scope` of [`run`], outside
//! of everything that criteria can say.
//!
//! Rows that are in memory already are judged by a [`Matcher`], which [`Criteria::matcher`] makes for entities that are
//! [`InMemory`].
//!
//! Bad fields are named as the client wrote them; within sub-criteria as a path without indexes
//! (`subCriteria.subCriteria.keywords`); an element of a list by its list. Unknown members are ignored, and so are
//! `limit`, `offset`, `sortBy`, `cursor`, `count` and `includeDeleted` of sub-criteria: they are the root's.

mod count;
mod criteria;
mod cursor;
mod fields;
mod fold;
mod input;
mod ip;
mod kind;
mod lookup;
mod mark;
mod matcher;
mod names;
mod node;
mod pages;
mod parts;
mod plain;
mod query;
mod root;
mod row;
mod run;
mod schema;
mod snapshot;
mod sort;
mod sql;
mod statement;
mod time;
mod values;

#[cfg(test)]
mod time_tests;

use sea_orm::EntityTrait;

pub use count::count_by;
pub use criteria::{Criteria, Draft};
pub use fields::Fields;
pub use fold::{fold, folded_column};
pub use ip::address_column;
pub use kind::{Kind, Switches};
pub use mark::Mark;
pub use matcher::Matcher;
pub use names::Names;
pub use pages::pages;
pub use row::{Cell, InMemory, Row};
pub use run::{ModelOf, Options, Page, count_within, page_of, run, run_on};
pub use schema::{body_schema, query_schema, sub_schema};
pub use snapshot::Snapshot;
pub use statement::{fetch, fetch_rows};
pub use time::{Bound, parse_time};

/// The most rows that one answer holds (S2-73).
pub const MAX_LIMIT: u64 = 100_000;
/// Rows in an answer when the client does not say (S2-72).
pub const DEFAULT_LIMIT: u64 = 25;
/// The most values in one list.
pub const MAX_VALUES: usize = 1_000;
/// The longest text, in characters.
pub const MAX_TEXT_CHARS: usize = 65_536;
/// The most levels of sub-criteria below the root (S2-99).
pub const MAX_DEPTH: usize = 8;
/// The most sub-criteria, the root not counted (S2-99).
pub const MAX_NODES: usize = 500;
/// The most comparisons in all criteria of a request together: a value of a filter is one (an address four), a keyword or
/// user is one for each field where it is looked for, a range of times two for each field, a flag one. It keeps a statement
/// far below the 32,766 variables that SQLite takes.
pub const MAX_COMPARISONS: usize = 10_000;
/// The most different customers and users in all criteria of a request together; each is looked up.
pub const MAX_NAMES: usize = 1_000;

/// An entity that can be searched.
pub trait Searchable: Send + Sync + 'static {
    /// Its table.
    type Entity: EntityTrait;
    /// Its name in the document: `Event` gives the schemas `EventCriteria`, `EventSubCriteria` and `EventQuery`.
    const NAME: &'static str;

    /// What can be searched; made once.
    fn fields() -> &'static Fields;
}

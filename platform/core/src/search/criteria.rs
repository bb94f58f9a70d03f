//! Whole criteria: as they came in ([`Draft`]) and as they were understood ([`Criteria`]).

use std::collections::BTreeSet;
use std::marker::PhantomData;

use sea_orm::sea_query::{Condition, Value as SqlValue};
use sea_orm::{DbBackend, EntityTrait, QueryFilter, QueryTrait, Select};
use serde_json::{Map, Value};

use super::cursor::{Cursor, fingerprint};
use super::fields::Hidden;
use super::input::{Level, Reader};
use super::kind::Switches;
use super::matcher::Matcher;
use super::names::{Directory, Name, Names};
use super::node::Node;
use super::row::InMemory;
use super::sort::{self, SortKey};
use super::sql::{Compiler, all_of};
use super::{DEFAULT_LIMIT, MAX_DEPTH, MAX_LIMIT, Searchable, query};
use crate::clock::Nanos;
use crate::error::{ApiError, FieldErrors};

/// Criteria as they came in, good or bad: what may be asked of them before anything is refused.
pub struct Draft<S> {
    input: Value,
    from_query: bool,
    /// Parameters that are not validly encoded.
    broken: Vec<String>,
    /// Keyword fields into which the caller must not look.
    veiled: Vec<&'static str>,
    /// What the rows depend on beside the criteria.
    bound_to: String,
    now: Nanos,
    entity: PhantomData<fn() -> S>,
}

/// Criteria that were understood: sound, with all customers and users found, ready to be run.
pub struct Criteria<S> {
    pub(super) reading: Reading,
    pub(super) position: Option<Vec<Option<SqlValue>>>,
    fingerprint: String,
    entity: PhantomData<fn() -> S>,
}

/// What is in the members of criteria.
#[derive(Clone)]
pub(super) struct Reading {
    now: Nanos,
    pub(super) root: Node,
    pub(super) hidden: Vec<&'static Hidden>,
    switches: Switches,
    chain: Vec<SortKey>,
    pub(super) limit: u64,
    pub(super) offset: u64,
    pub(super) count: Option<bool>,
    cursor: Option<Cursor>,
}

impl<S: Searchable> Criteria<S> {
    /// Takes the JSON body of a search (S2-90). `now` is what relative times count from.
    #[must_use]
    pub fn from_json(body: &Value, now: Nanos) -> Draft<S> {
        Draft::new(body.clone(), false, Vec::new(), now)
    }

    /// Takes the query string of a GET (S2-71): the body's members, less sub-criteria; repeated parameters are lists,
    /// booleans are read without regard to case.
    #[must_use]
    pub fn from_query(query: &str, now: Nanos) -> Draft<S> {
        let (input, broken) = query::parse(query);
        Draft::new(input, true, broken, now)
    }

    /// The rows that match, whoever asks: without scope, page and cursor. For statistics, streams and the like.
    #[must_use]
    pub fn condition(&self, backend: DbBackend) -> Condition {
        let compiler = Compiler { backend, now: self.reading.now, switches: &self.reading.switches };
        let mut all = vec![compiler.node(&self.reading.root)];
        all.extend(self.reading.hidden.iter().map(|hidden| compiler.without(&hidden.is_hidden)));
        Condition::all().add(all_of(all))
    }

    /// All rows within `scope` that match, sorted, from the cursor on; without limit and offset. For exports, with
    /// [`fetch`](super::fetch).
    #[must_use]
    pub fn select(&self, backend: DbBackend, scope: Condition) -> Select<S::Entity> {
        let mut select = S::Entity::find().filter(scope).filter(self.condition(backend));
        if let Some(position) = &self.position {
            select = select.filter(sort::after(&self.reading.chain, position));
        }
        sort::order_by(QueryTrait::query(&mut select), &self.reading.chain);
        select
    }

    /// Whether rows are asked for that are hidden unless the member `switch` is true (see [`Draft::wants`]).
    #[must_use]
    pub fn wants(&self, switch: &str) -> bool {
        S::fields().hidden.iter().any(|hidden| hidden.switch == switch)
            && !self.reading.hidden.iter().any(|hidden| hidden.switch == switch)
    }

    /// What relative times count from: when the request came, or that of the first page when this is a further one.
    #[must_use]
    pub fn now(&self) -> Nanos {
        self.reading.now
    }

    /// The effective limit; 0 is all up to [`MAX_LIMIT`].
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.reading.limit
    }

    /// The effective offset. 0 with a cursor: what was to be skipped lies before it.
    #[must_use]
    pub fn offset(&self) -> u64 {
        if self.position.is_some() { 0 } else { self.reading.offset }
    }

    /// Whether matching rows are to be counted: by default, but with a cursor only when `count` is true.
    pub fn counts(&self) -> bool {
        self.reading.count.unwrap_or(self.position.is_none())
    }

    /// What rows in memory are judged by, each as the store would judge it at the time of these criteria. Nothing for an
    /// entity whose description has conditions that only the store can judge: [`Kind::Custom`](super::Kind::Custom) and
    /// its like, and flags and hidden rows that are not told by a [`Mark`](super::Mark).
    #[must_use]
    pub fn matcher(&self) -> Option<Matcher<S>>
    where
        S: InMemory,
    {
        Matcher::of(&self.reading.root, &self.reading.hidden, self.reading.now)
    }

    pub(super) fn is_continued(&self) -> bool {
        self.position.is_some()
    }

    pub(super) fn root(&self) -> &Node {
        &self.reading.root
    }

    /// The values of the sort keys after which rows are wanted; nothing without a cursor.
    pub(super) fn position(&self) -> &[Option<SqlValue>] {
        self.position.as_deref().unwrap_or_default()
    }

    pub(super) fn chain(&self) -> &[SortKey] {
        &self.reading.chain
    }

    /// The cursor for the rows after one with these values of the sort keys.
    pub(super) fn cursor_after(&self, values: impl IntoIterator<Item = SqlValue>) -> Result<String, ApiError> {
        Cursor::new(self.reading.now, self.fingerprint.clone(), values)
            .ok_or_else(|| ApiError::internal(format!("{} is sorted by a type that has no cursor", S::NAME)))?
            .encode()
            .map_err(ApiError::internal)
    }
}

impl<S> Clone for Criteria<S> {
    fn clone(&self) -> Self {
        let Self { reading, position, fingerprint, entity } = self;
        Self { reading: reading.clone(), position: position.clone(), fingerprint: fingerprint.clone(), entity: *entity }
    }
}

impl<S: Searchable> Draft<S> {
    fn new(input: Value, from_query: bool, broken: Vec<String>, now: Nanos) -> Self {
        Self { input, from_query, broken, veiled: Vec::new(), bound_to: String::new(), now, entity: PhantomData }
    }

    /// Whether deleted rows are asked for, which takes a privilege (S2-92).
    #[must_use]
    pub fn wants_deleted(&self) -> bool {
        self.wants("includeDeleted")
    }

    /// The root's member of that name as it came in, good or bad; null is none.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.input.get(name).filter(|value| !value.is_null())
    }

    /// Whether the root has that member, whatever its value; null is none.
    #[must_use]
    pub fn has(&self, member: &str) -> bool {
        self.member(member).is_some()
    }

    /// Whether the root or any criteria within it have that member, whatever its value; null is none.
    #[must_use]
    pub fn has_anywhere(&self, member: &str) -> bool {
        let (mut next, mut depth) = (vec![&self.input], 0);
        // Deeper criteria are refused.
        while !next.is_empty() && depth <= MAX_DEPTH {
            if next.iter().any(|level| level.get(member).is_some_and(|value| !value.is_null())) {
                return true;
            }
            let below = next.iter().filter_map(|level| level.get("subCriteria"));
            next = below.flat_map(|list| list.as_array().map_or(std::slice::from_ref(list), Vec::as_slice)).collect();
            depth += 1;
        }
        false
    }

    /// The same criteria, of a caller who must not look into a keyword field: no keyword is found there.
    #[must_use]
    pub fn veiled(mut self, keyword_field: &'static str) -> Self {
        self.veiled.push(keyword_field);
        self
    }

    /// The same criteria, of a list that also depends on something else, such as its path: its cursors then belong to
    /// that too.
    #[must_use]
    pub fn bound_to(mut self, what: impl Into<String>) -> Self {
        self.bound_to = what.into();
        self
    }

    /// Whether the root's member `switch` is true.
    #[must_use]
    pub fn wants(&self, switch: &str) -> bool {
        match self.input.get(switch) {
            Some(Value::Bool(wanted)) => *wanted,
            Some(Value::String(text)) => self.from_query && text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// Understands the criteria: types, bounds, names, and the cursor.
    ///
    /// # Errors
    /// 412 with one message per bad field, unknown customers and users among them; 412 without a field when the input is
    /// no JSON object; whatever `names` fails with.
    pub async fn resolve(&self, names: &dyn Names) -> Result<Criteria<S>, ApiError> {
        let Value::Object(members) = &self.input else {
            return Err(ApiError::unmet("invalid.body", "The criteria are not a JSON object"));
        };
        let mut directory = Directory::default();
        let (mut reading, mut errors, wanted) = self.read(members, &directory);
        if !wanted.is_empty() {
            // Read again with what was found, which is simpler than holes to be filled, and gathers all errors in order.
            directory.ask(wanted, names).await?;
            (reading, errors, _) = self.read(members, &directory);
        }
        errors.finish()?;
        self.finish(reading)
    }

    fn read(&self, members: &Map<String, Value>, directory: &Directory) -> (Reading, FieldErrors, BTreeSet<Name>) {
        let level = Level { members, path: String::new(), depth: 0 };
        let mut reader = Reader::new(S::fields(), self.now, self.from_query, directory);
        reader.veiled.clone_from(&self.veiled);
        for parameter in &self.broken {
            reader.bad(parameter, "Not valid percent-encoded UTF-8");
        }
        let cursor = reader.single(&level, &["cursor"]).and_then(|given| {
            let cursor = Cursor::decode(reader.text(&given)?);
            if cursor.is_none() {
                reader.bad(&given.member, "Not a cursor");
            }
            cursor
        });
        reader.now = cursor.as_ref().map_or(self.now, |cursor| cursor.now);
        let reading = Reading {
            now: reader.now,
            limit: reader.bounded(&level, "limit", MAX_LIMIT).unwrap_or(DEFAULT_LIMIT),
            offset: reader.bounded(&level, "offset", i64::MAX.unsigned_abs()).unwrap_or(0),
            count: reader.single(&level, &["count"]).and_then(|given| reader.boolean(&given)),
            chain: reader.sort(&level),
            hidden: reader.hidden(&level),
            switches: reader.switches(&level),
            root: reader.node(&level),
            cursor,
        };
        reader.root_role(&level);
        (reading, reader.errors, reader.wanted)
    }

    /// Checks that the cursor belongs to these criteria and this sort.
    fn finish(&self, reading: Reading) -> Result<Criteria<S>, ApiError> {
        let parts = (S::NAME, &self.bound_to, &reading.root, &reading.hidden, &reading.switches, &reading.chain);
        let fingerprint = fingerprint(&parts).map_err(ApiError::internal)?;
        let position = match &reading.cursor {
            None => None,
            Some(cursor) => {
                let values = cursor.values(&reading.chain).filter(|_| cursor.fingerprint == fingerprint);
                let text = "The cursor belongs to other criteria or another sort";
                Some(values.ok_or_else(|| ApiError::field("cursor", "invalid.field.value", text))?)
            }
        };
        Ok(Criteria { reading, position, fingerprint, entity: PhantomData })
    }
}

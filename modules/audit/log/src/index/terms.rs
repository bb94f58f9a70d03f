//! Terms: what an event is looked up by, each a field and a value.
//!
//! A term is a letter for the field, one for what hides the event ([`kind`]), ten bytes of the value's SHA-256 in hex, `c` and
//! the customer's number. So the terms of a value begin alike, whoever's the event is, and how many events a customer has of
//! it is known without looking at any.

use argus_core::access::CustomerSet;
use argus_core::search::{Criteria, Searchable};
use ring::digest::{SHA256, digest};
use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::list;
use crate::event::{Model, flag};
use crate::views::View;

/// The fields, by the names of their filters.
const FIELDS: [(&str, char); 4] = [("actorID", 'a'), ("targetID", 't'), ("traceID", 'r'), ("machineID", 'm')];

/// The most terms that one expression names customers in; beyond, those of all customers are looked through.
const MOST_NAMED: usize = 64;

/// The most values of a filter that are looked up; beyond, the filter does not narrow.
const MOST_VALUES: usize = 256;

/// What FTS5 is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The expression.
    pub expression: String,
    /// Whether it gives exactly what the criteria select within the scope.
    pub exact: bool,
}

impl Match {
    /// The sequences of the events that it gives; nothing when there are more than so many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self, db: &impl ConnectionTrait, most: i64) -> Result<Option<Vec<i64>>, DbErr> {
        let sql = "SELECT json_group_array(rowid) FROM (SELECT rowid FROM event_term WHERE event_term MATCH ? LIMIT ?)";
        let sequences: Vec<i64> = list::read(db, sql, [self.expression.as_str().into(), (most + 1).into()]).await?;
        Ok((sequences.len() as i64 <= most).then_some(sequences))
    }
}

/// Adds the terms of events.
///
/// # Errors
/// When the store fails.
pub async fn add(transaction: &impl ConnectionTrait, rows: &[Model]) -> Result<(), DbErr> {
    change(transaction, rows, "INSERT INTO event_term (rowid, terms) SELECT value ->> 0, value ->> 1 FROM json_each(?)")
        .await
}

/// Puts the terms of events in the place of those they had before.
///
/// # Errors
/// When the store fails.
pub async fn replace(transaction: &impl ConnectionTrait, before: &[Model], after: &[Model]) -> Result<(), DbErr> {
    // The table keeps no contents of its own, so it has to be told what it forgets.
    let forget = "INSERT INTO event_term (event_term, rowid, terms) \
        SELECT 'delete', value ->> 0, value ->> 1 FROM json_each(?)";
    change(transaction, before, forget).await?;
    add(transaction, after).await
}

/// Gives a statement the terms of events, as a list in JSON: with each statement FTS5 writes a segment of its own, which has
/// to be merged later, so there is one for all of them.
async fn change(transaction: &impl ConnectionTrait, rows: &[Model], sql: &str) -> Result<(), DbErr> {
    let terms: Vec<_> = rows.iter().map(|row| (row.sequence, of(row))).collect();
    let terms = serde_json::to_string(&terms).map_err(|error| DbErr::Custom(error.to_string()))?;
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, [terms.into()]);
    transaction.execute_raw(statement).await.map(|_| ())
}

/// What an event is, of the two that lists leave out unless they are asked for them: a record of a request to Argus itself,
/// and taken away.
fn kind(internal: bool, deleted: bool) -> char {
    match (internal, deleted) {
        (false, false) => 'v',
        (true, false) => 'i',
        (false, true) => 'd',
        (true, true) => 'x',
    }
}

/// The terms of an event.
fn of(row: &Model) -> String {
    let values = [&row.actor_id, &row.target_id, &row.trace_id, &row.machine_id];
    let kind = kind(row.flags & flag::INTERNAL != 0, row.flags & flag::DELETED != 0);
    let mut terms = String::with_capacity(128);
    for ((_, letter), value) in FIELDS.into_iter().zip(values) {
        if let Some(value) = value {
            terms.push_str(&format!("{}c{} ", beginning(letter, kind, value), row.customer_id));
        }
    }
    terms
}

/// What to ask for the criteria within a view; nothing when neither of them has a filter that is a term.
#[must_use]
pub fn of_criteria<S: Searchable>(criteria: &Criteria<S>, scope: &CustomerSet, view: &View) -> Option<Match> {
    // What the criteria do not hide is a part of what is searched.
    let shown = |switch| if criteria.hides(switch) { &[false][..] } else { &[false, true][..] };
    let deleted = || shown("includeDeleted").iter();
    let internal = shown("includeInternal").iter();
    let kinds: Vec<char> = internal.flat_map(|internal| deleted().map(|deleted| kind(*internal, *deleted))).collect();
    let (mut parts, mut exact) = (Vec::new(), view.condition.is_empty());
    for (filter, letter) in FIELDS {
        let of_view = view.values.iter().find(|(name, _)| *name == filter).map(|(_, value)| vec![value.clone()]);
        let values = of_view.or_else(|| criteria.values_of(filter));
        let Some(values) = values.filter(|values| values.len() <= MOST_VALUES) else { continue };
        let beginnings: Vec<String> =
            values.iter().flat_map(|value| kinds.iter().map(move |kind| beginning(letter, *kind, value))).collect();
        let named = customers(scope, beginnings.len());
        exact &= (named.is_some() || *scope == CustomerSet::All) && criteria.is_only(filter);
        parts.push(alternatives(&beginnings, named.as_deref()));
    }
    (!parts.is_empty()).then(|| Match { expression: parts.join(" AND "), exact })
}

/// The customers to be named in as many terms; `None` to look through those of all.
fn customers(scope: &CustomerSet, beginnings: usize) -> Option<Vec<i64>> {
    match scope {
        CustomerSet::Only(ids) if ids.len().saturating_mul(beginnings) <= MOST_NAMED => {
            let mut ids: Vec<i64> = ids.iter().copied().collect();
            ids.sort_unstable();
            Some(ids)
        }
        _ => None,
    }
}

fn alternatives(beginnings: &[String], customers: Option<&[i64]>) -> String {
    let terms: Vec<String> = match customers {
        // Nobody's events: a term that no event has.
        Some([]) => vec!["\"none\"".to_owned()],
        Some(ids) => {
            beginnings.iter().flat_map(|start| ids.iter().map(move |id| format!("\"{start}c{id}\""))).collect()
        }
        None => beginnings.iter().map(|start| format!("\"{start}c\" *")).collect(),
    };
    if terms.is_empty() { "\"none\"".to_owned() } else { format!("({})", terms.join(" OR ")) }
}

fn beginning(letter: char, kind: char, value: &str) -> String {
    let hash = digest(&SHA256, value.as_bytes());
    let mut text = String::with_capacity(23);
    text.push(letter);
    text.push(kind);
    for byte in hash.as_ref().iter().take(10) {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

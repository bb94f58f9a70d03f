//! What events are found by, beside the few indexes of their table.
//!
//! An index by actor, object or flow is one of random keys: each event changes a page of it that nothing else of the batch
//! changes, and on a large log that page has to be fetched first. Three such indexes cost the embedded store ten times what
//! the row itself costs. It keeps inverted indexes therefore (FTS5, whose segments are merged as they grow, so that an
//! insert stays a matter of memory), written in the transaction of the row:
//!
//! - `event_term`: for each event a few terms, each a field and a value ([`terms`]).
//! - `event_word`: for each [`block`](words::BLOCK) of events the three-letter pieces of its texts ([`words`], [`pieces`]).
//! - `event_segment`: between which times the events of a stretch of the log lie ([`segments`]), so that pages in the order
//!   of time can be made from what the other two give in the order of the log.
//!
//! PostgreSQL has indexes of its table for the first, and an array of numbers with an index for the second.
//!
//! All of it only narrows a search: whatever is found is judged by the criteria themselves.

mod list;
pub mod partitions;
mod pieces;
mod plan;
mod postgres;
pub mod segments;
pub mod terms;
mod walk;
pub mod words;

use argus_core::access::CustomerSet;
use argus_core::search::{Criteria, Searchable};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::event::Model;
use crate::views::View;

pub use plan::Plan;

/// That an event can match the criteria within a scope: for statements that are no list. Nothing where no term says so, and
/// where the table itself has an index for it.
#[must_use]
pub fn narrowed<S: Searchable>(backend: DbBackend, criteria: &Criteria<S>, scope: &CustomerSet) -> Option<Expr> {
    if backend != DbBackend::Sqlite {
        return None;
    }
    let terms = terms::of_criteria(criteria, scope, &View::default())?;
    Some(plan::Narrowing::Terms(terms).condition(None))
}

/// What the writer keeps of the last events from one transaction to the next, so that it need not be read again.
#[derive(Default)]
pub struct Kept {
    filling: Option<words::Filling>,
}

/// Adds events to what they are found by, in the transaction that writes them. They are the next ones of the log, in order.
///
/// # Errors
/// When the store fails; nothing of what was kept is then to be used again.
pub async fn add(transaction: &impl ConnectionTrait, rows: &[Model], kept: &mut Kept) -> Result<(), DbErr> {
    words::add(transaction, rows, &mut kept.filling).await?;
    if transaction.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    terms::add(transaction, rows).await?;
    segments::add(transaction, rows).await
}

/// Files events anew that were changed, in the transaction that changes them and before it does. `before` and `after` are the
/// same events, in the order of the log.
///
/// # Errors
/// When the store fails.
pub async fn replace(transaction: &impl ConnectionTrait, before: &[Model], after: &[Model]) -> Result<(), DbErr> {
    words::replace(transaction, after).await?;
    if transaction.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    terms::replace(transaction, before, after).await
}

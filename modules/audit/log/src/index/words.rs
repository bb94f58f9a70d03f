//! Words: the texts in which keywords are looked for, by their three-letter pieces.
//!
//! Not event by event but block by block, since neighbours say much the same and each piece counts once in a block. Where
//! all pieces of a word occur the block is looked through. The block that is just being filled has no entry yet; it is
//! always looked through.
//!
//! A piece is written as a term of five letters, and FTS5 only keeps the lists: its own tokenizer would take every piece
//! of every text one by one, ten times what it costs to know which are new.

use std::collections::BTreeSet;

use argus_core::search::{Criteria, Searchable, fold};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Statement, Value};

use super::pieces::{Pieces, pieces_of};
use crate::event::{Column, Entity, Model};
use crate::record::keyword_texts;

/// Events of a block, as a power of two.
const BITS: u32 = 8;

/// Events of a block.
pub const BLOCK: i64 = 1 << BITS;

/// The most pieces of a word that are asked for: more hardly narrow any further.
const MOST_PIECES: usize = 48;

/// The block that is being filled. Kept by the writer between its transactions; what is not in it any more is read again.
#[derive(Default)]
pub struct Filling {
    pieces: Pieces,
    /// The sequence after the last event that is in it.
    next: i64,
}

/// Adds the blocks that these events complete.
///
/// # Errors
/// When the store fails. Then the transaction is rolled back, and what is being filled has to be read again.
pub async fn add(db: &impl ConnectionTrait, rows: &[Model], filling: &mut Option<Filling>) -> Result<(), DbErr> {
    let Some(first) = rows.first() else { return Ok(()) };
    let mut current = match filling.take().filter(|filling| filling.next == first.sequence) {
        Some(current) => current,
        None => read(db, first.sequence).await?,
    };
    for row in rows {
        current.take(row);
        if current.next % BLOCK == 0 {
            let sql = "INSERT INTO event_word (rowid, text) VALUES (?, ?)";
            let values = [Value::from(row.sequence >> BITS), Value::from(current.pieces.drain())];
            db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        }
    }
    *filling = Some(current);
    Ok(())
}

/// The beginning of the block that goes on with that event.
async fn read(db: &impl ConnectionTrait, next: i64) -> Result<Filling, DbErr> {
    let start = next >> BITS << BITS;
    let mut filling = Filling { next: start, ..Filling::default() };
    if start < next {
        let earlier = Entity::find().filter(Column::Sequence.between(start, next - 1));
        let earlier = earlier.order_by_asc(Column::Sequence).all(db).await?;
        earlier.iter().for_each(|row| filling.take(row));
        filling.next = next;
    }
    Ok(filling)
}

impl Filling {
    fn take(&mut self, row: &Model) {
        for (_, text) in keyword_texts(row) {
            if let Some(text) = text {
                self.pieces.add(&fold(text));
            }
        }
        self.next = row.sequence + 1;
    }
}

/// What to ask FTS5 for the keywords of criteria; nothing when none of them is long enough to have a piece.
#[must_use]
pub fn of_criteria<S: Searchable>(criteria: &Criteria<S>) -> Option<String> {
    let groups = criteria.words().into_iter().filter_map(|group| {
        // A word without pieces may be anywhere, and so may then its alternatives.
        let words: Option<Vec<String>> = group.into_iter().map(expression).collect();
        words.map(|words| format!("({})", words.join(" OR ")))
    });
    let groups: Vec<String> = groups.collect();
    (!groups.is_empty()).then(|| groups.join(" AND "))
}

fn expression(word: &str) -> Option<String> {
    let pieces: BTreeSet<String> = pieces_of(word).collect();
    if pieces.is_empty() {
        return None;
    }
    let pieces = pieces.into_iter().take(MOST_PIECES).collect::<Vec<_>>();
    Some(format!("({})", pieces.join(" AND ")))
}

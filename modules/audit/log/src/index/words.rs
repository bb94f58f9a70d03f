//! Words: the texts in which keywords are looked for, by their three-letter pieces.
//!
//! Not event by event but block by block, since neighbours say much the same and each piece counts once in a block. Where
//! all pieces of a word occur the block is looked through. The block that is just being filled has no entry yet; it is
//! always looked through.
//!
//! Which pieces a block has is known before the store is asked, since many are told apart quickly here. To SQLite's FTS5 a
//! piece is a term of five letters: its own tokenizer would take every piece of every text one by one. To PostgreSQL it is
//! a number in an array with a GIN index, where an index by three-letter pieces (`pg_trgm`) would take up each event.

use std::collections::BTreeSet;

use argus_core::search::{Criteria, Searchable, fold};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, Statement, Value};

use super::pieces::{Pieces, numbers_of, term};
use crate::event::{Column, Entity, Model};
use crate::record::keyword_texts;
use crate::stream::head_on;

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
            db.execute_raw(insert(db.get_database_backend(), row.sequence >> BITS, &current.pieces.drain())).await?;
        }
    }
    *filling = Some(current);
    Ok(())
}

fn insert(backend: DbBackend, block: i64, pieces: &[u32]) -> Statement {
    let (sql, text) = match backend {
        DbBackend::Postgres => {
            let numbers: Vec<String> = pieces.iter().map(u32::to_string).collect();
            (
                "INSERT INTO event_word (block, pieces) VALUES ($1, $2::text::int[])",
                format!("{{{}}}", numbers.join(",")),
            )
        }
        _ => ("INSERT INTO event_word (rowid, text) VALUES (?, ?)", terms_of(pieces)),
    };
    Statement::from_sql_and_values(backend, sql, [Value::from(block), Value::from(text)])
}

/// Puts the pieces that are left in the place of those of whole blocks some of whose events are about to be changed; `after` are
/// these, as they will be.
///
/// # Errors
/// When the store fails.
pub async fn replace(db: &impl ConnectionTrait, after: &[Model]) -> Result<(), DbErr> {
    let head = head_on(db).await?;
    for changed in after.chunk_by(|a, b| a.sequence >> BITS == b.sequence >> BITS) {
        let Some(block) = changed.first().map(|row| row.sequence >> BITS) else { continue };
        let (first, end) = (block << BITS, (block + 1) << BITS);
        // The block that is being filled has no entry, and its writer reads it again.
        if end > head {
            continue;
        }
        let rows = Entity::find().filter(Column::Sequence.between(first, end - 1)).all(db).await?;
        let (mut before, mut now) = (Filling::default(), Filling::default());
        for row in &rows {
            before.take(row);
            now.take(changed.iter().find(|changed| changed.sequence == row.sequence).unwrap_or(row));
        }
        let backend = db.get_database_backend();
        db.execute_raw(remove(backend, block, &before.pieces.drain())).await?;
        db.execute_raw(insert(backend, block, &now.pieces.drain())).await?;
    }
    Ok(())
}

/// An index without contents of its own has to be told what it forgets.
fn remove(backend: DbBackend, block: i64, pieces: &[u32]) -> Statement {
    if backend == DbBackend::Postgres {
        let sql = "DELETE FROM event_word WHERE block = $1";
        return Statement::from_sql_and_values(backend, sql, [Value::from(block)]);
    }
    let sql = "INSERT INTO event_word (event_word, rowid, text) VALUES ('delete', ?, ?)";
    Statement::from_sql_and_values(backend, sql, [Value::from(block), Value::from(terms_of(pieces))])
}

/// Pieces, as the text that FTS5 is given.
fn terms_of(pieces: &[u32]) -> String {
    let terms: Vec<String> = pieces.iter().map(|piece| term(*piece)).collect();
    terms.join(" ")
}

/// The beginning of the block that goes on with that event.
async fn read(db: &impl ConnectionTrait, next: i64) -> Result<Filling, DbErr> {
    let start = (next >> BITS) << BITS;
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

/// What to ask the store for the keywords of criteria: an expression of FTS5, or a condition on the pieces of a block on
/// PostgreSQL. Nothing when none of them is long enough to have a piece.
#[must_use]
pub fn of_criteria<S: Searchable>(backend: DbBackend, criteria: &Criteria<S>) -> Option<String> {
    let groups = criteria.words().into_iter().filter_map(|group| {
        // A word without pieces may be anywhere, and so may then its alternatives.
        let words: Option<Vec<String>> = group.into_iter().map(|word| has_all(backend, word)).collect();
        words.map(|words| format!("({})", words.join(" OR ")))
    });
    let groups: Vec<String> = groups.collect();
    (!groups.is_empty()).then(|| groups.join(" AND "))
}

/// Pieces are numbers, or letters and digits: nothing of what was asked for is in the text.
fn has_all(backend: DbBackend, word: &str) -> Option<String> {
    let pieces: BTreeSet<u32> = numbers_of(word).collect();
    let pieces = || pieces.iter().take(MOST_PIECES);
    pieces().next()?;
    Some(match backend {
        DbBackend::Postgres => {
            let numbers: Vec<String> = pieces().map(u32::to_string).collect();
            format!("pieces @> '{{{}}}'::int[]", numbers.join(","))
        }
        _ => format!("({})", pieces().map(|piece| term(*piece)).collect::<Vec<_>>().join(" AND ")),
    })
}

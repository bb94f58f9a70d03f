//! Words: the texts in which keywords are looked for, by their three-letter pieces.
//!
//! Not event by event but block by block, since neighbours say much the same and each text counts once in a block. Where
//! all pieces of a word occur the block is looked through. The block that is just being filled has no entry yet; it is
//! always looked through.

use std::collections::BTreeSet;

use argus_core::search::{Criteria, Searchable, fold};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Statement, Value};

use crate::event::{Column, Entity, Model};
use crate::record::keyword_texts;

/// Events of a block, as a power of two.
const BITS: u32 = 6;

/// Events of a block.
pub const BLOCK: i64 = 1 << BITS;

/// The most pieces of a word that are asked for: more hardly narrow any further.
const MOST_PIECES: usize = 48;

/// Adds the blocks that these events complete.
///
/// # Errors
/// When the store fails.
pub async fn add(transaction: &impl ConnectionTrait, rows: &[Model]) -> Result<(), DbErr> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(()) };
    let block_of = |sequence: i64| sequence >> BITS;
    for block in block_of(first.sequence)..block_of(last.sequence + 1) {
        let start = block << BITS;
        let mut texts = BTreeSet::new();
        if start < first.sequence {
            let earlier = Entity::find().filter(Column::Sequence.between(start, first.sequence - 1));
            let earlier = earlier.order_by_asc(Column::Sequence).all(transaction).await?;
            earlier.iter().for_each(|row| gather(row, &mut texts));
        }
        rows.iter().filter(|row| block_of(row.sequence) == block).for_each(|row| gather(row, &mut texts));
        let text = texts.into_iter().collect::<Vec<_>>().join("\n");
        let sql = "INSERT INTO event_word (rowid, text) VALUES (?, ?)";
        let values = [Value::from(block), Value::from(text)];
        let backend = transaction.get_database_backend();
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

fn gather(row: &Model, texts: &mut BTreeSet<String>) {
    texts.extend(keyword_texts(row).into_iter().filter_map(|(_, text)| text).map(fold));
}

/// What to ask FTS5 for the keywords of criteria; nothing when none of them is long enough to have a piece.
#[must_use]
pub fn of_criteria<S: Searchable>(criteria: &Criteria<S>) -> Option<String> {
    let groups = criteria.words().into_iter().filter_map(|group| {
        // A word without pieces may be anywhere, and so may then its alternatives.
        let words: Option<Vec<String>> = group.into_iter().map(pieces).collect();
        words.map(|words| format!("({})", words.join(" OR ")))
    });
    let groups: Vec<String> = groups.collect();
    (!groups.is_empty()).then(|| groups.join(" AND "))
}

fn pieces(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let pieces: BTreeSet<String> = letters.windows(3).map(|piece| piece.iter().collect()).collect();
    if pieces.is_empty() {
        return None;
    }
    let quoted = pieces.iter().take(MOST_PIECES).map(|piece| format!("\"{}\"", piece.replace('"', "\"\"")));
    Some(format!("({})", quoted.collect::<Vec<_>>().join(" AND ")))
}

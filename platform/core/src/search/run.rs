//! Running criteria: one page of rows, their number, and where the next page begins.

use std::time::Duration;

use sea_orm::sea_query::Condition;
use sea_orm::{DatabaseConnection, EntityTrait, IdenStatic, Iterable, ModelTrait, QuerySelect};

use super::count::{count, count_at_most};
use super::statement::fetch;
use super::{Criteria, MAX_LIMIT, Searchable};
use crate::error::ApiError;

/// How criteria are run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long matching rows may be counted before the count is given up.
    pub count_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { count_timeout: Duration::from_secs(2) }
    }
}

/// One page of an answer.
#[derive(Debug, Clone)]
pub struct Page<M> {
    /// At most `limit` of them, or [`MAX_LIMIT`] when that is 0.
    pub rows: Vec<M>,
    /// All that match within the scope, whatever limit, offset and cursor; -1 when they were not counted: counting took
    /// too long, `count` was false, or a cursor came without `count` being true.
    pub count: i64,
    /// The effective limit.
    pub limit: u64,
    /// The effective offset; 0 with a cursor.
    pub offset: u64,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// A row of an entity.
pub type ModelOf<S> = <<S as Searchable>::Entity as EntityTrait>::Model;

/// Finds one page of the rows that are within `scope` and match.
///
/// `scope` is what the caller may see; it holds outside of everything that criteria can say.
///
/// # Errors
/// 412 on `limit` when that is 0 and more than [`MAX_LIMIT`] rows match (S2-73); 503 and 500 as for any store function.
pub async fn run<S: Searchable>(
    db: &DatabaseConnection,
    criteria: &Criteria<S>,
    scope: Condition,
    options: &Options,
) -> Result<Page<ModelOf<S>>, ApiError> {
    let (limit, offset) = (criteria.limit(), criteria.offset());
    let backend = db.get_database_backend();
    let most = if limit == 0 { MAX_LIMIT } else { limit };
    // One more than asked for, to know whether there is a next page.
    let select = criteria.select(backend, scope.clone()).offset(offset).limit(most + 1);
    // Before a hundred thousand rows are loaded for nothing.
    if limit == 0 && count_at_most::<S>(db, select.clone()).await? > MAX_LIMIT {
        return Err(too_many());
    }
    let mut rows = fetch(db, select).await?;
    let more = u64::try_from(rows.len()).is_ok_and(|len| len > most);
    if more && limit == 0 {
        return Err(too_many());
    }
    if more {
        rows.pop();
    }
    let next_cursor = match rows.last() {
        Some(last) if more => Some(criteria.cursor_after(sort_values(criteria, last))?),
        _ => None,
    };
    let seen = offset + rows.len() as u64;
    let count = if !criteria.counts() {
        -1
    } else if !more && !criteria.is_continued() && (offset == 0 || !rows.is_empty()) {
        // The last row was seen, and how many are before it is known.
        i64::try_from(seen).unwrap_or(i64::MAX)
    } else {
        count::<S>(db, scope.add(criteria.condition(backend)), options.count_timeout).await?.unwrap_or(-1)
    };
    Ok(Page { rows, count, limit, offset, next_cursor })
}

fn too_many() -> ApiError {
    let text = format!("More than {MAX_LIMIT} match; use pages, or narrow the criteria");
    ApiError::field("limit", "invalid.field.value", text)
}

/// The values of the sort keys in a row.
fn sort_values<S: Searchable>(criteria: &Criteria<S>, row: &ModelOf<S>) -> Vec<sea_orm::Value> {
    let column = |name: &str| <S::Entity as EntityTrait>::Column::iter().find(|column| column.as_str() == name);
    criteria.chain().iter().filter_map(|key| column(key.field.column_name)).map(|column| row.get(column)).collect()
}

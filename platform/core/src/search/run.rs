//! Running criteria: one page of rows, their number, and where the next page begins.

use std::time::Duration;

use sea_orm::sea_query::{Alias, Condition, SelectStatement};
use sea_orm::{DatabaseConnection, EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait, QuerySelect, QueryTrait};

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

impl<S: Searchable> Criteria<S> {
    /// The same criteria, as they are read from the first to the last row: pages of so many, none of which counts.
    #[must_use]
    pub fn in_pages_of(&self, rows: u64) -> Self {
        let mut paged = self.clone();
        (paged.reading.limit, paged.reading.offset, paged.reading.count) = (rows, 0, Some(false));
        paged
    }

    /// The same criteria, of the rows that come after that one.
    #[must_use]
    pub fn after(&self, row: &ModelOf<S>) -> Self {
        let values = sort_values(self, row).into_iter().map(|value| (value != value.as_null()).then_some(value));
        let position = Some(values.collect());
        let mut after = self.clone();
        after.position = position;
        after
    }
}

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
    find(db, criteria, scope, None, options).await
}

/// As [`run`], of the rows that a statement makes: `source` gives the columns of the entity, whose table is not asked
/// itself, and holds to the scope.
///
/// # Errors
/// As [`run`].
pub async fn run_on<S: Searchable>(
    db: &DatabaseConnection,
    criteria: &Criteria<S>,
    source: SelectStatement,
    options: &Options,
) -> Result<Page<ModelOf<S>>, ApiError> {
    find(db, criteria, Condition::all(), Some(source), options).await
}

/// Makes a statement read from `source`, under the name of the entity's table, so that its conditions stay as they are.
pub(super) fn read_from<S: Searchable>(statement: &mut SelectStatement, source: SelectStatement) {
    statement.from_clear().from_subquery(source, Alias::new(S::Entity::default().table_name()));
}

async fn find<S: Searchable>(
    db: &DatabaseConnection,
    criteria: &Criteria<S>,
    scope: Condition,
    source: Option<SelectStatement>,
    options: &Options,
) -> Result<Page<ModelOf<S>>, ApiError> {
    let backend = db.get_database_backend();
    let select = |offset, most| {
        let mut select = criteria.select(backend, scope.clone()).offset(offset).limit(most);
        if let Some(source) = &source {
            read_from::<S>(QueryTrait::query(&mut select), source.clone());
        }
        select
    };
    // Before a hundred thousand rows are loaded for nothing.
    if criteria.limit() == 0 && count_at_most::<S>(db, select(criteria.offset(), MAX_LIMIT + 1)).await? > MAX_LIMIT {
        return Err(too_many());
    }
    let rows = async |offset, most| Ok(fetch(db, select(offset, most)).await?);
    let matching = || scope.clone().add(criteria.condition(backend));
    let count = async || Ok(count::<S>(db, matching(), source.clone(), options.count_timeout).await?.unwrap_or(-1));
    page_of(criteria, rows, count).await
}

/// Counts the rows that are within `scope` and match; -1 when that takes longer than it may.
///
/// # Errors
/// 503 and 500 as for any store function.
pub async fn count_within<S: Searchable>(
    db: &DatabaseConnection,
    criteria: &Criteria<S>,
    scope: Condition,
    options: &Options,
) -> Result<i64, ApiError> {
    let condition = scope.add(criteria.condition(db.get_database_backend()));
    Ok(count::<S>(db, condition, None, options.count_timeout).await?.unwrap_or(-1))
}

/// Makes a page of what `rows` gives for an offset and a number of rows at most, in the order of the criteria. Matches are
/// counted by `count`, where that takes more than the page.
///
/// # Errors
/// 412 on `limit` as [`run`], and what the two fail with.
pub async fn page_of<S: Searchable>(
    criteria: &Criteria<S>,
    rows: impl AsyncFnOnce(u64, u64) -> Result<Vec<ModelOf<S>>, ApiError>,
    count: impl AsyncFnOnce() -> Result<i64, ApiError>,
) -> Result<Page<ModelOf<S>>, ApiError> {
    let (limit, offset) = (criteria.limit(), criteria.offset());
    let most = if limit == 0 { MAX_LIMIT } else { limit };
    // One more than asked for, to know whether there is a next page.
    let mut rows = rows(offset, most + 1).await?;
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
        count().await?
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

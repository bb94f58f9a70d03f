//! How events are looked for: which narrowing, if any, is worth it.

use argus_core::access::CustomerSet;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Options, Page, Searchable, count_within, fetch, page_of, run, run_on};
use sea_orm::sea_query::{Condition, Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Iterable, QuerySelect, Statement, Value};

use super::{list, postgres, terms, walk, words};
use crate::event::{Column, Entity, Model};
use crate::numbers::total;
use crate::views::View;

/// So many events that can match are listed, once for all that is asked of them.
const MOST_LISTED: i64 = 5_000;

/// So many blocks are looked through event by event, whatever the order in which these are wanted.
const FEW_BLOCKS: i64 = 128;

/// Which events can match at all.
#[derive(Debug, Clone)]
pub enum Narrowing {
    /// Those of a term.
    Terms(terms::Match),
    /// These, by sequence.
    Listed(Vec<i64>),
    /// Those of the blocks that have all pieces of the words.
    Words(String),
}

/// How events are looked for.
#[derive(Debug)]
pub enum Plan {
    /// By the indexes of their table.
    Table,
    /// The same, where nothing but customers and times is asked; counted by hour.
    Plain(CustomerSet),
    /// One by one, since only these can match.
    Few(Expr),
    /// The same, gathered before they are sorted: PostgreSQL would rather look for them along the index of times.
    Gathered(Expr),
    /// Along the log in the order of time, through what can match; whether all of that does.
    Many(Narrowing, bool),
}

impl Plan {
    /// Chooses.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of<S: Searchable<Entity = Entity>>(
        db: &DatabaseConnection,
        criteria: &Criteria<S>,
        scope: &CustomerSet,
        view: &View,
    ) -> Result<Self, DbErr> {
        // Counts by hour are of what is not INTERNAL.
        let plain = view.is_all() && criteria.hides("includeInternal");
        if let Some(customers) = criteria.only_customers().filter(|_| plain) {
            return Ok(Self::Plain(scope.and(&customers)));
        }
        let backend = db.get_database_backend();
        if backend == DbBackend::Postgres {
            return Ok(postgres::few(db, criteria).await?.map_or(Self::Table, Self::Gathered));
        }
        let by_terms = terms::of_criteria(criteria, scope, view);
        if let Some(terms) = &by_terms
            && let Some(sequences) = terms.list(db, MOST_LISTED).await?
        {
            return Ok(Self::Many(Narrowing::Listed(sequences), terms.exact));
        }
        let by_words = words::of_criteria(backend, criteria).map(Narrowing::Words);
        if let Some(words) = &by_words
            && words.count(db, FEW_BLOCKS + 1).await? <= FEW_BLOCKS
        {
            return Ok(Self::Few(words.condition(None)));
        }
        let by_terms = by_terms.map(|terms| {
            let exact = terms.exact;
            Self::Many(Narrowing::Terms(terms), exact)
        });
        Ok(by_terms.or(by_words.map(|words| Self::Many(words, false))).unwrap_or(Self::Table))
    }

    /// Whether events are found by the indexes of their table alone.
    pub fn is_table(&self) -> bool {
        matches!(self, Self::Table | Self::Plain(_))
    }

    /// Finds a page.
    ///
    /// # Errors
    /// As [`run`].
    pub async fn run<S: Searchable<Entity = Entity>>(
        self,
        db: &DatabaseConnection,
        criteria: &Criteria<S>,
        scope: Condition,
        options: &Options,
    ) -> Result<Page<Model>, ApiError> {
        let (narrowing, exact) = match self {
            Self::Table => return run(db, criteria, scope, options).await,
            Self::Plain(customers) => return plain(db, criteria, scope, &customers, options).await,
            Self::Few(candidates) => return run(db, criteria, scope.add(candidates), options).await,
            Self::Gathered(candidates) => {
                return run_on(db, criteria, gathered(scope.add(candidates)), options).await;
            }
            Self::Many(narrowing, exact) => (narrowing, exact),
        };
        let Some(descending) = walk::direction(criteria) else {
            // In another order all of them are needed anyway, and where words are many, so are the events.
            let scope = if let Narrowing::Words(_) = narrowing { scope } else { scope.add(narrowing.condition(None)) };
            return run(db, criteria, scope, options).await;
        };
        let walk = walk::Walk { db, criteria, scope: &scope, narrowing: &narrowing, descending };
        let rows = async |offset, most| walk.rows(offset, most).await;
        let count = async || match &narrowing {
            _ if exact => Ok(narrowing.count(db, i64::MAX).await?),
            Narrowing::Words(_) => count_within(db, criteria, scope.clone(), options).await,
            _ => count_within(db, criteria, scope.clone().add(narrowing.condition(None)), options).await,
        };
        page_of(criteria, rows, count).await
    }
}

/// Rows that a statement around this one takes as they are: an offset, though it is none, keeps the planner from making one of
/// the two.
fn gathered(rows: Condition) -> SelectStatement {
    let columns = Column::iter().map(|column| (Entity, column));
    Query::select().columns(columns).from(Entity).cond_where(rows).offset(0).take()
}

/// A page by the indexes of the table, and how many there are by hour.
async fn plain<S: Searchable<Entity = Entity>>(
    db: &DatabaseConnection,
    criteria: &Criteria<S>,
    scope: Condition,
    customers: &CustomerSet,
    options: &Options,
) -> Result<Page<Model>, ApiError> {
    if criteria.limit() == 0 {
        return run(db, criteria, scope, options).await;
    }
    let backend = db.get_database_backend();
    let rows = async |offset, most| {
        let select = criteria.select(backend, scope.clone()).offset(offset).limit(most);
        Ok(fetch(db, select).await?)
    };
    let count = async || total(db, customers, &criteria.range("timestamp"), options.count_timeout).await;
    page_of(criteria, rows, count).await
}

impl Narrowing {
    /// How many events, or blocks, there are; no more than `most` are counted.
    async fn count(&self, db: &DatabaseConnection, most: i64) -> Result<i64, DbErr> {
        let (table, expression) = match self {
            Self::Terms(terms) => ("event_term", &terms.expression),
            Self::Words(expression) => ("event_word", expression),
            Self::Listed(sequences) => return Ok(i64::try_from(sequences.len()).unwrap_or(i64::MAX).min(most)),
        };
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?)");
        let values = [Value::from(expression.as_str()), Value::from(most)];
        let row = db.query_one_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
        row.map_or(Ok(0), |row| row.try_get_by_index(0))
    }

    /// That an event can match, among all or among those between two sequences.
    pub(super) fn condition(&self, between: Option<(i64, i64)>) -> Expr {
        let (low, high) = between.unwrap_or((0, i64::MAX));
        match self {
            Self::Terms(terms) => Expr::cust_with_values(
                "\"event\".\"sequence\" IN \
                (SELECT rowid FROM event_term WHERE event_term MATCH ? AND rowid BETWEEN ? AND ?)",
                [Value::from(terms.expression.as_str()), low.into(), high.into()],
            ),
            Self::Listed(sequences) => Expr::cust_with_values(
                "\"event\".\"sequence\" IN (SELECT value FROM json_each(?))",
                [Value::from(list::of(sequences))],
            ),
            Self::Words(expression) => {
                let block = words::BLOCK;
                let places = (0..block).map(|place| format!("({place})")).collect::<Vec<_>>().join(",");
                let sql = format!(
                    "\"event\".\"sequence\" IN (SELECT event_word.rowid * {block} + place.column1 \
                    FROM event_word CROSS JOIN (VALUES {places}) AS place \
                    WHERE event_word MATCH ? AND event_word.rowid BETWEEN ? AND ? \
                    UNION ALL SELECT sequence FROM event WHERE sequence BETWEEN \
                    max(?, (SELECT next_sequence / {block} * {block} FROM audit_head)) AND ?)"
                );
                let values = [
                    Value::from(expression.as_str()),
                    (low / block).into(),
                    (high / block).into(),
                    low.into(),
                    high.into(),
                ];
                Expr::cust_with_values(sql, values)
            }
        }
    }
}

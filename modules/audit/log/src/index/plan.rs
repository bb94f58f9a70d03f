//! How events are looked for: which narrowing, if any, is worth it.

use argus_core::access::CustomerSet;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Options, Page, Searchable, count_within, fetch, page_of, run};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QuerySelect, Statement, Value};

use super::{postgres, terms, walk, words};
use crate::event::{Entity, Model};
use crate::numbers::total;
use crate::views::View;

/// So many events are looked at one by one, whatever the order in which they are wanted.
const FEW_EVENTS: i64 = 2_000;

/// So many blocks are.
const FEW_BLOCKS: i64 = 128;

/// Which events can match at all.
#[derive(Debug, Clone)]
pub enum Narrowing {
    /// Those of a term.
    Terms(terms::Match),
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
    /// Along the log in the order of time, through what can match.
    Many(Narrowing),
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
            return Ok(postgres::few(db, criteria).await?.map_or(Self::Table, Self::Few));
        }
        let by_terms = terms::of_criteria(criteria, scope, view).map(Narrowing::Terms);
        let by_words = words::of_criteria(backend, criteria).map(Narrowing::Words);
        for narrowing in [&by_terms, &by_words].into_iter().flatten() {
            if narrowing.is_few(db).await? {
                return Ok(Self::Few(narrowing.condition(None)));
            }
        }
        Ok(by_terms.or(by_words).map_or(Self::Table, Self::Many))
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
        let narrowing = match self {
            Self::Table => return run(db, criteria, scope, options).await,
            Self::Plain(customers) => return plain(db, criteria, scope, &customers, options).await,
            Self::Few(candidates) => return run(db, criteria, scope.add(candidates), options).await,
            Self::Many(narrowing) => narrowing,
        };
        let Some(descending) = walk::direction(criteria) else {
            // In another order all of them are needed anyway, and where words are many, so are the events.
            let scope =
                if matches!(narrowing, Narrowing::Terms(_)) { scope.add(narrowing.condition(None)) } else { scope };
            return run(db, criteria, scope, options).await;
        };
        let walk = walk::Walk { db, criteria, scope: &scope, narrowing: &narrowing, descending };
        let rows = async |offset, most| walk.rows(offset, most).await;
        let count = async || match &narrowing {
            Narrowing::Terms(terms) if terms.exact => Ok(narrowing.count(db, i64::MAX).await?),
            Narrowing::Terms(_) => {
                count_within(db, criteria, scope.clone().add(narrowing.condition(None)), options).await
            }
            Narrowing::Words(_) => count_within(db, criteria, scope.clone(), options).await,
        };
        page_of(criteria, rows, count).await
    }
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
    async fn is_few(&self, db: &DatabaseConnection) -> Result<bool, DbErr> {
        let few = match self {
            Self::Terms(_) => FEW_EVENTS,
            Self::Words(_) => FEW_BLOCKS,
        };
        Ok(self.count(db, few + 1).await? <= few)
    }

    /// How many events, or blocks, there are; no more than `most` are counted.
    async fn count(&self, db: &DatabaseConnection, most: i64) -> Result<i64, DbErr> {
        let (table, expression) = match self {
            Self::Terms(terms) => ("event_term", &terms.expression),
            Self::Words(expression) => ("event_word", expression),
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

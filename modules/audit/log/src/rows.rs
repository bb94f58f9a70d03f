//! All events that criteria select, however many: for files that are made of the log.

use argus_core::access::CustomerSet;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Options, count_within, pages};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, QuerySelect, QueryTrait};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::event::{Column, Model};
use crate::index::Plan;
use crate::packed::{self, Row};
use crate::search::{Events, list};
use crate::views::View;

/// Events of the first page, and the fewest of any.
const FEWEST: u64 = 64;

/// The most events of a page.
const MOST: u64 = 500;

/// Bytes that a page may take in memory, were its events as those of the page before.
const WEIGHT: usize = 8 << 20;

/// Events of those that one statement gives, where all come of one.
const OF_ONE: usize = 256;

/// What is read: events of some customers that match, of those alone that come before a number of the log.
#[derive(Clone)]
pub struct Selection {
    /// The customers.
    pub scope: CustomerSet,
    /// The criteria. Limit, offset and cursor mean nothing.
    pub criteria: Criteria<Events>,
    /// The number of the first event that does not count.
    pub before: i64,
}

impl Selection {
    fn of_the_past(&self) -> Condition {
        Condition::all().add(Column::Sequence.lt(self.before))
    }

    fn rows(&self) -> Condition {
        Condition::all().add(self.scope.condition(Column::CustomerId)).add(self.of_the_past())
    }

    /// How many there are; none when counting them takes too long.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn count(&self, db: &Db, options: &Options) -> Result<Option<i64>, ApiError> {
        let count = count_within(db.reader(), &self.criteria, self.rows(), options).await?;
        Ok((count >= 0).then_some(count))
    }

    /// All of them in the order of the criteria, page by page, each read while the one before is worked on. In the order of
    /// time, or of the log, every page is a statement of its own, and nothing is held between two of them; any other order
    /// takes one statement from the first to the last event. Ends soon after the receiver was dropped.
    #[must_use]
    pub fn read(self, db: &Db) -> Receiver<Result<Vec<Model>, ApiError>> {
        let (sender, receiver) = channel(1);
        let db = db.clone();
        tokio::spawn(async move {
            if let Err(error) = self.give(&db, &sender).await {
                let _ = sender.send(Err(error)).await;
            }
        });
        receiver
    }

    async fn give(&self, db: &Db, pages: &Pages) -> Result<(), ApiError> {
        let by_time = self.criteria.order_by("timestamp").is_some();
        if !by_time && !self.criteria.sort_keys().eq(["sequence"]) {
            return self.at_once(db, pages).await;
        }
        // What narrows a search does so anew for every page: along the log it is quicker to look at each event once.
        let narrowed = by_time && !Plan::of(db.reader(), &self.criteria, &self.scope, &self.view()).await?.is_table();
        self.page_by_page(db, narrowed, pages).await
    }

    fn view(&self) -> View {
        View::default().and(self.of_the_past())
    }

    async fn page_by_page(&self, db: &Db, narrowed: bool, pages: &Pages) -> Result<(), ApiError> {
        let (mut criteria, mut most) = (self.criteria.in_pages_of(FEWEST), FEWEST);
        while !pages.is_closed() {
            let rows = if narrowed {
                list(db, &self.scope, &criteria, self.view(), &Options::default()).await?.rows
            } else {
                let select = criteria.select(db.backend(), self.rows());
                packed::fetch(db.reader(), select.limit(most)).await?
            };
            let Some(last) = rows.last() else { return Ok(()) };
            let whole = rows.len() as u64 == most;
            most = next_most(&rows);
            criteria = criteria.after(last).in_pages_of(most);
            if pages.send(Ok(rows)).await.is_err() || !whole {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn at_once(&self, db: &Db, sender: &Pages) -> Result<(), ApiError> {
        let criteria = self.criteria.in_pages_of(MOST);
        let select = packed::pack(criteria.select(db.backend(), self.rows()), db.backend());
        let mut pages = pages::<Row>(db.reader(), select.build(db.backend()), OF_ONE);
        while let Some(page) = pages.recv().await {
            let page = page?.into_iter().map(|row| row.0).collect();
            if sender.send(Ok(page)).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

type Pages = Sender<Result<Vec<Model>, ApiError>>;

/// How many events the next page may have.
fn next_most(rows: &[Model]) -> u64 {
    let weight = rows.iter().map(Model::weight).sum::<usize>() / rows.len().max(1);
    ((WEIGHT / weight.max(1)) as u64).clamp(FEWEST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::empty;

    #[test]
    fn pages_are_small_where_events_are_large() {
        let large = Model { before: Some("x".repeat(200 << 10)), ..empty() };
        assert_eq!(next_most(&[empty(), empty()]), MOST);
        assert_eq!(next_most(&[large.clone(), large]), FEWEST);
        assert_eq!(next_most(&[]), MOST);
    }
}

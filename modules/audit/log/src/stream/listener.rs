//! One who listens.

use std::ops::Range;
use std::sync::Arc;

use argus_core::access::CustomerSet;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, fetch};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::watch;

use super::{Found, Hub, Piece};
use crate::event::{Column, Entity, Model};
use crate::search::Events;

/// Events that are looked at with one statement while a listener catches up: however few match, none takes long.
const WINDOW: i64 = 10_000;

/// Events that one statement gives.
const PAGE: usize = 256;

/// A place among the listeners, and a place in the log. Dropping it frees the former.
pub struct Listener {
    hub: Arc<Hub>,
    news: watch::Receiver<i64>,
    next: i64,
    /// Whether it has caught up.
    live: bool,
}

/// What comes next for a listener.
pub enum Wave {
    /// Events, all of them that were committed, in order.
    Live(Vec<Arc<Piece>>),
    /// It has to catch up: events of these numbers are to be read ([`Listener::read`]).
    Behind(Range<i64>),
    /// It was too slow, and what comes next is not kept any more.
    Lost,
}

impl Listener {
    pub(super) fn new(hub: Arc<Hub>, news: watch::Receiver<i64>) -> Self {
        Self { hub, news, next: 0, live: false }
    }

    pub(super) fn begin(&mut self, next: i64) {
        self.next = next;
    }

    /// Waits for what comes next; nothing when the hub was closed. May be dropped while it waits: nothing is lost.
    pub async fn wave(&mut self) -> Option<Wave> {
        loop {
            // Marked as seen before the look, so that what comes after the look wakes.
            self.news.borrow_and_update();
            if self.hub.closed.is_cancelled() {
                return None;
            }
            match self.hub.find(self.next) {
                Found::Pieces(pieces) => {
                    self.live = true;
                    self.next = self.next.saturating_add_unsigned(pieces.len() as u64);
                    return Some(Wave::Live(pieces));
                }
                Found::Passed(_) if self.live => return Some(Wave::Lost),
                Found::Passed(first) => return Some(Wave::Behind(self.next..first)),
                Found::Nothing => self.live = true,
            }
            tokio::select! {
                () = self.hub.closed.cancelled() => return None,
                changed = self.news.changed() => changed.ok()?,
            }
        }
    }

    /// Reads some of what [`Wave::Behind`] said, of those customers and by these criteria, and goes on behind it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(
        &mut self,
        behind: Range<i64>,
        scope: &CustomerSet,
        criteria: &Criteria<Events>,
    ) -> Result<Vec<Model>, ApiError> {
        let db = self.hub.db.reader();
        let end = behind.end.min(behind.start.saturating_add(WINDOW));
        let select = Entity::find()
            .filter(scope.condition(Column::CustomerId))
            .filter(Column::Sequence.gte(behind.start))
            .filter(Column::Sequence.lt(end))
            .filter(criteria.condition(self.hub.db.backend()))
            .order_by_asc(Column::Sequence)
            .limit(PAGE as u64);
        let rows = fetch(db, select).await?;
        self.next = match rows.last() {
            Some(last) if rows.len() == PAGE => last.sequence + 1,
            _ => end,
        };
        Ok(rows)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.hub.leave();
    }
}

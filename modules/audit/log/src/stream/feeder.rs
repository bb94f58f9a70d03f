//! Reading what is new, once for all listeners.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ColumnTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Hub;
use crate::event::{Column, Entity};

/// How often the store is looked at for what other nodes committed.
const LOOK: Duration = Duration::from_secs(1);

/// The least time from one reading to the next. What is committed meanwhile comes with the next one: listeners are woken
/// a hundred times a second at most, however many batches are written.
const PACE: Duration = Duration::from_millis(10);

/// How long to wait after a failure before the store is tried again.
const RETRY: Duration = Duration::from_millis(200);

/// The most events of one reading.
const PAGE: usize = 512;

/// Feeds the ring until the hub is closed.
pub(super) async fn run(hub: Arc<Hub>) {
    loop {
        tokio::select! {
            () = hub.closed.cancelled() => return,
            () = hub.committed.notified() => {}
            () = tokio::time::sleep(LOOK), if hub.has_other_nodes() && hub.is_listened_to() => {}
        }
        let pause = match hub.read().await {
            Ok(more) => {
                if more {
                    hub.committed.notify_one();
                }
                PACE
            }
            Err(error) => {
                tracing::warn!(%error, "listeners wait: what is new in the audit log cannot be read");
                hub.committed.notify_one();
                RETRY
            }
        };
        tokio::time::sleep(pause).await;
    }
}

impl Hub {
    fn has_other_nodes(&self) -> bool {
        self.db.backend() == DbBackend::Postgres
    }

    /// Reads what comes next into the ring. Says whether there may be more.
    async fn read(&self) -> Result<bool, DbErr> {
        let Some(next) = self.wanted() else { return Ok(false) };
        // A part of the ring only: whoever is not slow has time to take it before it goes.
        let page = PAGE.min(self.backlog / 4).max(1);
        let new = Entity::find().filter(Column::Sequence.gte(next)).order_by_asc(Column::Sequence);
        let rows = new.limit(page as u64).all(self.db.reader()).await?;
        let more = rows.len() == page;
        if !rows.is_empty() {
            self.add(next, rows);
        }
        Ok(more)
    }
}

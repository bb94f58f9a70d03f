//! What all subscriptions of a node share.

use std::sync::Arc;

use argus_audit_log::EventPrinter;
use argus_audit_log::event::Model as Event;
use argus_core::app::Platform;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use sea_orm::DbBackend;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::board::Board;
use crate::call::Caller;
use crate::subscription::Model;
use crate::{Webhooks, store};

/// The unit in which memory is counted, in bytes.
const UNIT: usize = 1_024;

/// What an event takes, beside itself, while it is printed and sent.
const COPIES: usize = 3;

/// What they share.
pub(crate) struct Dispatcher {
    pub(crate) platform: Arc<Platform>,
    pub(crate) printer: Arc<dyn EventPrinter>,
    pub(crate) webhooks: Arc<Webhooks>,
    pub(crate) board: Board,
    pub(crate) caller: Caller,
    /// The name of this node, while it runs.
    pub(crate) node: String,
    /// Until when this node has its subscriptions.
    pub(crate) leased_until: watch::Sender<Nanos>,
    memory: Arc<Semaphore>,
    most: usize,
}

impl Dispatcher {
    pub(crate) fn new(
        platform: &Arc<Platform>,
        printer: Arc<dyn EventPrinter>,
        webhooks: Arc<Webhooks>,
        caller: Caller,
    ) -> Self {
        let most = platform.settings.webhooks.memory as usize / UNIT;
        Self {
            printer,
            webhooks,
            board: Board::new(),
            caller,
            node: platform.ids.uuid().to_string(),
            leased_until: watch::Sender::new(Nanos::MIN),
            memory: Arc::new(Semaphore::new(most)),
            most,
            platform: platform.clone(),
        }
    }

    /// A place in memory for events of that weight.
    pub(crate) async fn memory(&self, bytes: usize) -> OwnedSemaphorePermit {
        let units = (bytes * COPIES).div_ceil(UNIT).clamp(1, self.most);
        let place = self.memory.clone().acquire_many_owned(u32::try_from(units).unwrap_or(u32::MAX)).await;
        match place {
            Ok(place) => place,
            // It is never closed.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until this node is sure to have its subscriptions: no other one delivers for them.
    pub(crate) async fn leased(&self) {
        let mut until = self.leased_until.subscribe();
        while *until.borrow_and_update() <= self.platform.clock.now() {
            self.webhooks.changed();
            if until.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether a subscription was changed by another node.
    pub(crate) async fn was_changed(&self, row: &Model) -> Result<bool, ApiError> {
        if self.platform.db.backend() == DbBackend::Sqlite {
            return Ok(false);
        }
        let held = store::held(&self.platform.db, &self.node, row.id).await?;
        Ok(held.is_none_or(|held| held.version != row.version))
    }

    /// An event as whoever may see it gets it.
    pub(crate) async fn print(&self, event: &Event) -> Result<String, ApiError> {
        let printed = self.printer.print(vec![event.clone()]).await?.pop();
        printed.ok_or_else(|| ApiError::internal("an event was not printed"))
    }
}

//! The log as its users see it: submitting events, recording requests, reading.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use argus_core::audit::{AuditTrail, Record};
use argus_core::clock::{Clock, Ids};
use argus_core::db::Db;
use argus_core::error::ApiError;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::event::Model;
use crate::location::Places;
use crate::record;
use crate::stream::Hub;
use crate::writer::{Submission, Writer, Written};

/// Submissions that may wait for the writer. Each holds its event, so this bounds memory too.
const WAITING_EVENTS: usize = 1_024;

/// How long a request waits for a place in a full queue before it gets 503.
const PATIENCE: Duration = Duration::from_secs(5);

/// The audit log. One per process; shared by everything that writes or reads events.
pub struct AuditLog {
    events: mpsc::Sender<Submission>,
    records: mpsc::Sender<Model>,
    outbox: Arc<Notify>,
    writing: Arc<AtomicBool>,
    ids: Ids,
    root: i64,
}

/// The running writer.
pub struct WriterTask {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl WriterTask {
    /// Writes what still waits, then ends. To be called when no request is being served any more.
    pub async fn finish(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the writer of the audit log did not end well");
        }
    }
}

impl AuditLog {
    /// Starts the log on a migrated store. `root` is the customer of records that are nobody's; `queue` bounds the
    /// records that may wait; `places` says where logins come from, `hub` hears of what is committed.
    #[must_use]
    pub fn start(
        db: &Db,
        clock: &Clock,
        root: i64,
        queue: usize,
        places: Places,
        hub: &Arc<Hub>,
    ) -> (Arc<Self>, WriterTask) {
        let (events, waiting_events) = mpsc::channel(WAITING_EVENTS);
        let (records, waiting_records) = mpsc::channel(queue);
        let (outbox, stop, ids) = (Arc::new(Notify::new()), CancellationToken::new(), Ids::new(clock.clone()));
        let writing = Arc::new(AtomicBool::new(true));
        let writer = Writer {
            db: db.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            root,
            places,
            events: waiting_events,
            records: waiting_records,
            outbox: outbox.clone(),
            stop: stop.clone(),
            held: Vec::new(),
            writing: writing.clone(),
            hub: hub.clone(),
        };
        let task = tokio::spawn(writer.run());
        (Arc::new(Self { events, records, outbox, writing, ids, root }), WriterTask { stop, task })
    }

    /// Writes an event together with the record of the request that brought it, and returns when both are durable.
    ///
    /// # Errors
    /// 503 when they cannot be written now; then neither was.
    pub async fn submit(&self, event: Model, request: Option<Record>) -> Result<Written, ApiError> {
        let request = request.map(|request| record::event(request, &self.ids, self.root));
        self.write(event, request).await
    }

    async fn write(&self, event: Model, request: Option<Model>) -> Result<Written, ApiError> {
        let (answer, durable) = oneshot::channel();
        let submission = Submission { event, request, answer };
        self.events.send_timeout(submission, PATIENCE).await.map_err(|_| ApiError::unavailable())?;
        durable.await.map_err(|_| ApiError::unavailable())?
    }
}

#[async_trait::async_trait]
impl AuditTrail for AuditLog {
    async fn record(&self, record: Record) -> Result<(), ApiError> {
        let event = record::event(record, &self.ids, self.root);
        self.records.send_timeout(event, PATIENCE).await.map_err(|_| ApiError::unavailable())
    }

    async fn record_durably(&self, record: Record) -> Result<(), ApiError> {
        let event = record::event(record, &self.ids, self.root);
        self.write(event, None).await.map(|_| ())
    }

    fn committed(&self) {
        self.outbox.notify_one();
    }

    fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }
}

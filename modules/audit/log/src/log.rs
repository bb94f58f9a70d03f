//! The log as its users see it: submitting events, recording requests, reading.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use argus_core::audit::{AuditTrail, Record};
use argus_core::clock::{Clock, Ids};
use argus_core::config::AuditSettings;
use argus_core::db::Db;
use argus_core::error::ApiError;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::commit::Commit;
use crate::durable::Memory;
use crate::entry::Entry;
use crate::event::Model;
use crate::idempotency::{self, Key, Remembered};
use crate::location::Places;
use crate::proof::Signer;
use crate::queue::{Bound, BulkPlace, Queue, UNIT, Waiting};
use crate::stream::Hub;
use crate::submission::{Outcome, Submission};
use crate::writer::Writer;
use crate::{login, record};

/// Leaves that are made in a row before others have their turn.
const TURN: usize = 64;

/// The audit log. One per process; shared by everything that writes or reads events.
pub struct AuditLog {
    pub(crate) db: Db,
    events: Queue,
    records: mpsc::Sender<Entry>,
    bulk: Bound,
    patience: Duration,
    pub(crate) outbox: Arc<Notify>,
    writing: Arc<AtomicBool>,
    pub(crate) ids: Ids,
    root: i64,
    places: Arc<Places>,
    pub(crate) clock: Clock,
    pub(crate) hub: Arc<Hub>,
    pub(crate) signer: Arc<Signer>,
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
    /// Starts the log on a migrated store, all of whose events have leaves ([`adopt`](crate::proof::adopt)). `root` is the
    /// customer of records that are nobody's; `places` says where logins come from, `hub` hears of what is committed, and
    /// `signer` signs it.
    #[must_use]
    pub fn start(
        db: &Db,
        clock: &Clock,
        root: i64,
        settings: &AuditSettings,
        places: Places,
        hub: &Arc<Hub>,
        signer: Arc<Signer>,
    ) -> (Arc<Self>, WriterTask) {
        let places = Arc::new(places);
        let patience = settings.patience.duration();
        let (events, waiting_events) = Queue::new(settings.event_queue, settings.event_queue_bytes, patience);
        let bulk = Bound::new(settings.bulk_bytes.div_ceil(UNIT));
        let (records, waiting_records) = mpsc::channel(settings.queue);
        let (outbox, stop, ids) = (Arc::new(Notify::new()), CancellationToken::new(), Ids::new(clock.clone()));
        let writing = Arc::new(AtomicBool::new(true));
        let writer = Writer {
            commit: Commit {
                db: db.clone(),
                clock: clock.clone(),
                ids: ids.clone(),
                root,
                places: places.clone(),
                signer: signer.clone(),
                memory: Memory::default(),
            },
            events: waiting_events,
            records: waiting_records,
            outbox: outbox.clone(),
            stop: stop.clone(),
            held: Vec::new(),
            doubtful: false,
            writing: writing.clone(),
            hub: hub.clone(),
        };
        let (task, store) = (tokio::spawn(writer.run()), db.clone());
        let ended = stop.clone();
        tokio::spawn(async move { store.keep_checkpointed(ended).await });
        let log = Self {
            db: db.clone(),
            events,
            records,
            bulk,
            patience,
            outbox,
            writing,
            ids,
            root,
            places,
            clock: clock.clone(),
            hub: hub.clone(),
            signer,
        };
        (Arc::new(log), WriterTask { stop, task })
    }

    /// Writes a submission with the record of the request that brought it, and returns when all of it is durable, or
    /// decided to be in the log already or not to come in.
    ///
    /// # Errors
    /// 503 when it cannot be written now, 500 when it cannot be written at all; then nothing of it was.
    pub async fn submit(&self, submission: Submission) -> Result<Outcome, ApiError> {
        let Submission { events, mode, record, key, import } = submission;
        let events = self.entries(events).await?;
        let record = record.map(|record| self.event_of(record)).transpose()?;
        let (answer, decided) = oneshot::channel();
        self.events.send(Waiting { events, mode, record, key, import, answer, place: None }).await?;
        decided.await.map_err(|_| ApiError::unavailable())?
    }

    /// The entries of rows. Thousands of leaves take a while, during which others have their turn.
    async fn entries(&self, rows: Vec<Model>) -> Result<Vec<Entry>, ApiError> {
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            if entries.len() % TURN == TURN - 1 {
                tokio::task::yield_now().await;
            }
            entries.push(Entry::of(login::completed(row, &self.places), &self.ids)?);
        }
        Ok(entries)
    }

    fn event_of(&self, record: Record) -> Result<Entry, ApiError> {
        Entry::of(login::completed(record::event(record, &self.ids, self.root), &self.places), &self.ids)
    }

    /// A place for a body with many events, of at most so many bytes; to be held for as long as anything of it is in memory.
    ///
    /// # Errors
    /// 503 when there is none in time.
    pub async fn bulk_place(&self, bytes: usize) -> Result<BulkPlace, ApiError> {
        let place = tokio::time::timeout(self.patience, self.bulk.take(bytes.div_ceil(UNIT))).await;
        place.ok().flatten().map(BulkPlace).ok_or_else(ApiError::unavailable)
    }

    /// What came of an earlier submission under that key; none when it was not used yet. Whether it was the same one is to
    /// be asked of what is returned.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remembered(&self, key: &Key) -> Result<Option<Remembered>, ApiError> {
        let known = idempotency::known(self.db.reader(), std::iter::once(key)).await?;
        Ok(known.into_values().next())
    }
}

#[async_trait::async_trait]
impl AuditTrail for AuditLog {
    async fn record(&self, record: Record) -> Result<(), ApiError> {
        let event = self.event_of(record)?;
        self.records.send_timeout(event, self.patience).await.map_err(|_| ApiError::unavailable())
    }

    async fn record_durably(&self, record: Record) -> Result<(), ApiError> {
        self.submit(Submission::atomic(Vec::new()).recorded(Some(record))).await.map(|_| ())
    }

    fn committed(&self) {
        self.outbox.notify_one();
    }

    fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }
}

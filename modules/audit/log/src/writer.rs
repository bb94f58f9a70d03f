//! The one writer of a node. It takes whatever waits, makes it durable in one transaction, and answers all of it: while
//! one batch is on its way to the disk the next one gathers, so that durable is also fast (group commit).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use argus_core::audit::outbox;
use argus_core::clock::{Clock, Ids, Nanos};
use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, Value};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::event::Model;
use crate::location::Places;
use crate::stream::Hub;
use crate::{external, insert, login, record};

/// Events and records of one transaction.
const BATCH: usize = 512;

/// How often the outbox is looked at without being told: other nodes, and the rest of an earlier life.
const LOOK: Duration = Duration::from_secs(1);

/// How long to wait after a failure before the store is tried again.
const RETRY: Duration = Duration::from_millis(200);

/// An event on its way, with the record of the request that brought it.
pub struct Submission {
    pub event: Model,
    pub request: Option<Model>,
    pub answer: oneshot::Sender<Result<Written, ApiError>>,
}

/// What an event got when it became durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durable {
    /// Its place in the log.
    pub sequence: i64,
    /// When it was received, in ns; never less than that of the event before.
    pub created_at: Nanos,
    /// With what it was made, sent or found out.
    pub device: Option<String>,
    /// Where it came from, sent or found out.
    pub location: Option<String>,
}

impl Durable {
    fn of(row: &Model) -> Self {
        let (device, location) = (row.device.clone(), row.location.clone());
        Self { sequence: row.sequence, created_at: row.created_at, device, location }
    }
}

/// How a submission ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// It is in the log now.
    New(Durable),
    /// The customer's log has an event with the sender's identifier already: this one. Nothing was written.
    Known(Box<Model>),
}

pub struct Writer {
    pub db: Db,
    pub clock: Clock,
    pub ids: Ids,
    pub root: i64,
    pub places: Places,
    pub events: mpsc::Receiver<Submission>,
    pub records: mpsc::Receiver<Model>,
    pub outbox: Arc<Notify>,
    pub stop: CancellationToken,
    /// Records that could not be written yet. None is ever dropped; while some are held no others are taken, so that
    /// their queue fills up and requests wait.
    pub held: Vec<Model>,
    /// Whether the last batch could be written.
    pub writing: Arc<AtomicBool>,
    /// Whoever listens to what is committed.
    pub hub: Arc<Hub>,
}

impl Writer {
    pub async fn run(mut self) {
        let mut drain = true;
        loop {
            let mut submissions = Vec::new();
            if !drain && self.held.is_empty() && !self.wait(&mut submissions).await {
                break;
            }
            self.gather(&mut submissions);
            drain = self.write(submissions).await;
        }
        self.rest().await;
    }

    /// Waits for something to do. No more when the log is being closed.
    async fn wait(&mut self, submissions: &mut Vec<Submission>) -> bool {
        tokio::select! {
            biased;
            Some(submission) = self.events.recv() => submissions.push(submission),
            Some(record) = self.records.recv() => self.held.push(record),
            () = self.outbox.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = self.stop.cancelled() => return false,
        }
        true
    }

    /// Takes what waits already, up to a batch.
    fn gather(&mut self, submissions: &mut Vec<Submission>) {
        while submissions.len() < BATCH
            && let Ok(submission) = self.events.try_recv()
        {
            submissions.push(submission);
        }
        while self.held.len() < BATCH
            && let Ok(record) = self.records.try_recv()
        {
            self.held.push(record);
        }
    }

    /// Writes a batch and answers it. Says whether there may be more in the outbox.
    async fn write(&mut self, submissions: Vec<Submission>) -> bool {
        let (events, answers): (Vec<_>, Vec<_>) =
            submissions.into_iter().map(|Submission { event, request, answer }| ((event, request), answer)).unzip();
        match self.commit(events).await {
            Ok((written, drained)) => {
                self.writing.store(true, Ordering::Relaxed);
                self.hub.committed();
                self.held.clear();
                for (answer, written) in answers.into_iter().zip(written) {
                    // Whoever went away meanwhile has its event all the same.
                    let _ = answer.send(Ok(written));
                }
                drained == BATCH
            }
            Err(error) => {
                self.writing.store(false, Ordering::Relaxed);
                tracing::warn!(%error, "a batch of the audit log could not be written");
                for answer in answers {
                    // Whatever the cause: nothing was stored, try again.
                    let _ = answer.send(Err(ApiError::unavailable()));
                }
                let pause = tokio::time::sleep(RETRY);
                tokio::select! { () = pause => {}, () = self.stop.cancelled() => {} }
                false
            }
        }
    }

    async fn commit(&self, events: Vec<(Model, Option<Model>)>) -> Result<(Vec<Written>, usize), DbErr> {
        let transaction = self.db.begin().await?;
        match self.fill(&transaction, events).await {
            Ok(done) => transaction.commit().await.map(|()| done),
            Err(error) => {
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }

    async fn fill(
        &self,
        transaction: &DatabaseTransaction,
        events: Vec<(Model, Option<Model>)>,
    ) -> Result<(Vec<Written>, usize), DbErr> {
        let drained = outbox::take(transaction, BATCH as u64).await?;
        let number = drained.len();
        if number == 0 && events.is_empty() && self.held.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let mut head = Head::lock(transaction, self.clock.now()).await?;
        let mut place = |row: Model| head.place(login::completed(row, &self.places));
        let mut rows = Vec::with_capacity(number + self.held.len() + events.len() * 2);
        let mut written = Vec::with_capacity(events.len());
        let mut known = external::known(transaction, events.iter().map(|(event, _)| event)).await?;
        for (event, request) in events {
            let identifier = external::identifier(&event);
            if let Some(event) = identifier.as_ref().and_then(|identifier| known.get(identifier)) {
                written.push(Written::Known(Box::new(event.clone())));
                continue;
            }
            let event = place(event);
            written.push(Written::New(Durable::of(&event)));
            known.extend(identifier.map(|identifier| (identifier, event.clone())));
            rows.push(event);
            rows.extend(request.map(&mut place));
        }
        rows.extend(drained.into_iter().map(|it| place(record::event(it, &self.ids, self.root))));
        rows.extend(self.held.iter().cloned().map(&mut place));
        insert::insert(transaction, rows).await?;
        head.advance(transaction).await?;
        Ok((written, number))
    }

    /// At the end: everything that still waits.
    async fn rest(&mut self) {
        self.events.close();
        self.records.close();
        for _ in 0..100 {
            let mut submissions = Vec::new();
            self.gather(&mut submissions);
            let idle = submissions.is_empty() && self.held.is_empty();
            let more = self.write(submissions).await;
            if idle && !more {
                return;
            }
        }
        tracing::error!(records = self.held.len(), "records could not be written before the end");
    }
}

/// The head of the log, held for one transaction.
struct Head {
    next_sequence: i64,
    created_at: Nanos,
}

impl Head {
    async fn lock(transaction: &DatabaseTransaction, now: Nanos) -> Result<Self, DbErr> {
        let backend = transaction.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "SELECT next_sequence, last_created FROM audit_head WHERE id = 1 FOR UPDATE",
            _ => "SELECT next_sequence, last_created FROM audit_head WHERE id = 1",
        };
        let row = transaction.query_one_raw(Statement::from_string(backend, sql)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the head of the log".to_owned()))?;
        let last_created: i64 = row.try_get_by_index(1)?;
        Ok(Self { next_sequence: row.try_get_by_index(0)?, created_at: now.max(last_created) })
    }

    /// Gives a row the next place.
    fn place(&mut self, row: Model) -> Model {
        self.next_sequence += 1;
        Model { sequence: self.next_sequence - 1, created_at: self.created_at, ..row }
    }

    async fn advance(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let backend = transaction.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "UPDATE audit_head SET next_sequence = $1, last_created = $2 WHERE id = 1",
            _ => "UPDATE audit_head SET next_sequence = ?, last_created = ? WHERE id = 1",
        };
        let values = [Value::from(self.next_sequence), Value::from(self.created_at)];
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
    }
}

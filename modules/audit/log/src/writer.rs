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
use crate::{external, insert, record};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Durable {
    /// Its place in the log.
    pub sequence: i64,
    /// When it was received, in ns; never less than that of the event before.
    pub created_at: Nanos,
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
    pub events: mpsc::Receiver<Submission>,
    pub records: mpsc::Receiver<Model>,
    pub outbox: Arc<Notify>,
    pub stop: CancellationToken,
    /// Records that could not be written yet. None is ever dropped; while some are held no others are taken, so that
    /// their queue fills up and requests wait.
    pub held: Vec<Model>,
    /// Whether the last batch could be written.
    pub writing: Arc<AtomicBool>,
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
        match self.commit(&submissions).await {
            Ok((written, drained)) => {
                self.writing.store(true, Ordering::Relaxed);
                self.held.clear();
                for (submission, written) in submissions.into_iter().zip(written) {
                    // Whoever went away meanwhile has its event all the same.
                    let _ = submission.answer.send(Ok(written));
                }
                drained == BATCH
            }
            Err(error) => {
                self.writing.store(false, Ordering::Relaxed);
                let error = ApiError::from(error);
                for submission in submissions {
                    let _ = submission.answer.send(Err(refused(&error)));
                }
                let pause = tokio::time::sleep(RETRY);
                tokio::select! { () = pause => {}, () = self.stop.cancelled() => {} }
                false
            }
        }
    }

    async fn commit(&self, submissions: &[Submission]) -> Result<(Vec<Written>, usize), DbErr> {
        let transaction = self.db.begin().await?;
        match self.fill(&transaction, submissions).await {
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
        submissions: &[Submission],
    ) -> Result<(Vec<Written>, usize), DbErr> {
        let drained = outbox::take(transaction, BATCH as u64).await?;
        let number = drained.len();
        if number == 0 && submissions.is_empty() && self.held.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let head = Head::lock(transaction, self.clock.now()).await?;
        let mut rows = Vec::with_capacity(number + self.held.len() + submissions.len() * 2);
        let mut written = Vec::with_capacity(submissions.len());
        let mut known = external::known(transaction, submissions.iter().map(|submission| &submission.event)).await?;
        let mut next = head.next_sequence;
        let mut place = |mut row: Model| {
            row.sequence = next;
            row.created_at = head.created_at;
            next += 1;
            rows.push(row.clone());
            row
        };
        for submission in submissions {
            let identifier = external::identifier(&submission.event);
            if let Some(event) = identifier.as_ref().and_then(|identifier| known.get(identifier)) {
                written.push(Written::Known(Box::new(event.clone())));
                continue;
            }
            let row = place(submission.event.clone());
            written.push(Written::New(Durable { sequence: row.sequence, created_at: row.created_at }));
            known.extend(identifier.map(|identifier| (identifier, row)));
            if let Some(request) = &submission.request {
                place(request.clone());
            }
        }
        drained.into_iter().for_each(|it| drop(place(record::event(it, &self.ids, self.root))));
        self.held.iter().for_each(|held| drop(place(held.clone())));
        insert::insert(transaction, rows).await?;
        head.advance(transaction, next).await?;
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

/// What a submission hears when its batch failed: try again, whatever the cause. Nothing of it was stored.
fn refused(error: &ApiError) -> ApiError {
    tracing::warn!(%error, "a batch of the audit log could not be written");
    ApiError::unavailable()
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

    async fn advance(&self, transaction: &DatabaseTransaction, next: i64) -> Result<(), DbErr> {
        let backend = transaction.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "UPDATE audit_head SET next_sequence = $1, last_created = $2 WHERE id = 1",
            _ => "UPDATE audit_head SET next_sequence = ?, last_created = ? WHERE id = 1",
        };
        let values = [Value::from(next), Value::from(self.created_at)];
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
    }
}

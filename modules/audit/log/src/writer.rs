//! The one writer of a node. It takes whatever waits, makes it durable in one transaction, and answers all of it: while
//! one batch is on its way to the disk the next one gathers, so that durable is also fast (group commit).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use argus_core::error::ApiError;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::batch::Batch;
use crate::commit::{Commit, Failure, OUTBOX};
use crate::durable;
use crate::entry::Entry;
use crate::queue::Waiting;
use crate::stream::Hub;

/// Rows of submissions that are gathered for one transaction. The submission that goes beyond is still in it: one is never
/// cut in two.
const BATCH: usize = 512;

/// How often the outbox is looked at without being told: other nodes, and the rest of an earlier life.
const LOOK: Duration = Duration::from_secs(1);

/// How long to wait after a failure before the store is tried again.
const RETRY: Duration = Duration::from_millis(200);

pub struct Writer {
    pub commit: Commit,
    pub events: mpsc::UnboundedReceiver<Waiting>,
    pub records: mpsc::Receiver<Entry>,
    pub outbox: Arc<Notify>,
    pub stop: CancellationToken,
    /// Records that could not be written yet. None is ever dropped; while a batch of them is held no others are taken, so
    /// that their queue fills up and requests wait.
    pub held: Vec<Entry>,
    /// Whether some of these may be in the log already: the end of a commit of theirs is not known.
    pub doubtful: bool,
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
    async fn wait(&mut self, submissions: &mut Vec<Waiting>) -> bool {
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
    fn gather(&mut self, submissions: &mut Vec<Waiting>) {
        let mut rows: usize = submissions.iter().map(Waiting::rows).sum();
        while rows < BATCH
            && let Ok(submission) = self.events.try_recv()
        {
            rows += submission.rows();
            submissions.push(submission);
        }
        while self.held.len() < BATCH
            && let Ok(record) = self.records.try_recv()
        {
            self.held.push(record);
        }
    }

    /// Writes a batch and answers it. Says whether there may be more in the outbox.
    ///
    /// What fails for a reason that will not pass fails because of something in it: the batch is tried again in halves, so
    /// that nobody else's events are refused for it.
    async fn write(&mut self, submissions: Vec<Waiting>) -> bool {
        let records = std::mem::take(&mut self.held);
        let doubtful = std::mem::take(&mut self.doubtful);
        let mut left = vec![Batch { submissions, records, outbox: true, doubtful }];
        let (mut more, mut lone) = (false, 0);
        while let Some(batch) = left.pop() {
            match self.commit.write(&batch).await {
                Ok(done) => {
                    durable::after_commit(&self.writing, &self.hub);
                    more |= done.drained == OUTBOX;
                    batch.answer(done);
                }
                Err(failure) => self.fail(batch, failure, &mut left, &mut lone),
            }
        }
        if !self.held.is_empty() || !self.writing.load(Ordering::Relaxed) {
            let pause = tokio::time::sleep(RETRY);
            tokio::select! { () = pause => {}, () = self.stop.cancelled() => {} }
        }
        more
    }

    fn fail(&mut self, batch: Batch, failure: Failure, left: &mut Vec<Batch>, lone: &mut u32) {
        let (error, undone) = match failure {
            Failure::Undone(error) => (error, true),
            Failure::Unknown(error) => (error, false),
        };
        tracing::warn!(%error, "a batch of the audit log could not be written");
        self.doubtful |= batch.doubtful || (!undone && !batch.records.is_empty());
        if !undone {
            return self.hold(batch, left, &ApiError::in_doubt());
        }
        let error = ApiError::from(error);
        if error.status.as_u16() == 503 {
            return self.hold(batch, left, &error);
        }
        match batch.split() {
            // The first half comes next.
            Ok([first, second]) => left.extend([second, first]),
            Err(alone) => {
                if alone.submissions.is_empty() {
                    tracing::error!("a record of a request cannot be written");
                    *lone += 1;
                    // One may be to blame itself; of two it is the store, and the others need not be tried one by one.
                    if *lone > 1 {
                        return self.hold(alone, left, &ApiError::unavailable());
                    }
                    self.writing.store(false, Ordering::Relaxed);
                }
                self.held.extend(alone.refuse(&error));
            }
        }
    }

    /// What hinders this one hinders the others: nobody's events are written now, and records are held.
    fn hold(&mut self, batch: Batch, left: &mut Vec<Batch>, error: &ApiError) {
        self.writing.store(false, Ordering::Relaxed);
        self.held.extend(batch.refuse(error));
        for batch in left.drain(..).rev() {
            self.held.extend(batch.refuse(&ApiError::unavailable()));
        }
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

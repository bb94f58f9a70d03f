//! What waits for the writer: bounded by events and by their bytes, whatever the number of submissions they come in.

use std::sync::Arc;
use std::time::Duration;

use argus_core::error::ApiError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::entry::Entry;
use crate::idempotency::Key;
use crate::import;
use crate::submission::{Mode, Outcome};

/// Bytes are counted in these, since a semaphore counts no further than 32 bits.
pub const UNIT: usize = 1_024;

/// A submission on its way, with whoever waits for it.
pub struct Waiting {
    pub events: Vec<Entry>,
    pub mode: Mode,
    pub record: Option<Entry>,
    pub key: Option<Key>,
    pub import: Option<import::Model>,
    pub answer: oneshot::Sender<Result<Outcome, ApiError>>,
    /// Its place in the queue, which is free again when it was answered.
    #[expect(dead_code, reason = "held, not read")]
    pub place: Option<Place>,
}

impl Waiting {
    /// Rows that it makes.
    pub fn rows(&self) -> usize {
        self.events.len() + usize::from(self.record.is_some())
    }
}

/// A place in the queue, held until the submission is answered.
pub struct Place(#[expect(dead_code, reason = "held, not read")] [OwnedSemaphorePermit; 2]);

/// A place for the body of a request with many events, held while it is in memory.
pub struct BulkPlace(#[expect(dead_code, reason = "held, not read")] pub(crate) OwnedSemaphorePermit);

/// The way into the queue.
pub struct Queue {
    sender: mpsc::UnboundedSender<Waiting>,
    rows: Bound,
    bytes: Bound,
    patience: Duration,
}

/// So much of something and no more.
pub struct Bound {
    free: Arc<Semaphore>,
    most: u32,
}

impl Bound {
    pub fn new(most: usize) -> Self {
        let most = u32::try_from(most).unwrap_or(u32::MAX).max(1);
        // Far below what a semaphore can count on 64 bits.
        Self { free: Arc::new(Semaphore::new(most as usize)), most }
    }

    /// What is greater than everything there is takes everything.
    pub async fn take(&self, amount: usize) -> Option<OwnedSemaphorePermit> {
        let amount = u32::try_from(amount).unwrap_or(u32::MAX).clamp(1, self.most);
        self.free.clone().acquire_many_owned(amount).await.ok()
    }
}

impl Queue {
    /// A queue for so many rows and bytes. A submission waits at most `patience` for its place.
    pub fn new(rows: usize, bytes: usize, patience: Duration) -> (Self, mpsc::UnboundedReceiver<Waiting>) {
        // What bounds it are the places: nothing is sent without one.
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self { sender, rows: Bound::new(rows), bytes: Bound::new(bytes.div_ceil(UNIT)), patience }, receiver)
    }

    /// Puts a submission into the queue.
    ///
    /// # Errors
    /// 503 when there is no place for it in time, or the log is being closed.
    pub async fn send(&self, waiting: Waiting) -> Result<(), ApiError> {
        let bytes: usize = waiting.events.iter().map(Entry::weight).sum();
        let place = async {
            // First the one, then the other, for everybody: nobody can wait in a circle.
            Some(Place([self.rows.take(waiting.rows()).await?, self.bytes.take(bytes.div_ceil(UNIT)).await?]))
        };
        let place = tokio::time::timeout(self.patience, place).await.ok().flatten();
        let place = Some(place.ok_or_else(ApiError::unavailable)?);
        self.sender.send(Waiting { place, ..waiting }).map_err(|_| ApiError::unavailable())
    }
}

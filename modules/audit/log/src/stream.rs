//! Events as they are committed, for whoever listens: one hub per node, whatever the number of listeners.
//!
//! The store is the one source. Whoever commits only says so, and the hub then reads what is new, once for all listeners
//! and in the order of the log: so what is streamed is what is on disk, and what other nodes commit comes the same way.
//! Of those this node hears nothing, so on PostgreSQL the hub looks once a second while anybody listens. (`NOTIFY` would
//! save that second, but it takes one lock of the whole database in every commit, a connection of its own on every node,
//! and does not pass poolers.) While nobody listens there is nothing to do, and nothing is done.
//!
//! A listener is a place in the log: the number of the event that comes next. From the ring, which holds the newest
//! events, it takes what is there; what lies before the ring is read from the store. Both are pieces of one sequence
//! without gaps, so between catching up and listening there is no seam.

mod feeder;
mod listener;
mod ring;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

pub use listener::{Listener, Wave};
pub use ring::Piece;

use crate::event::Model;
use ring::Ring;

/// Hands events on as they are committed. One per process.
pub struct Hub {
    db: Db,
    /// Listeners at the same time.
    most: usize,
    /// Events in the ring.
    backlog: usize,
    state: Mutex<State>,
    /// Something may have been committed.
    committed: Notify,
    /// The number after the newest event in the ring.
    news: watch::Sender<i64>,
    closed: CancellationToken,
    /// How many batches were committed.
    commits: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    listeners: usize,
    /// There only while somebody listens.
    ring: Option<Ring>,
}

/// What the ring has for a listener.
enum Found {
    Pieces(Vec<Arc<Piece>>),
    /// Nothing yet.
    Nothing,
    /// The ring begins later, there.
    Passed(i64),
}

impl Hub {
    /// Starts the hub of a migrated store. `most` bounds the listeners, `backlog` the events that are kept for them.
    #[must_use]
    pub fn start(db: &Db, most: usize, backlog: usize) -> Arc<Self> {
        let hub = Arc::new(Self {
            db: db.clone(),
            most,
            backlog,
            state: Mutex::default(),
            committed: Notify::new(),
            news: watch::Sender::new(0),
            closed: CancellationToken::new(),
            commits: watch::Sender::new(0),
        });
        tokio::spawn(feeder::run(hub.clone()));
        hub
    }

    /// Says that events were committed. Costs next to nothing while nobody listens.
    pub fn committed(&self) {
        self.commits.send_modify(|batches| *batches += 1);
        if self.is_listened_to() {
            self.committed.notify_one();
        }
    }

    /// Forgets the events that are kept for listeners, who read them again: they may not be what they were.
    pub fn forget(&self) {
        let mut state = self.state();
        if let Some(ring) = &state.ring {
            state.ring = Some(Ring::at(ring.next()));
        }
    }

    /// What tells that events were committed on this node, for whoever reads them by itself.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// Ends every stream, and lets none begin: the process is about to end.
    pub fn close(&self) {
        self.closed.cancel();
    }

    /// A listener for what is committed from now on, or, `after` an event, for everything behind that one.
    ///
    /// # Errors
    /// 503 when there are too many already, the hub was closed, or the store cannot be asked; 412 on `Last-Event-ID` for
    /// an event that is not in the log.
    pub async fn listen(self: &Arc<Self>, after: Option<i64>) -> Result<Listener, ApiError> {
        let mut listener = self.admit().ok_or_else(ApiError::unavailable)?;
        // Looked up after the place was taken: what is committed later is in the ring, or read when that is made.
        let head = head(&self.db).await?;
        if after.is_some_and(|after| after >= head) {
            return Err(ApiError::field("Last-Event-ID", "invalid.field.value", "No such event in this log"));
        }
        listener.begin(after.map_or(head, |after| after + 1));
        self.open(head);
        Ok(listener)
    }

    fn admit(self: &Arc<Self>) -> Option<Listener> {
        let mut state = self.state();
        if self.closed.is_cancelled() || state.listeners >= self.most {
            return None;
        }
        state.listeners += 1;
        Some(Listener::new(self.clone(), self.news.subscribe()))
    }

    /// Sees to it that there is a ring.
    fn open(&self, head: i64) {
        let mut state = self.state();
        if state.ring.is_none() {
            state.ring = Some(Ring::at(head));
            // Between the look at the head and this, commits were told to nobody.
            self.committed.notify_one();
        }
    }

    /// Takes a listener's place back. The last one takes the ring along.
    fn leave(&self) {
        let mut state = self.state();
        state.listeners -= 1;
        if state.listeners == 0 {
            state.ring = None;
        }
    }

    /// What comes next for a listener at `next`.
    fn find(&self, next: i64) -> Found {
        self.state().ring.as_ref().map_or(Found::Nothing, |ring| ring.from(next))
    }

    /// The number of the event that the ring lacks first.
    fn wanted(&self) -> Option<i64> {
        self.state().ring.as_ref().map(Ring::next)
    }

    /// Adds the events from `next` on, unless the ring was made anew meanwhile.
    fn add(&self, next: i64, rows: Vec<Model>) {
        let pieces: Vec<_> = rows.into_iter().map(Piece::new).collect();
        let mut state = self.state();
        let Some(ring) = state.ring.as_mut().filter(|ring| ring.next() == next) else { return };
        ring.add(pieces, self.backlog);
        self.news.send_replace(ring.next());
    }

    fn is_listened_to(&self) -> bool {
        self.state().ring.is_some()
    }

    /// Nothing panics while it is held, and were it so, the ring would still be whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of the next event of the log: all before it are committed.
///
/// # Errors
/// When the store fails.
pub async fn head(db: &Db) -> Result<i64, DbErr> {
    head_on(db.reader()).await
}

/// The same, as a transaction sees it.
///
/// # Errors
/// When the store fails.
pub async fn head_on(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let head = Statement::from_string(db.get_database_backend(), "SELECT next_sequence FROM audit_head WHERE id = 1");
    let row = db.query_one_raw(head).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the head of the log".to_owned()))?.try_get_by_index(0)
}

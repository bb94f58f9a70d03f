//! Delivering, strictly in the order of the log: the next message waits until the one before was taken. A subscription has
//! two lanes, the running one and one for what is delivered again, which do not wait for each other.

mod outcome;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use argus_audit_log::event::Model as Event;
use argus_audit_log::search::Events;
use argus_core::clock::Nanos;
use argus_core::search::Row;
use argus_outbound::Target;
use bytes::Bytes;
use sea_orm::prelude::Uuid;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::call::{Line, Outcome};
use crate::dispatcher::Dispatcher;
use crate::filter::{Filter, Trouble};
use crate::kind::Kind;
use crate::secret::Signer;
use crate::store::Place;
use crate::subscription::Model;
use crate::{delivery, message, place, source};

/// While messages are taken, their number is written down so often.
const PACE: Duration = Duration::from_secs(1);

/// Tries that wait to be written down; and after so many old ones are taken away.
const MOST_UNWRITTEN: usize = 200;

/// Why a lane ended.
pub(crate) enum End {
    /// The receiver takes nothing any more, for that reason.
    Ended(String),
    /// The subscription was changed, or is another node's now.
    Changed,
    /// What was to be delivered again was.
    Finished,
}

/// What both lanes of a subscription stand on.
pub(crate) struct Work {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) row: Model,
    pub(crate) target: Target,
    pub(crate) signer: Signer,
    /// How far the running lane is.
    pub(crate) reached: AtomicI64,
}

/// Which lane it is.
#[derive(Clone, Copy)]
enum Track {
    Running,
    /// What is delivered again: its identifier, and the number behind its last event.
    Again(Uuid, i64),
}

/// One lane.
pub(crate) struct Lane<'w> {
    work: &'w Work,
    track: Track,
    place: Place,
    filter: Arc<Filter>,
    /// Changes of who may do what, when the filter was made.
    seen: u64,
    events: VecDeque<Row<Events>>,
    /// Everything before was looked at, and is among `events` if it gives messages.
    looked: i64,
    /// The memory that they take.
    memory: Option<OwnedSemaphorePermit>,
    line: Line,
    log: Vec<delivery::ActiveModel>,
    /// Tries that were written down since old ones were taken away.
    logged: usize,
    delivered_at: Option<Nanos>,
    /// What the store has.
    stored: Place,
    written: Instant,
}

impl<'w> Lane<'w> {
    /// The running one.
    pub(crate) async fn running(work: &'w Work) -> Result<Self, Trouble> {
        let row = &work.row;
        let Model { position, passed, attempts, failing_since, next_at, .. } = *row;
        Self::at(work, Track::Running, Place { position, passed, attempts, failing_since, next_at }).await
    }

    /// That of something that is delivered again.
    pub(crate) async fn again(work: &'w Work, again: &crate::redelivery::Model) -> Result<Self, Trouble> {
        let crate::redelivery::Model { id, position, end_position, passed, attempts, failing_since, next_at, .. } =
            *again;
        let place = Place { position, passed, attempts, failing_since, next_at };
        Self::at(work, Track::Again(id, end_position), place).await
    }

    async fn at(work: &'w Work, track: Track, place: Place) -> Result<Self, Trouble> {
        let platform = &work.dispatcher.platform;
        let seen = platform.directory.changes();
        Ok(Self {
            filter: Arc::new(Filter::of(platform, &work.row).await?),
            work,
            track,
            place,
            seen,
            events: VecDeque::new(),
            looked: place.position,
            memory: None,
            line: Line::default(),
            log: Vec::new(),
            // Nobody knows how many there are.
            logged: MOST_UNWRITTEN,
            delivered_at: None,
            stored: place,
            // The first one is written down at once.
            written: Instant::now().checked_sub(PACE).unwrap_or_else(Instant::now),
        })
    }

    /// Delivers until something ends it. May be dropped at any time; then [`Lane::write`] is to be called.
    ///
    /// # Errors
    /// Why nothing can be delivered.
    pub(crate) async fn run(&mut self) -> Result<End, Trouble> {
        loop {
            self.wait().await?;
            self.keep_up().await?;
            if self.events.is_empty() && !self.fill().await? {
                if let Track::Again(..) = self.track {
                    return Ok(End::Finished);
                }
                if let Some(end) = self.rest().await? {
                    return Ok(end);
                }
                continue;
            }
            let Some(event) = self.events.pop_front() else { continue };
            if let Some(end) = self.event(event).await? {
                return Ok(end);
            }
            if self.events.is_empty() {
                self.memory = None;
            }
            if (self.written.elapsed() >= PACE || self.log.len() >= MOST_UNWRITTEN) && !self.write().await? {
                return Ok(End::Changed);
            }
        }
    }

    /// Waits for the time of the next try, and for the right to make it.
    async fn wait(&mut self) -> Result<(), Trouble> {
        let clock = &self.work.dispatcher.platform.clock;
        if let Some(next) = self.place.next_at.filter(|next| *next > clock.now()) {
            self.write().await?;
            clock.sleep_until(next).await;
        }
        self.work.dispatcher.leased().await;
        Ok(())
    }

    /// Looks again at what the maker may see, if somebody may have changed that.
    async fn keep_up(&mut self) -> Result<(), Trouble> {
        let platform = &self.work.dispatcher.platform;
        platform.directory.sync().await?;
        let changes = platform.directory.changes();
        if changes != self.seen {
            self.filter = Arc::new(Filter::of(platform, &self.work.row).await?);
            self.seen = changes;
        }
        Ok(())
    }

    /// Gets the next events. False when there are none.
    async fn fill(&mut self) -> Result<bool, Trouble> {
        let dispatcher = &self.work.dispatcher;
        let db = &dispatcher.platform.db;
        let mut end = 0;
        loop {
            self.advance(self.looked);
            if self.looked >= end {
                end = match self.track {
                    Track::Running => place::head(db).await?,
                    // What the running lane has not passed it delivers itself.
                    Track::Again(_, end) => end.min(self.work.reached.load(Ordering::Relaxed)),
                };
                if self.looked >= end {
                    return Ok(false);
                }
            }
            let found = source::read(db, &self.filter, self.looked, end).await?;
            self.looked = found.looked;
            if !found.events.is_empty() {
                self.memory = Some(dispatcher.memory(found.events.iter().map(Event::weight).sum()).await);
                self.events.extend(found.events.into_iter().map(Row::new));
                return Ok(true);
            }
        }
    }

    /// Goes on to the beginning of an event, unless it is there already.
    fn advance(&mut self, position: i64) {
        if position > self.place.position {
            self.place = Place::at(position);
            if let Track::Running = self.track {
                self.work.reached.store(position, Ordering::Relaxed);
            }
        }
    }

    /// Waits for events.
    async fn rest(&mut self) -> Result<Option<End>, Trouble> {
        let due = self.written + PACE;
        if Instant::now() >= due && !self.write().await? {
            return Ok(Some(End::Changed));
        }
        let (id, place, stored) = (self.work.row.id, self.place.position, self.stored.position);
        tokio::select! {
            place = self.work.dispatcher.board.rest(id, &self.filter, place, stored) => {
                self.looked = self.looked.max(place);
                self.advance(place);
            }
            () = tokio::time::sleep_until(due), if !self.log.is_empty() => return Ok(None),
        }
        // Whoever changed it on another node told nobody here.
        let changed = self.work.dispatcher.was_changed(&self.work.row).await?;
        Ok(changed.then_some(End::Changed))
    }

    /// Delivers the messages of an event.
    async fn event(&mut self, event: Row<Events>) -> Result<Option<End>, Trouble> {
        let sequence = event.model().sequence;
        self.advance(sequence);
        let kinds: Vec<Kind> = self.filter.kinds(&event).filter(|kind| kind.place() >= self.place.passed).collect();
        if kinds.is_empty() {
            return Ok(None);
        }
        let printed = self.work.dispatcher.print(event.model()).await?;
        for kind in kinds {
            let failure = match self.attempt(event.model(), kind, &printed).await {
                Outcome::Delivered(status) => {
                    self.note(event.model(), kind, delivery::state::DELIVERED, Some(status), None);
                    self.delivered_at = Some(self.work.dispatcher.platform.clock.now());
                    self.place = Place { passed: kind.place() + 1, ..Place::at(sequence) };
                    continue;
                }
                Outcome::Failed(failure) => failure,
            };
            // A message that waits takes no memory.
            (self.events, self.memory, self.looked) = (VecDeque::new(), None, sequence);
            return self.failed(event.model(), kind, failure).await;
        }
        self.advance(sequence + 1);
        Ok(None)
    }

    async fn attempt(&mut self, event: &Event, kind: Kind, printed: &str) -> Outcome {
        let (id, body) = (message::id(event.id, kind), message::body(kind, event.timestamp, printed));
        let bytes = Bytes::from(body.clone());
        let headers = |now| message::headers(&self.work.signer, &id, &body, now);
        self.work.dispatcher.caller.deliver(&mut self.line, &self.work.target, headers, bytes).await
    }
}

//! Who waits for events: one look at each event for all subscriptions of the node that have nothing to do.
//!
//! A subscription that has delivered everything rests on the board with its place in the log. One listener of the hub, for
//! all of them, looks at what is committed; who gets something of it is woken and reads the store from its place on. All
//! others are moved on, in memory: nothing is written and nothing is read for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argus_audit_log::stream::Piece;
use sea_orm::prelude::Uuid;
use tokio::sync::{Notify, watch};

use crate::filter::Filter;

/// How long a subscription rests while nobody listens for it.
const BLIND: Duration = Duration::from_secs(5);

/// A place is written down when the one in the store is so many events behind it: a start has no more than that to look at.
pub(crate) const FAR: i64 = 5_000;

/// The board of one node.
pub(crate) struct Board {
    state: Mutex<State>,
    /// How many subscriptions are at work or rest.
    members: watch::Sender<usize>,
    /// Whether somebody listens for them.
    listening: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    /// Every event from this number on is looked at for all who rest; none while nobody listens.
    cursor: Option<i64>,
    resting: HashMap<Uuid, Ear>,
}

/// One that rests.
struct Ear {
    filter: Arc<Filter>,
    /// The next event that it has to look at.
    place: i64,
    /// The same, as the store has it.
    stored: i64,
    woken: bool,
    bell: Arc<Notify>,
}

/// A subscription that is at work or rests.
pub(crate) struct Member<'b>(&'b Board);

/// Takes one from the board again, however its rest ended.
struct Rest<'b>(&'b Board, Uuid);

impl Board {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default(), members: watch::Sender::new(0), listening: watch::Sender::new(false) }
    }

    /// One more subscription of this node.
    pub(crate) fn join(&self) -> Member<'_> {
        self.members.send_modify(|members| *members += 1);
        Member(self)
    }

    /// How many there are.
    pub(crate) fn members(&self) -> watch::Receiver<usize> {
        self.members.subscribe()
    }

    /// Rests until there may be something for a subscription that has looked at everything before `place`. Gives the place
    /// from which it has to look on. May be dropped. `stored` is the place that the store has.
    pub(crate) async fn rest(&self, id: Uuid, filter: &Arc<Filter>, place: i64, stored: i64) -> i64 {
        let bell = Arc::new(Notify::new());
        let ear = Ear { filter: filter.clone(), place, stored, woken: false, bell: bell.clone() };
        match self.lie_down(id, ear) {
            Ok(rest) => {
                bell.notified().await;
                rest.end().unwrap_or(place)
            }
            Err(Some(_)) => place,
            Err(None) => {
                let mut listening = self.listening.subscribe();
                let _ = tokio::time::timeout(BLIND, listening.wait_for(|listening| *listening)).await;
                place
            }
        }
    }

    /// Begins a rest; or says from which event on it is listened, where that is behind the place, or not at all.
    fn lie_down(&self, id: Uuid, ear: Ear) -> Result<Rest<'_>, Option<i64>> {
        let mut state = self.state();
        match state.cursor {
            Some(cursor) if cursor <= ear.place => {
                state.resting.insert(id, ear);
                Ok(Rest(self, id))
            }
            other => Err(other),
        }
    }

    /// From now on every event from `cursor` on is looked at. Who rests before that has to look itself; without a cursor all.
    pub(crate) fn begin(&self, cursor: Option<i64>) {
        let mut state = self.state();
        state.cursor = cursor;
        for ear in state.resting.values_mut() {
            if cursor.is_none_or(|cursor| cursor > ear.place) {
                ear.wake();
            }
        }
        drop(state);
        self.listening.send_replace(cursor.is_some());
    }

    /// Wakes all: who may see what has changed.
    pub(crate) fn wake_all(&self) {
        self.state().resting.values_mut().for_each(Ear::wake);
    }

    /// Looks at events that were committed. Gives the places that are worth being written down.
    pub(crate) fn look(&self, pieces: &[Arc<Piece>]) -> Vec<(Uuid, i64)> {
        let Some(last) = pieces.last() else { return Vec::new() };
        let next = last.row.model().sequence + 1;
        let (mut state, mut far) = (self.state(), Vec::new());
        for (id, ear) in state.resting.iter_mut().filter(|(_, ear)| !ear.woken) {
            let wanted =
                pieces.iter().find(|piece| piece.row.model().sequence >= ear.place && ear.filter.wants(&piece.row));
            if let Some(wanted) = wanted {
                ear.place = wanted.row.model().sequence;
                ear.wake();
                continue;
            }
            ear.place = ear.place.max(next);
            if ear.place - ear.stored >= FAR {
                ear.stored = ear.place;
                far.push((*id, ear.place));
            }
        }
        state.cursor = state.cursor.map(|cursor| cursor.max(next));
        far
    }

    /// Nothing panics while it is held, and were it so, the board would still be whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ear {
    fn wake(&mut self) {
        self.woken = true;
        self.bell.notify_one();
    }
}

impl Rest<'_> {
    fn end(self) -> Option<i64> {
        self.0.state().resting.remove(&self.1).map(|ear| ear.place)
    }
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        self.0.state().resting.remove(&self.1);
    }
}

impl Drop for Member<'_> {
    fn drop(&mut self) {
        self.0.members.send_modify(|members| *members -= 1);
    }
}

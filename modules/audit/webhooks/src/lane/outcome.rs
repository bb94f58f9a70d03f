//! What becomes of messages, and writing it down.

use argus_audit_log::event::Model as Event;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use sea_orm::{NotSet, Set};
use tokio::time::Instant;

use super::{End, Lane, MOST_UNWRITTEN, Track};
use crate::board::FAR;
use crate::call::Failure;
use crate::filter::Trouble;
use crate::kind::Kind;
use crate::store::{Place, Progress};
use crate::{backoff, delivery, store};

impl Lane<'_> {
    /// Decides what becomes of a message that was not taken.
    pub(super) async fn failed(&mut self, event: &Event, kind: Kind, failure: Failure) -> Result<Option<End>, Trouble> {
        let platform = &self.work.dispatcher.platform;
        let now = platform.clock.now();
        let since = self.place.failing_since.unwrap_or(now);
        let give_up = since.saturating_add(platform.settings.webhooks.give_up.nanos());
        self.place.attempts = self.place.attempts.saturating_add(1);
        self.place.failing_since = Some(since);
        let last = failure.gone || now >= give_up;
        let wait = failure.wait.unwrap_or_else(|| backoff::wait(&platform.ids, self.place.attempts));
        // The last try is made at the end of the time.
        self.place.next_at = (!last).then(|| now.saturating_add(wait).min(give_up));
        let state = if last { delivery::state::FAILED } else { delivery::state::RETRYING };
        self.note(event, kind, state, failure.status, Some(&failure.reason));
        if last && !failure.gone && matches!(self.track, Track::Again(..)) {
            // The running order is not ended by what is delivered again.
            self.place = Place { passed: kind.place() + 1, ..Place::at(event.sequence) };
        }
        if !self.write_failure(Some((now, &failure.reason))).await? {
            return Ok(Some(End::Changed));
        }
        let is_over = failure.gone || (last && matches!(self.track, Track::Running));
        let reason = || match failure.gone {
            true => failure.reason.clone(),
            false => format!("A message was not taken for {}: {}", platform.settings.webhooks.give_up, failure.reason),
        };
        Ok(is_over.then(|| End::Ended(reason())))
    }

    /// Notes a try; the place says which one it is.
    pub(super) fn note(&mut self, event: &Event, kind: Kind, state: &str, status: Option<u16>, error: Option<&str>) {
        // A failed one was counted already.
        let attempt = self.place.attempts + i32::from(state == delivery::state::DELIVERED);
        self.log.push(delivery::ActiveModel {
            id: NotSet,
            subscription_id: Set(self.work.row.id),
            event_id: Set(event.id),
            kind: Set(kind.name().to_owned()),
            attempt: Set(attempt),
            again: Set(matches!(self.track, Track::Again(..))),
            state: Set(state.to_owned()),
            response_status: Set(status.map(i32::from)),
            error: Set(error.map(str::to_owned)),
            created_at: Set(self.work.dispatcher.platform.clock.now()),
            next_at: Set(self.place.next_at.filter(|_| state == delivery::state::RETRYING)),
        });
    }

    /// Writes down what was delivered, and how far it is, where that is far from what the store has. False when the
    /// subscription was changed, or is another node's.
    ///
    /// # Errors
    /// When the store fails; then it is to be tried again.
    pub(crate) async fn write(&mut self) -> Result<bool, ApiError> {
        if self.log.is_empty() && self.place.position.saturating_sub(self.stored.position) < FAR {
            return Ok(true);
        }
        self.write_failure(None).await
    }

    async fn write_failure(&mut self, failed: Option<(Nanos, &str)>) -> Result<bool, ApiError> {
        let (dispatcher, row) = (&self.work.dispatcher, &self.work.row);
        let db = &dispatcher.platform.db;
        let (place, log) = (self.place, self.log.clone());
        let progress = Progress { place, delivered_at: self.delivered_at, failed, log };
        let same = match self.track {
            Track::Running => store::advance(db, &dispatcher.node, row.id, progress).await? == Some(row.version),
            Track::Again(id, _) => store::advance_again(db, id, progress).await?,
        };
        self.logged += self.log.len();
        self.log.clear();
        (self.delivered_at, self.stored, self.written) = (None, place, Instant::now());
        if self.logged >= MOST_UNWRITTEN {
            delivery::prune(db.writer(), row.id).await?;
            self.logged = 0;
        }
        Ok(same)
    }
}

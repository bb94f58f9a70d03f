//! Sending what is in the outbox.

use std::sync::Arc;
use std::time::Duration;

use argus_core::app::Platform;
use argus_core::clock::{NANOS_PER_DAY, NANOS_PER_SECOND, Nanos, after};
use argus_core::tasks;
use sea_orm::{DbErr, Set};

use crate::outbox::{self, Model, state};
use crate::smtp::{Refused, Smtp};

/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Mails of one look.
const PAGE: u64 = 32;

/// How long a try may take, after which another may begin: longer than the mail server has for all its answers.
const TRY: Nanos = 600 * NANOS_PER_SECOND;

/// The first wait after a failed try; each is twice the one before.
const FIRST_WAIT: Nanos = 60 * NANOS_PER_SECOND;

/// The longest wait.
const LONGEST_WAIT: Nanos = 6 * 3_600 * NANOS_PER_SECOND;

/// A mail is given up when the mail server has not taken it for so long (RFC 5321 section 4.5.4.1: four to five days).
const GIVEN_UP: Nanos = 5 * NANOS_PER_DAY;

/// How long mails are kept that were sent or given up.
const KEPT: Nanos = 30 * NANOS_PER_DAY;

/// Looks from one time that old mails are taken away to the next.
const LOOKS_A_PRUNING: u64 = 720;

/// Sends until the server stops.
pub async fn run(platform: Arc<Platform>, smtp: Smtp) {
    let stop = platform.tasks.stopping();
    for round in 0_u64.. {
        let next = after(platform.clock.now(), LOOK);
        if round.is_multiple_of(LOOKS_A_PRUNING)
            && let Err(error) = outbox::prune(platform.db.writer(), platform.clock.now().saturating_sub(KEPT)).await
        {
            tracing::warn!(%error, "old mails could not be taken away");
        }
        let more = match look(&platform, &smtp).await {
            Ok(more) => more,
            Err(error) => {
                tracing::warn!(%error, "the outbox of mails cannot be read");
                false
            }
        };
        if more && !stop.is_cancelled() {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = platform.clock.sleep_until(next) => {}
        }
    }
}

/// Sends what is due. Says whether there may be more.
async fn look(platform: &Platform, smtp: &Smtp) -> Result<bool, DbErr> {
    let (db, now) = (platform.db.writer(), platform.clock.now());
    let due = outbox::due(platform.db.reader(), now, PAGE).await?;
    for mail in &due {
        if platform.tasks.stopping().is_cancelled() {
            return Ok(false);
        }
        if outbox::claim(db, mail, now.saturating_add(TRY)).await? {
            let sent = smtp.send(mail).await;
            outbox::conclude(db, conclusion(mail, sent, platform.clock.now())).await?;
        }
    }
    Ok(due.len() as u64 == PAGE)
}

/// What is to be written down of a try.
fn conclusion(mail: &Model, sent: Result<(), Refused>, now: Nanos) -> outbox::ActiveModel {
    let mut change = outbox::change(mail.id);
    let (error, for_good) = match sent {
        Ok(()) => {
            change.state = Set(state::SENT.to_owned());
            change.done_at = Set(Some(now));
            change.error = Set(None);
            return change;
        }
        Err(Refused::Now(error)) => (error, now.saturating_sub(mail.created_at) >= GIVEN_UP),
        Err(Refused::ForGood(error)) => (error, true),
    };
    tracing::warn!(mail = %mail.id, error, for_good, "a mail could not be sent");
    if for_good {
        change.state = Set(state::FAILED.to_owned());
        change.done_at = Set(Some(now));
    }
    change.next_at = Set(now.saturating_add(wait(mail.attempts)));
    change.error = Set(Some(error));
    change
}

/// How long to wait after so many tries before.
fn wait(attempts: i32) -> Nanos {
    tasks::wait(FIRST_WAIT, attempts, LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_six_hours() {
        let minutes: Vec<i64> = [0, 1, 2, 8, 9, 100].map(|attempts| wait(attempts) / FIRST_WAIT).to_vec();
        assert_eq!(minutes, [1, 2, 4, 256, 360, 360]);
    }
}

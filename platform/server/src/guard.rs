//! The guard against rollback: the newest checkpoint is also kept where whoever restores the store does not bring back an
//! older one along with it. A store that does not go on from what is kept there is not started with.

mod place;

use std::sync::Arc;
use std::time::Duration;

use argus_audit_log::proof::{checkpoint, head_at, keys};
use argus_audit_proof::note::{Checkpoint, PublicKey, open};
use argus_audit_proof::path::Head;
use argus_core::app::Platform;
use argus_core::audit::{Record, outbox};
use argus_core::clock::{Clock, Ids};
use argus_core::config::Settings;
use argus_core::db::Db;
use argus_core::directory::Directory;
use serde_json::json;

use self::place::{Failure, Kept, Place};
use crate::{ServerError, log_key, migrate, store};

/// Between two looks whether there is a newer checkpoint: so much of the log, at most, can be taken away unseen.
const EVERY: Duration = Duration::from_secs(1);

/// How often it is tried to be the one who writes, where several nodes do at the same time.
const TRIES: usize = 3;

/// What keeps the newest checkpoint.
pub struct Guard(Place);

/// What is wrong with a store, as far as the guard can tell.
enum Wrong {
    /// It has fewer leaves than were signed.
    Older { kept: u64, now: u64 },
    /// It has as many, but others.
    Another { kept: u64 },
    /// What is kept was signed by nobody whom the log knows.
    Stranger,
}

impl Wrong {
    fn text(&self, place: &Place) -> String {
        let what = match self {
            Self::Older { kept, now } => {
                format!(
                    "the log had {kept} events once, and has {now} now: an older copy of it was restored, or its end cut off"
                )
            }
            Self::Another { kept } => format!("the first {kept} events of the log are not those that were signed once"),
            Self::Stranger => {
                "the checkpoint that is kept there was signed with no key of this log: it is of another one, or the \
                log was restored as it was before its key was made"
                    .to_owned()
            }
        };
        format!(
            "{place}: {what}. Bring back the newer store; where there is none, `argus accept-rollback --reason TEXT` goes on from \
             this one, and the log will say so"
        )
    }
}

impl Guard {
    /// As the settings say where.
    ///
    /// # Errors
    /// Which setting cannot be used.
    pub fn of(settings: &Settings) -> Result<Self, ServerError> {
        Place::of(settings).map(Self).map_err(ServerError::Settings)
    }

    /// That the store goes on from what is kept.
    ///
    /// # Errors
    /// When it does not, and when that cannot be known.
    pub async fn check(&self, db: &Db) -> Result<(), ServerError> {
        self.require(db, self.read().await?.note.as_deref()).await
    }

    /// Fails where a store does not go on from a checkpoint that is kept.
    async fn require(&self, db: &Db, kept: Option<&str>) -> Result<(), ServerError> {
        match judge(db, kept).await? {
            None => Ok(()),
            Some(wrong) => Err(ServerError::File(wrong.text(&self.0))),
        }
    }

    /// Keeps the newest checkpoint, until the server stops and once more then.
    pub async fn run(self, platform: Arc<Platform>) {
        let (stop, mut last) = (platform.tasks.stopping(), String::new());
        loop {
            let stops = stop.is_cancelled();
            match self.keep(&platform.db, &last).await {
                Ok(note) => last = note,
                Err(error) => tracing::warn!(%error, "the newest checkpoint is not kept by the guard of the log"),
            }
            if stops {
                return;
            }
            let _ = tokio::time::timeout(EVERY, stop.cancelled()).await;
        }
    }

    /// Keeps the newest checkpoint, unless it is `last`; gives it.
    async fn keep(&self, db: &Db, last: &str) -> Result<String, ServerError> {
        let note = checkpoint(db).await?;
        if note == last {
            return Ok(note);
        }
        for _ in 0..TRIES {
            let kept = self.read().await?;
            // Asked for afterwards: whatever another node keeps is of this store's past then.
            let note = checkpoint(db).await?;
            if kept.note.as_ref() == Some(&note) {
                return Ok(note);
            }
            self.require(db, kept.note.as_deref()).await?;
            match self.0.write(&note, &kept).await {
                Ok(()) => return Ok(note),
                Err(Failure::Taken) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Err(Failure::Taken.into())
    }

    async fn read(&self) -> Result<Kept, ServerError> {
        Ok(self.0.read().await?)
    }
}

impl From<Failure> for ServerError {
    fn from(failure: Failure) -> Self {
        Self::File(failure.to_string())
    }
}

/// What is wrong with a store by a checkpoint that it had once; nothing where none is kept.
async fn judge(db: &Db, kept: Option<&str>) -> Result<Option<Wrong>, ServerError> {
    let Some(note) = kept else { return Ok(None) };
    let Some(kept) = head(note, &keys(db.reader()).await?) else { return Ok(Some(Wrong::Stranger)) };
    Ok(match head_at(db, kept.size).await? {
        None => {
            let now = head(&checkpoint(db).await?, &keys(db.reader()).await?);
            Some(Wrong::Older { kept: kept.size, now: now.map_or(0, |now| now.size) })
        }
        Some(now) if now != kept => Some(Wrong::Another { kept: kept.size }),
        Some(_) => None,
    })
}

fn head(note: &str, keys: &[PublicKey]) -> Option<Head> {
    let text = open(note, keys).ok()?;
    Checkpoint::parse(text).map(|checkpoint| checkpoint.head)
}

/// Goes on from the store as it is, although the guard knows of a newer one. The log gets an event that says so, with what was
/// kept and what is there. No node may run meanwhile. False when there was nothing to accept.
///
/// # Errors
/// When the store or the guard cannot be used; where the guard could not be written, the event is there all the same.
pub async fn accept(settings: &Settings, clock: &Clock, reason: &str) -> Result<bool, ServerError> {
    let guard = Guard::of(settings)?;
    let (db, _lock) = store::open(settings).await?;
    let accepted = store::in_turn(&db, async || {
        migrate::run(&db).await?;
        let signer = log_key::load(&db, settings, clock, &Ids::new(clock.clone())).await?;
        let kept = guard.read().await?;
        if judge(&db, kept.note.as_deref()).await?.is_none() {
            return Ok(false);
        }
        let root = Directory::new(db.clone()).tree().await?.root();
        let note = checkpoint(&db).await?;
        let transaction = db.begin().await?;
        let record = Record::of_argus(clock.now(), root, "argus_log_rollback_accept", "APPROVE");
        let (before, after) = (json!({ "checkpoint": kept.note }), json!({ "checkpoint": note, "reason": reason }));
        let record = record.about("LOG", signer.public().name, Some(before), Some(after));
        outbox::add(&transaction, &record).await?;
        transaction.commit().await?;
        guard.0.write(&note, &kept).await?;
        Ok(true)
    });
    let accepted = accepted.await;
    db.close().await;
    accepted
}

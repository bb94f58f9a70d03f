//! One attempt at a job, by the node that holds it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use argus_core::app::Platform;
use argus_core::clock::{NANOS_PER_SECOND, Nanos};
use argus_core::error::ApiError;
use argus_core::tasks;
use argus_mail::outbox;
use sea_orm::prelude::Uuid;
use sea_orm::{ActiveModelTrait, EntityTrait, Set};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::file::{self, Kept, Part, make_folder, remove_parts};
use crate::job::{ActiveModel, Entity, Model, destination, state};
use crate::kind::{Failure, Kind, Progress};
use crate::runner::LEASE;
use crate::store::{self, MOST_ATTEMPTS};
use crate::{letter, told};

/// How often it is written down how far the job is, and that somebody has it.
const BEAT: Duration = Duration::from_secs(2);

/// The wait after the first attempt that failed; each is twice the one before.
const WAIT: Nanos = 10 * NANOS_PER_SECOND;

/// A job and who runs it.
pub struct Attempt {
    pub platform: Arc<Platform>,
    pub kind: Arc<dyn Kind>,
    pub job: Model,
    pub holder: Uuid,
    pub cancelled: CancellationToken,
}

impl Attempt {
    /// Runs the job to an end, whichever.
    pub async fn run(self) {
        let (progress, stop) = (Progress::default(), self.platform.tasks.stopping());
        let made = tokio::select! {
            made = self.make(&progress) => made,
            () = self.cancelled.cancelled() => return,
            () = self.hold(&progress) => return,
            () = stop.cancelled() => return self.give_back().await,
        };
        // From here on to the end: a file that has its name must be somebody's.
        let kept = match made {
            Ok(part) => self.keep(part).await,
            Err(failure) => Err(failure),
        };
        let concluded = match kept {
            Ok(kept) => self.complete(kept, progress.rows().0).await,
            Err(failure) => self.fail(failure).await,
        };
        if let Err(error) = concluded {
            // It is still this node's, and will be begun again when it is not any more.
            tracing::warn!(%error, job = %self.job.id, "the end of a job cannot be written down");
        }
    }

    async fn make(&self, progress: &Progress) -> Result<Part, Failure> {
        if self.job.attempts > MOST_ATTEMPTS {
            let text = format!("It was begun {MOST_ATTEMPTS} times and never came to its end");
            return Err(Failure::ForGood(text));
        }
        self.require_maker().await?;
        let (folder, id, holder) = (self.platform.settings.exports_folder(), self.job.id, self.holder);
        let begin = move || {
            make_folder(&folder)?;
            remove_parts(&folder, id);
            Part::begin(&folder, id, holder)
        };
        let part = spawn_blocking(begin).await.map_err(ApiError::internal)??;
        self.kind.write(&self.platform, &self.job, part, progress).await
    }

    async fn keep(&self, part: Part) -> Result<Kept, Failure> {
        let path = self.path()?;
        Ok(spawn_blocking(move || part.keep(&path)).await.map_err(ApiError::internal)??)
    }

    /// Where the file is to be.
    fn path(&self) -> Result<PathBuf, ApiError> {
        Ok(file::path(&self.platform.settings.exports_folder(), self.job.id, self.job.format()?))
    }

    /// Sees that whoever made the job may still have what it gives.
    async fn require_maker(&self) -> Result<(), Failure> {
        let (directory, function) = (&self.platform.directory, self.kind.function());
        directory.sync().await?;
        let gone = || Failure::ForGood("Whoever made this is not let in any more".to_owned());
        let maker = directory.user(self.job.created_by).await?.ok_or_else(gone)?;
        if directory.shuts_out(&maker).await? {
            return Err(gone());
        }
        let customers = directory.rights(maker.id).await?.customers_for(function);
        if !self.job.is_within(&customers)? || customers.is_empty() {
            let text = format!("Whoever made this has no longer the function {function} on all of its customers");
            return Err(Failure::ForGood(text));
        }
        Ok(())
    }

    /// Says that this node has the job, until it has not.
    async fn hold(&self, progress: &Progress) {
        loop {
            self.platform.clock.sleep(BEAT).await;
            let (rows, rows_total) = progress.rows();
            let change = ActiveModel {
                rows: Set(rows),
                rows_total: Set(rows_total),
                lease_until: Set(Some(self.platform.clock.now().saturating_add(LEASE))),
                ..Default::default()
            };
            match store::change(self.platform.db.writer(), self.job.id, self.holder, change).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, job = %self.job.id, "a job cannot be held"),
            }
        }
    }

    /// The server stops: the job waits again, as if it had not been begun.
    async fn give_back(&self) {
        let change = ActiveModel {
            state: Set(state::PENDING.to_owned()),
            attempts: Set(self.job.attempts - 1),
            holder: Set(None),
            lease_until: Set(None),
            rows: Set(0),
            ..Default::default()
        };
        if let Err(error) = store::change(self.platform.db.writer(), self.job.id, self.holder, change).await {
            tracing::warn!(%error, job = %self.job.id, "a job cannot be given back");
        }
    }

    async fn complete(&self, kept: Kept, rows: i64) -> Result<(), ApiError> {
        let (platform, now) = (&self.platform, self.platform.clock.now());
        let mut done = Model {
            state: state::COMPLETED.to_owned(),
            rows,
            rows_total: Some(rows),
            size_bytes: i64::try_from(kept.size).ok(),
            sha256: Some(kept.sha256),
            completed_at: Some(now),
            expires_at: Some(now.saturating_add(platform.settings.exports.kept.nanos())),
            holder: None,
            lease_until: None,
            ..self.job.clone()
        };
        let transaction = platform.db.begin().await?;
        if done.destination == destination::EMAIL {
            let letter = letter::of(platform, &*self.kind, &done)?;
            done.mail_id = Some(outbox::add(&transaction, &platform.ids, now, letter).await?);
        }
        let change = ActiveModel::from(done.clone()).reset_all();
        if !store::change(&transaction, done.id, self.holder, change).await? {
            transaction.rollback().await?;
            return self.unwanted().await;
        }
        transaction.commit().await?;
        tracing::info!(job = %done.id, kind = %done.kind, rows, bytes = kept.size, "a job is completed");
        told::tell(platform, &*self.kind, &done).await
    }

    /// A file that came too late: whoever holds the job now makes its own, under the same name.
    async fn unwanted(&self) -> Result<(), ApiError> {
        let job = Entity::find_by_id(self.job.id).one(self.platform.db.reader()).await?;
        if job.is_none_or(|job| job.state != state::RUNNING && job.state != state::COMPLETED) {
            file::remove(&self.path()?);
        }
        Ok(())
    }

    async fn fail(&self, failure: Failure) -> Result<(), ApiError> {
        let now = self.platform.clock.now();
        let (text, again) = match failure {
            Failure::ForGood(text) => (text, false),
            Failure::Passing(text) => (text, self.job.attempts < MOST_ATTEMPTS),
        };
        tracing::warn!(job = %self.job.id, kind = %self.job.kind, error = text, again, "a job failed");
        let change = ActiveModel {
            state: Set(if again { state::PENDING } else { state::FAILED }.to_owned()),
            due_at: Set(now.saturating_add(tasks::wait(WAIT, self.job.attempts - 1, Nanos::MAX))),
            completed_at: Set((!again).then_some(now)),
            holder: Set(None),
            lease_until: Set(None),
            error: Set(Some(text)),
            ..Default::default()
        };
        store::change(self.platform.db.writer(), self.job.id, self.holder, change).await?;
        Ok(())
    }
}

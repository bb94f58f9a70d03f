//! What is left of jobs: files that are due to go, ends that the log was not told of, rows of long ago.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use argus_core::app::Platform;
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::error::ApiError;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::job::{ActiveModel, Column, Entity, Model, state};
use crate::kind::Kind;
use crate::{file, store, told};

/// Jobs of one look.
const PAGE: u64 = 100;

/// How long jobs are known that came to their end.
const KNOWN: Nanos = 400 * NANOS_PER_DAY;

/// Does what is due. What fails is tried again the next time.
pub async fn keep(platform: &Platform, kinds: &[Arc<dyn Kind>], prune: bool) {
    if let Err(error) = expire(platform).await {
        tracing::warn!(%error, "files of jobs that are over cannot be taken away");
    }
    if let Err(error) = tell(platform, kinds).await {
        tracing::warn!(%error, "the log cannot be told of the end of jobs");
    }
    if prune && let Err(error) = forget(platform).await {
        tracing::warn!(%error, "old jobs cannot be forgotten");
    }
}

/// Takes files away whose time is over.
async fn expire(platform: &Platform) -> Result<(), ApiError> {
    let (db, folder) = (&platform.db, platform.settings.exports_folder());
    let over = Entity::find()
        .filter(Column::State.eq(state::COMPLETED))
        .filter(Column::ExpiresAt.lte(platform.clock.now()))
        .order_by_asc(Column::ExpiresAt)
        .limit(PAGE);
    for job in over.all(db.reader()).await? {
        let expired = ActiveModel { state: Set(state::EXPIRED.to_owned()), ..Default::default() };
        let completed = Column::State.eq(state::COMPLETED);
        let this = Entity::update_many().set(expired).filter(Column::Id.eq(job.id)).filter(completed);
        this.exec(db.writer()).await?;
        file::remove(&file::path(&folder, job.id, job.format()?));
    }
    Ok(())
}

/// Tells the log what it was not told because the process ended, or the log could not be written, just then.
async fn tell(platform: &Platform, kinds: &[Arc<dyn Kind>]) -> Result<(), ApiError> {
    let untold = Entity::find()
        .filter(Column::State.is_in([state::COMPLETED, state::EXPIRED]))
        .filter(Column::Told.eq(false))
        .limit(PAGE);
    for job in untold.all(platform.db.reader()).await? {
        if let Some(kind) = store::kind_of(kinds, &job) {
            told::tell(platform, &**kind, &job).await?;
        }
    }
    Ok(())
}

async fn forget(platform: &Platform) -> Result<(), DbErr> {
    let ended = Column::State.is_in([state::FAILED, state::CANCELLED, state::EXPIRED]);
    let long_ago = Column::CreatedAt.lt(platform.clock.now().saturating_sub(KNOWN));
    Entity::delete_many().filter(ended).filter(long_ago).exec(platform.db.writer()).await.map(|_| ())
}

/// Takes files away that belong to no job which is completed, or being run: what a process left that ended without a word.
pub async fn sweep(platform: &Platform) -> Result<(), DbErr> {
    let Ok(files) = std::fs::read_dir(platform.settings.exports_folder()) else { return Ok(()) };
    let files: Vec<PathBuf> = files.flatten().map(|entry| entry.path()).collect();
    for path in files {
        let Some(id) = file::job_of(&path) else { continue };
        let job = Entity::find_by_id(id).one(platform.db.reader()).await?;
        if !job.is_some_and(|job| wants(&job, &path)) {
            file::remove(&path);
        }
    }
    Ok(())
}

fn wants(job: &Model, path: &Path) -> bool {
    let whole = !file::is_part(path);
    job.state == state::RUNNING || (job.state == state::COMPLETED && whole)
}

//! Files that hold what was erased since.

use argus_core::app::Platform;
use argus_core::error::ApiError;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::job::{ActiveModel, Column, Entity, Model, state};
use crate::{Jobs, file};

/// Takes away the files that can hold events of those customers from a place of the log on, and begins anew what is being made:
/// values of these events were erased.
///
/// # Errors
/// When the store fails.
pub async fn forget(platform: &Platform, jobs: &Jobs, customers: &[i64], from: i64) -> Result<(), ApiError> {
    let held = Entity::find().filter(Column::State.is_in([state::COMPLETED, state::RUNNING]));
    for job in held.filter(Column::Snapshot.gt(from)).all(platform.db.reader()).await? {
        let seen = job.customers()?;
        if customers.iter().any(|customer| seen.contains(*customer)) {
            end(platform, jobs, &job).await?;
        }
    }
    Ok(())
}

async fn end(platform: &Platform, jobs: &Jobs, job: &Model) -> Result<(), ApiError> {
    let change = match job.state.as_str() {
        state::COMPLETED => ActiveModel { state: Set(state::EXPIRED.to_owned()), ..Default::default() },
        _ => ActiveModel {
            state: Set(state::PENDING.to_owned()),
            holder: Set(None),
            lease_until: Set(None),
            rows: Set(0),
            ..Default::default()
        },
    };
    let this = Entity::update_many().set(change).filter(Column::Id.eq(job.id)).filter(Column::State.eq(&job.state));
    this.exec(platform.db.writer()).await?;
    jobs.cancel(job.id);
    file::take_away(&platform.settings.exports_folder(), job.id, job.format()?).await;
    jobs.wake();
    Ok(())
}

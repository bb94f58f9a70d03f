//! Making reports that are due.

use std::sync::Arc;
use std::time::Duration;

use argus_audit_jobs::store::{self as jobs_store, Maker, New};
use argus_audit_jobs::{Format, Jobs};
use argus_core::app::Platform;
use argus_core::audit::{Record, outbox};
use argus_core::clock::{Nanos, after};
use argus_core::error::ApiError;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::{Column, Entity, Model};
use crate::job::{REPORT, Spec};

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(20);

/// Schedules of one look.
const PAGE: u64 = 100;

/// What made such a report, in the words of the log.
const OPERATION: &str = "audit_v1_report_schedule_run";

/// Begins to make reports that are due, until the server stops; `function` is what it takes.
pub fn start(platform: &Arc<Platform>, jobs: &Arc<Jobs>, function: &'static str) {
    let runner = Runner { platform: platform.clone(), jobs: jobs.clone(), function };
    platform.tasks.spawn(runner.run());
}

struct Runner {
    platform: Arc<Platform>,
    jobs: Arc<Jobs>,
    function: &'static str,
}

impl Runner {
    async fn run(self) {
        let stop = self.platform.tasks.stopping();
        loop {
            let next = after(self.platform.clock.now(), LOOK);
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "schedules of reports cannot be looked at");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.platform.clock.sleep_until(next) => {}
            }
        }
    }

    async fn look(&self) -> Result<(), ApiError> {
        let now = self.platform.clock.now();
        let due = Entity::find().filter(Column::Enabled.eq(true)).filter(Column::NextAt.lte(now));
        let due = due.order_by_asc(Column::NextAt).order_by_asc(Column::Id).limit(PAGE);
        for schedule in due.all(self.platform.db.reader()).await? {
            let id = schedule.id;
            if let Err(error) = self.make(schedule, now).await {
                // It stays due, and is tried at the next look.
                tracing::warn!(%error, schedule = %id, "a report that is due cannot be made");
            }
        }
        Ok(())
    }

    /// Makes the report of what was over last. However long nobody looked, it is one: those before it are not made up for.
    async fn make(&self, schedule: Model, now: Nanos) -> Result<(), ApiError> {
        let (platform, every) = (&self.platform, schedule.every()?);
        let period = every.finished(now);
        let spec = Spec {
            report_type: schedule.report_type.clone(),
            start: period.start,
            end: period.end,
            include_stats: schedule.include_stats,
            customer: schedule.target_customer,
            schedule: Some(schedule.id),
        };
        platform.directory.sync().await?;
        let makers = platform.directory.rights(schedule.created_by).await?.customers_for(self.function);
        let (fixed, held) = (spec.customers(&schedule.customers()?), spec.customers(&makers));
        // Without rights the job fails and says why, which is better than none.
        let customers = Some(fixed.and(&held)).filter(|customers| !customers.is_empty()).unwrap_or(fixed);
        let format = Format::parse(&schedule.format)
            .ok_or_else(|| ApiError::internal(format!("the format {} is not known", schedule.format)))?;
        let request = serde_json::to_value(spec).map_err(ApiError::internal)?;
        let new = New { kind: REPORT, format, customers, email: schedule.email.clone(), request };
        let maker = Maker { user_id: schedule.created_by, customer_id: schedule.customer_id, at: now };
        let transaction = platform.db.begin().await?;
        // Whoever moves the time on makes the report: one node does, once.
        let taken = Entity::update_many()
            .col_expr(Column::NextAt, Expr::value(every.next(now)))
            .filter(Column::Id.eq(schedule.id))
            .filter(Column::NextAt.eq(schedule.next_at))
            .filter(Column::Enabled.eq(true))
            .exec(&transaction)
            .await?;
        if taken.rows_affected == 0 {
            transaction.rollback().await?;
            return Ok(());
        }
        let job = match jobs_store::add_for(&transaction, platform, maker, new).await {
            Ok(job) => job,
            Err(error) => {
                transaction.rollback().await?;
                return Err(error);
            }
        };
        let after = json!({ "schedule": schedule.id, "format": job.format, "destination": job.destination });
        let record = Record::of_argus(now, schedule.customer_id, OPERATION, "EXPORT");
        outbox::add(&transaction, &record.about(REPORT, job.id.to_string(), None, Some(after))).await?;
        transaction.commit().await?;
        platform.trail.committed();
        self.jobs.wake();
        tracing::info!(schedule = %schedule.id, job = %job.id, "a report was begun by its schedule");
        Ok(())
    }
}

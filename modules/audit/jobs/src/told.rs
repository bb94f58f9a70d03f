//! The event that a job is completed: once in the log, whatever happened between.

use argus_audit_log::event::{self, flag};
use argus_audit_log::idempotency::Key;
use argus_audit_log::record::{empty, folded};
use argus_audit_log::{AuditLog, Outcome, Submission, derive};
use argus_core::app::Platform;
use argus_core::error::ApiError;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use crate::job::{ActiveModel, Column, Entity, Model};
use crate::kind::Kind;

/// What the event does, in the words of the log.
const VERB: &str = "EXPORT";

/// Tells the log, if it was not told yet.
pub async fn tell(platform: &Platform, kind: &dyn Kind, job: &Model) -> Result<(), ApiError> {
    let log = platform.services.get::<AuditLog>().ok_or_else(|| ApiError::internal("there is no log"))?;
    // No client can name such a key: its own ones have a method and a path.
    let fingerprint = job.sha256.clone().unwrap_or_default();
    let key = Key::new(job.created_by, "", kind.completed(), &job.id.to_string(), fingerprint);
    let event = event_of(platform, kind, job).await?;
    match log.submit(Submission::atomic(vec![event]).under(Some(key))).await? {
        Outcome::Written(_) | Outcome::Replay(_) => {}
        Outcome::Conflict(_) | Outcome::KeyTaken => {
            tracing::error!(job = %job.id, "the log was told otherwise of the end of a job");
        }
    }
    let told = ActiveModel { told: Set(true), ..Default::default() };
    Entity::update_many().set(told).filter(Column::Id.eq(job.id)).exec(platform.db.writer()).await?;
    Ok(())
}

async fn event_of(platform: &Platform, kind: &dyn Kind, job: &Model) -> Result<event::Model, ApiError> {
    let maker = platform.directory.user(job.created_by).await?.map(|maker| maker.short_name.clone());
    let metadata = json!({
        "format": job.format,
        "rows": job.rows,
        "sizeBytes": job.size_bytes,
        "sha256": job.sha256,
        "destination": job.destination,
    });
    let named = || Some(kind.completed().to_owned());
    let mut row = event::Model {
        id: platform.ids.uuid(),
        customer_id: job.customer_id,
        timestamp: job.completed_at.unwrap_or_else(|| platform.clock.now()),
        created_by_user: Some(job.created_by),
        dialect: "internal".to_owned(),
        category: Some("argus".to_owned()),
        event_type: named(),
        event_name: named(),
        action: named(),
        verb: Some(VERB.to_owned()),
        access_type: derive::access_type(VERB).map(str::to_owned),
        status: Some("SUCCESS".to_owned()),
        outcome: "SUCCESS".to_owned(),
        actor_type: Some("USER".to_owned()),
        actor_id: maker.clone(),
        actor_name: maker,
        target_type: Some(job.kind.clone()),
        target_id: Some(job.id.to_string()),
        metadata: Some(metadata.to_string()),
        flags: flag::INTERNAL | flag::of_verb(Some(VERB)),
        ..empty()
    };
    row.folded = folded(&row);
    Ok(row)
}

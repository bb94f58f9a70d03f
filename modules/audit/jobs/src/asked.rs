//! Jobs as callers ask for them: made, ended and looked at, changes with the record of the request.

use std::collections::HashMap;

use argus_core::app::Platform;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_mail::outbox;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};

use crate::job::Model;
use crate::{Jobs, file, store};

/// Makes a job, with the record of the request.
///
/// # Errors
/// 503 while too many wait; when the store fails.
pub async fn add(caller: &RequestContext, jobs: &Jobs, new: store::New) -> Result<Model, ApiError> {
    let made = caller.change(async |transaction| {
        let made = store::add(transaction, caller, new).await?;
        let after = json!({ "format": made.format, "destination": made.destination, "email": made.email,
            "request": serde_json::from_str::<Value>(&made.request).unwrap_or_default() });
        let record = caller.record().about(&made.kind, made.id.to_string(), None, Some(after));
        Ok((made, record))
    });
    let made = made.await?;
    jobs.wake();
    Ok(made)
}

/// Ends a job, with the record of the request.
///
/// # Errors
/// 412 when there is nothing left to end; when the store fails.
pub async fn end(caller: &RequestContext, jobs: &Jobs, job: Model) -> Result<Model, ApiError> {
    let ended = caller.change(async |transaction| {
        let ended = store::end(transaction, job.id, caller.platform.clock.now()).await?;
        let (before, after) = (json!({ "state": job.state }), json!({ "state": ended.state }));
        let record = caller.record().about(&job.kind, job.id.to_string(), Some(before), Some(after));
        Ok((ended, record))
    });
    let ended = ended.await?;
    jobs.cancel(ended.id);
    file::take_away(&caller.platform.settings.exports_folder(), ended.id, ended.format()?).await;
    Ok(ended)
}

/// What became of the mails with the files of jobs.
pub struct Deliveries(HashMap<Uuid, String>);

impl Deliveries {
    /// Of those jobs.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(platform: &Platform, jobs: &[Model]) -> Result<Self, ApiError> {
        let mails = jobs.iter().filter_map(|job| job.mail_id).collect::<Vec<_>>();
        let mut states = HashMap::new();
        for mails in mails.chunks(1_000) {
            let find = outbox::Entity::find().select_only().column(outbox::Column::Id).column(outbox::Column::State);
            let find = find.filter(outbox::Column::Id.is_in(mails.iter().copied()));
            states.extend(find.into_tuple::<(Uuid, String)>().all(platform.db.reader()).await?);
        }
        Ok(Self(states))
    }

    /// Of one of them, as a state of the outbox; none where there is no mail.
    #[must_use]
    pub fn get(&self, job: &Model) -> Option<&str> {
        self.0.get(&job.mail_id?).map(String::as_str)
    }
}

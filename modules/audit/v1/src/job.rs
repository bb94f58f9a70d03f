//! What exports and reports have in common: both are jobs that make a file.

use std::collections::HashMap;

use argus_audit_jobs::job::Model;
use argus_audit_jobs::{Jobs, file, store};
use argus_core::access::Caller;
use argus_core::app::Platform;
use argus_core::error::{ApiError, FieldErrors};
use argus_mail::outbox;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};

use crate::model::{Delivery, Destination, DestinationType};
use crate::{ExportAuditEvents, mail};

/// Whoever may have files made.
pub type Exporter = Caller<ExportAuditEvents>;

/// To whom the file is sent, if it is. What is wrong with it goes into `errors`.
pub fn recipient(sent: Option<Destination>, errors: &mut FieldErrors) -> Option<String> {
    let sent = sent?;
    if sent.kind.unwrap_or_default() != DestinationType::Email {
        return None;
    }
    let email = sent.email.unwrap_or_default();
    if !argus_mail::check(&email) && !errors.has("destination.email") {
        errors.add("destination.email", "invalid.field.value", "Must be one address of e-mail");
    }
    Some(email)
}

/// The same, as it is printed.
pub fn sent_to(email: Option<String>) -> Destination {
    let kind = if email.is_some() { DestinationType::Email } else { DestinationType::Download };
    Destination { kind: Some(kind), email }
}

/// Makes a job, with the record of the request.
///
/// # Errors
/// 503 while too many wait; when the store fails.
pub async fn add(caller: &Exporter, jobs: &Jobs, new: store::New) -> Result<Model, ApiError> {
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
pub async fn end(caller: &Exporter, jobs: &Jobs, job: Model) -> Result<Model, ApiError> {
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

    /// Of one of them; none where there is no mail.
    pub fn get(&self, job: &Model) -> Option<Delivery> {
        self.0.get(&job.mail_id?).map(|state| mail::state_of(state))
    }
}

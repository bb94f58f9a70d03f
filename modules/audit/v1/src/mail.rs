//! Mails, as they can be looked at.

use std::sync::LazyLock;

use argus_core::access::Caller;
use argus_core::clock::millis;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::search::{Draft, Fields, Kind, Searchable};
use argus_mail::outbox::{Column, Entity, Model, state};

use crate::ExportAuditEvents;
use crate::criteria::names;
use crate::model::{Mail, MailState};

/// Mails, as the search criteria see them.
pub struct Mails;

impl Searchable for Mails {
    type Entity = Entity;
    const NAME: &'static str = "Mail";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            let states = Kind::Words(&[state::QUEUED, state::SENT, state::FAILED]);
            Fields::new("id", Column::Id)
                .filter("state", Column::State, states, "What became of it")
                .filter("purpose", Column::Purpose, Kind::Text, "What it is sent for")
                .filter("recipient", Column::Recipient, Kind::Text, "To whom")
                .filter("customer", Column::CustomerId, Kind::Customer, "Whose affair it is, by id or short name")
                .time("createdTimestamp", Column::CreatedAt)
                .time("doneTimestamp", Column::DoneAt)
                .default_times(&["createdTimestamp"])
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("doneTimestamp", Column::DoneAt)
                .sort("state", Column::State)
                .sort("recipient", Column::Recipient)
                .default_sort(&["-createdTimestamp"])
        });
        &FIELDS
    }
}

/// The mails that the criteria select, of the caller's customers.
///
/// # Errors
/// 412 as the criteria say.
pub async fn list(caller: &Caller<ExportAuditEvents>, draft: &Draft<Mails>) -> Result<Many<Mail>, ApiError> {
    let criteria = draft.resolve(&names(caller)).await?;
    let mut page = caller.page(&criteria, caller.scope().condition(Column::CustomerId)).await?;
    let tree = caller.platform.directory.tree().await?;
    let shown = |row: Model| Mail {
        id: row.id,
        customer: tree.customer_info(row.customer_id),
        purpose: row.purpose,
        recipient: row.recipient,
        subject: row.subject,
        next_timestamp: (row.state == state::QUEUED).then_some(millis(row.next_at)),
        state: state_of(&row.state),
        attempts: row.attempts,
        created_timestamp: millis(row.created_at),
        done_timestamp: row.done_at.map(millis),
        error: row.error,
    };
    let data = std::mem::take(&mut page.rows).into_iter().map(shown).collect();
    Ok(Many::of::<Model>(page, data))
}

/// A state, as it is printed.
pub fn state_of(stored: &str) -> MailState {
    match stored {
        state::SENT => MailState::Sent,
        state::FAILED => MailState::Failed,
        _ => MailState::Queued,
    }
}

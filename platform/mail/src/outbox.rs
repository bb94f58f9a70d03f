//! The outbox: a table of mails, each with what became of it.

use std::path::PathBuf;

use argus_core::clock::{Ids, Nanos};
use argus_core::error::ApiError;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

/// Mails that may wait at the same time; while there are so many, none comes in.
pub const MOST_WAITING: u64 = 10_000;

/// States of a mail, as they are stored and printed.
pub mod state {
    /// Waits, for its turn or for a mail server in the settings.
    pub const QUEUED: &str = "QUEUED";
    /// The mail server took it.
    pub const SENT: &str = "SENT";
    /// The mail server refused it for good, or did not take it for days.
    pub const FAILED: &str = "FAILED";
}

/// A mail in the outbox. Times are ns since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    /// Identifier; also that of the message (`Message-ID`), so that one that is sent twice is known.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The customer whose affair it is.
    pub customer_id: i64,
    /// Since when it is there.
    pub created_at: Nanos,
    /// What it is sent for: `audit.export.completed`, ...
    pub purpose: String,
    /// To whom.
    pub recipient: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// A file that goes with it.
    pub attachment_path: Option<String>,
    /// How the file is called in the mail.
    pub attachment_name: Option<String>,
    /// Its media type.
    pub attachment_type: Option<String>,
    /// One of [`state`].
    pub state: String,
    /// How often it was tried to be sent.
    pub attempts: i32,
    /// Not before then.
    pub next_at: Nanos,
    /// When it was sent or given up.
    pub done_at: Option<Nanos>,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Message {
    /// The customer whose affair it is.
    pub customer_id: i64,
    /// What it is sent for, as events are named.
    pub purpose: &'static str,
    /// To whom: one address (see [`check`](crate::check)).
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// A file that goes with it. It has to stay until the mail is sent; if it is gone by then, the mail goes without.
    pub attachment: Option<Attachment>,
}

/// A file that goes with a mail.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Where it is.
    pub path: PathBuf,
    /// How it is called in the mail.
    pub name: String,
    /// Its media type.
    pub media_type: String,
}

/// Puts a mail into the outbox, in the transaction of what it is about. Gives its identifier.
///
/// # Errors
/// 503 while too many wait, and when the store fails.
pub async fn add(db: &impl ConnectionTrait, ids: &Ids, now: Nanos, message: Message) -> Result<Uuid, ApiError> {
    if Entity::find().filter(Column::State.eq(state::QUEUED)).count(db).await? >= MOST_WAITING {
        return Err(ApiError::unavailable());
    }
    let id = ids.uuid();
    let (path, name, media_type) = match message.attachment {
        Some(Attachment { path, name, media_type }) => {
            (Some(path.to_string_lossy().into_owned()), Some(name), Some(media_type))
        }
        None => (None, None, None),
    };
    let row = Model {
        id,
        customer_id: message.customer_id,
        created_at: now,
        purpose: message.purpose.to_owned(),
        recipient: message.to,
        subject: message.subject,
        body: message.body,
        attachment_path: path,
        attachment_name: name,
        attachment_type: media_type,
        state: state::QUEUED.to_owned(),
        attempts: 0,
        next_at: now,
        done_at: None,
        error: None,
    };
    Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(db).await?;
    Ok(id)
}

/// The mails that are due, the longest waiting first.
pub(crate) async fn due(db: &impl ConnectionTrait, now: Nanos, most: u64) -> Result<Vec<Model>, DbErr> {
    let due = Entity::find().filter(Column::State.eq(state::QUEUED)).filter(Column::NextAt.lte(now));
    due.order_by_asc(Column::NextAt).limit(most).all(db).await
}

/// Takes a mail, until `until`, for one try. False when another node has it.
pub(crate) async fn claim(db: &impl ConnectionTrait, mail: &Model, until: Nanos) -> Result<bool, DbErr> {
    let taken = Entity::update_many()
        .col_expr(Column::NextAt, until.into())
        .col_expr(Column::Attempts, (mail.attempts + 1).into())
        .filter(Column::Id.eq(mail.id))
        .filter(Column::State.eq(state::QUEUED))
        .filter(Column::Attempts.eq(mail.attempts))
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Writes down what became of a mail.
pub(crate) async fn conclude(db: &impl ConnectionTrait, mail: ActiveModel) -> Result<(), DbErr> {
    Entity::update(mail).exec(db).await.map(|_| ())
}

/// Takes mails away that were sent, or given up, before then.
pub(crate) async fn prune(db: &impl ConnectionTrait, before: Nanos) -> Result<(), DbErr> {
    let old = Entity::delete_many().filter(Column::State.ne(state::QUEUED)).filter(Column::DoneAt.lt(before));
    old.exec(db).await.map(|_| ())
}

/// What is to be changed of a mail.
pub(crate) fn change(id: Uuid) -> ActiveModel {
    ActiveModel { id: Set(id), ..Default::default() }
}

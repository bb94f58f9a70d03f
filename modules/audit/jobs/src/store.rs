//! Jobs in the store: making, finding, beginning and ending them.

use argus_audit_log::stream::head_on;
use argus_core::access::CustomerSet;
use argus_core::app::Platform;
use argus_core::clock::Nanos;
use argus_core::context::RequestContext;
use argus_core::db::Db;
use argus_core::error::ApiError;
use poem::http::StatusCode;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::Value;

use crate::job::{ActiveModel, Column, Entity, Model, destination, state};
use crate::{Format, Kind};

/// How often a job is begun before it is given up.
pub const MOST_ATTEMPTS: i32 = 5;

/// Seconds after which whoever found too many jobs waiting may come again.
const RETRY_AFTER: u64 = 60;

/// A job to be made.
pub struct New {
    /// What kind of job.
    pub kind: &'static str,
    /// What its file is to be.
    pub format: Format,
    /// The customers that it may see.
    pub customers: CustomerSet,
    /// To whom the file is sent, if it is.
    pub email: Option<String>,
    /// What is wanted; each kind has its own.
    pub request: Value,
}

/// In whose name a job is made, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maker {
    /// The user.
    pub user_id: i64,
    /// The user's customer.
    pub customer_id: i64,
    /// What the job's relative times count from.
    pub at: Nanos,
}

/// Makes a job of a caller, in the transaction of its record. It sees the log up to here.
///
/// # Errors
/// 503 while too many wait, and when the store fails.
pub async fn add(db: &DatabaseTransaction, context: &RequestContext, new: New) -> Result<Model, ApiError> {
    let principal = context.caller()?;
    let (user_id, customer_id) = (principal.user_id, principal.customer_id);
    add_for(db, &context.platform, Maker { user_id, customer_id, at: context.received }, new).await
}

/// The same, for whoever does not ask just now.
///
/// # Errors
/// 503 while too many wait, and when the store fails.
pub async fn add_for(db: &DatabaseTransaction, platform: &Platform, maker: Maker, new: New) -> Result<Model, ApiError> {
    let waiting = Entity::find().filter(Column::State.eq(state::PENDING)).count(db).await?;
    if waiting >= platform.settings.exports.most_waiting {
        let text = "Too many exports and reports wait for their turn; nothing was stored";
        let error = ApiError::action(StatusCode::SERVICE_UNAVAILABLE, "service.unavailable", text);
        return Err(ApiError { retry_after: Some(RETRY_AFTER), ..error });
    }
    let kept = if new.email.is_some() { destination::EMAIL } else { destination::DOWNLOAD };
    let row = Model {
        id: platform.ids.uuid(),
        kind: new.kind.to_owned(),
        state: state::PENDING.to_owned(),
        format: new.format.as_str().to_owned(),
        customer_id: maker.customer_id,
        created_by: maker.user_id,
        created_at: maker.at,
        destination: kept.to_owned(),
        email: new.email,
        request: new.request.to_string(),
        scope: new.customers.to_column(),
        // Whatever was acknowledged has a smaller number.
        snapshot: head_on(db).await?,
        attempts: 0,
        due_at: maker.at,
        holder: None,
        lease_until: None,
        rows: 0,
        rows_total: None,
        size_bytes: None,
        sha256: None,
        completed_at: None,
        expires_at: None,
        error: None,
        mail_id: None,
        told: false,
    };
    Entity::insert(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(db).await?;
    Ok(row)
}

/// The jobs of a kind that a caller may know of: its own, or all for whoever holds the kind's function at the root.
///
/// # Errors
/// 500 without a caller.
pub fn visible(context: &RequestContext, kind: &str, function: &str) -> Result<Condition, ApiError> {
    let own = only_of(context, function)?.map(|user| Column::CreatedBy.eq(user));
    Ok(Condition::all().add(Column::Kind.eq(kind)).add_option(own))
}

/// The user whose things alone a caller may know of, itself; none for whoever holds the function at the root.
///
/// # Errors
/// 500 without a caller.
pub fn only_of(context: &RequestContext, function: &str) -> Result<Option<i64>, ApiError> {
    let principal = context.caller()?;
    Ok((principal.customers_for(function) != CustomerSet::All).then_some(principal.user_id))
}

/// One of them.
///
/// # Errors
/// 404 when there is none.
pub async fn find(db: &impl ConnectionTrait, visible: Condition, id: &str, what: &str) -> Result<Model, ApiError> {
    let none = || ApiError::not_found(what);
    let id = Uuid::try_parse(id).map_err(|_| none())?;
    Entity::find().filter(visible).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(none)
}

/// Ends a job for whoever does not want it any more: one that is not at its end is cancelled, the file of a completed one is
/// to be taken away by the caller.
///
/// # Errors
/// 412 when there is nothing left to end; when the store fails.
pub async fn end(db: &DatabaseTransaction, id: Uuid, now: Nanos) -> Result<Model, ApiError> {
    // Whoever runs it cannot bring it to its end meanwhile.
    let job = Entity::find_by_id(id).lock_exclusive().one(db).await?;
    let job = job.ok_or_else(|| ApiError::internal("a job that was there is gone"))?;
    let ended = match job.state.as_str() {
        state::PENDING | state::RUNNING => {
            let (state, at) = (state::CANCELLED.to_owned(), Some(now));
            Model { state, completed_at: at, holder: None, lease_until: None, ..job }
        }
        state::COMPLETED => Model { state: state::EXPIRED.to_owned(), expires_at: Some(now), ..job },
        other => {
            let text = format!("There is nothing left to take away: it is {other}");
            return Err(ApiError::unmet("action.error", text));
        }
    };
    Entity::update(ActiveModel::from(ended.clone()).reset_all()).exec(db).await?;
    Ok(ended)
}

/// Jobs whose turn it is, the longest waiting first: those that wait, and those whose node has not been heard of.
pub(crate) async fn due(db: &Db, now: Nanos, most: u64) -> Result<Vec<Model>, DbErr> {
    let waiting = Condition::all().add(Column::State.eq(state::PENDING)).add(Column::DueAt.lte(now));
    let lost = Condition::all().add(Column::State.eq(state::RUNNING)).add(Column::LeaseUntil.lt(now));
    let due = Entity::find().filter(Condition::any().add(waiting).add(lost));
    due.order_by_asc(Column::DueAt).order_by_asc(Column::Id).limit(most).all(db.reader()).await
}

/// Takes a job for a node. Nothing when another was quicker.
pub(crate) async fn claim(db: &Db, job: Model, holder: Uuid, until: Nanos) -> Result<Option<Model>, DbErr> {
    let seen = Condition::all()
        .add(Column::Id.eq(job.id))
        .add(Column::State.eq(&job.state))
        .add(Column::Attempts.eq(job.attempts))
        .add(match job.lease_until {
            Some(until) => Column::LeaseUntil.eq(until),
            None => Column::LeaseUntil.is_null(),
        });
    let taken = Model {
        state: state::RUNNING.to_owned(),
        attempts: job.attempts + 1,
        holder: Some(holder),
        lease_until: Some(until),
        rows: 0,
        rows_total: None,
        error: None,
        ..job
    };
    let change = ActiveModel {
        state: Set(taken.state.clone()),
        attempts: Set(taken.attempts),
        holder: Set(taken.holder),
        lease_until: Set(taken.lease_until),
        rows: Set(0),
        rows_total: Set(None),
        error: Set(None),
        ..Default::default()
    };
    let done = Entity::update_many().set(change).filter(seen).exec(db.writer()).await?;
    Ok((done.rows_affected == 1).then_some(taken))
}

/// Changes a job that a node holds. False when it does not hold it any more.
pub(crate) async fn change(
    db: &impl ConnectionTrait,
    id: Uuid,
    holder: Uuid,
    change: ActiveModel,
) -> Result<bool, DbErr> {
    let held =
        Condition::all().add(Column::Id.eq(id)).add(Column::State.eq(state::RUNNING)).add(Column::Holder.eq(holder));
    let done = Entity::update_many().set(change).filter(held).exec(db).await?;
    Ok(done.rows_affected == 1)
}

/// On a store that one process has for itself: what runs at its start runs nowhere.
pub(crate) async fn take_back(db: &Db) -> Result<(), DbErr> {
    let waiting = ActiveModel {
        state: Set(state::PENDING.to_owned()),
        holder: Set(None),
        lease_until: Set(None),
        ..Default::default()
    };
    let running = Column::State.eq(state::RUNNING);
    Entity::update_many().set(waiting).filter(running).exec(db.writer()).await.map(|_| ())
}

/// Whether the kind of a job is among those.
pub(crate) fn kind_of<'k>(kinds: &'k [std::sync::Arc<dyn Kind>], job: &Model) -> Option<&'k std::sync::Arc<dyn Kind>> {
    kinds.iter().find(|kind| kind.name() == job.kind)
}

//! What tasks write down: how far a subscription is, what became of its messages, who delivers.

use argus_core::app::Platform;
use argus_core::audit::{Record, outbox};
use argus_core::clock::Nanos;
use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect, Value};
use serde_json::json;

use crate::delivery;
use crate::redelivery;
use crate::subscription::{Column, Entity, Model, state};

/// How far a subscription is, or what it delivers again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the next event that is looked at.
    pub(crate) position: i64,
    /// Types of messages of that event that are done with.
    pub(crate) passed: i32,
    /// Tries of the next message, all of which failed.
    pub(crate) attempts: i32,
    /// When the first of them was.
    pub(crate) failing_since: Option<Nanos>,
    /// When the next one is.
    pub(crate) next_at: Option<Nanos>,
}

impl Place {
    /// The beginning of an event.
    pub(crate) fn at(position: i64) -> Self {
        Self { position, passed: 0, attempts: 0, failing_since: None, next_at: None }
    }
}

/// What is to be written down together.
pub(crate) struct Progress<'a> {
    /// Where.
    pub(crate) place: Place,
    /// When a message was delivered last, if one was.
    pub(crate) delivered_at: Option<Nanos>,
    /// When and why a try failed last, if one did.
    pub(crate) failed: Option<(Nanos, &'a str)>,
    /// Tries.
    pub(crate) log: Vec<delivery::ActiveModel>,
}

/// Writes down how far a subscription is. Gives its version, or nothing when the node has it no more.
pub(crate) async fn advance(db: &Db, node: &str, id: Uuid, progress: Progress<'_>) -> Result<Option<i64>, DbErr> {
    let Progress { place, delivered_at, failed, log } = progress;
    let transaction = db.begin().await?;
    let mut update = Entity::update_many()
        .col_expr(Column::Position, place.position.into())
        .col_expr(Column::Passed, place.passed.into())
        .col_expr(Column::Attempts, place.attempts.into())
        .col_expr(Column::FailingSince, value(place.failing_since))
        .col_expr(Column::NextAt, value(place.next_at));
    if let Some(at) = delivered_at {
        update = update.col_expr(Column::LastDeliveryAt, at.into());
    }
    if let Some((at, reason)) = failed {
        update = update.col_expr(Column::LastErrorAt, at.into()).col_expr(Column::LastError, reason.into());
    }
    let held = Condition::all().add(Column::Id.eq(id)).add(Column::LeaseNode.eq(node));
    if update.filter(held).exec(&transaction).await?.rows_affected == 0 {
        transaction.rollback().await?;
        return Ok(None);
    }
    write(&transaction, log).await?;
    let version = Entity::find_by_id(id).select_only().column(Column::Version).into_tuple().one(&transaction).await?;
    transaction.commit().await?;
    Ok(version)
}

/// Writes down how far something is that is delivered again. False when it is gone.
pub(crate) async fn advance_again(db: &Db, id: Uuid, progress: Progress<'_>) -> Result<bool, DbErr> {
    use redelivery::{Column, Entity};
    let Progress { place, log, .. } = progress;
    let transaction = db.begin().await?;
    let update = Entity::update_many()
        .col_expr(Column::Position, place.position.into())
        .col_expr(Column::Passed, place.passed.into())
        .col_expr(Column::Attempts, place.attempts.into())
        .col_expr(Column::FailingSince, value(place.failing_since))
        .col_expr(Column::NextAt, value(place.next_at))
        .filter(Column::Id.eq(id));
    if update.exec(&transaction).await?.rows_affected == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    write(&transaction, log).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn write(db: &impl ConnectionTrait, log: Vec<delivery::ActiveModel>) -> Result<(), DbErr> {
    if log.is_empty() {
        return Ok(());
    }
    delivery::Entity::insert_many(log).exec_without_returning(db).await.map(|_| ())
}

fn value(at: Option<Nanos>) -> Expr {
    Expr::val(Value::BigInt(at))
}

/// Stops a subscription in another state, and says why; the log of events says so too.
pub(crate) async fn stop(platform: &Platform, node: &str, row: &Model, to: &str, reason: &str) -> Result<(), ApiError> {
    let now = platform.clock.now();
    let transaction = platform.db.begin().await?;
    let update = Entity::update_many()
        .col_expr(Column::State, to.into())
        .col_expr(Column::Reason, reason.into())
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::LeaseNode, Expr::val(Value::String(None)))
        .col_expr(Column::LastErrorAt, now.into())
        .col_expr(Column::LastError, reason.into())
        .filter(Column::Id.eq(row.id))
        .filter(Column::LeaseNode.eq(node))
        .filter(Column::Version.eq(row.version))
        .filter(Column::State.eq(state::ACTIVE));
    if update.exec(&transaction).await?.rows_affected == 0 {
        return Ok(transaction.rollback().await?);
    }
    let (before, after) = (json!({ "state": row.state }), json!({ "state": to, "reason": reason }));
    let record = Record::of_argus(now, row.customer_id, "audit_v1_subscription_update", "UPDATE");
    outbox::add(&transaction, &record.about("SUBSCRIPTION", row.id, Some(before), Some(after))).await?;
    transaction.commit().await?;
    platform.trail.committed();
    Ok(())
}

/// Takes what no node has, and keeps what this one has, until `until`. On an embedded store there is no other node.
pub(crate) async fn lease(db: &Db, node: &str, now: Nanos, until: Nanos) -> Result<(), DbErr> {
    let others = Condition::any().add(Column::LeaseNode.is_null()).add(Column::LeaseNode.ne(node));
    let active = || Column::State.eq(state::ACTIVE);
    let update = Entity::update_many()
        .col_expr(Column::LeaseNode, node.into())
        .col_expr(Column::LeaseUntil, until.into())
        .filter(active());
    if db.backend() == DbBackend::Sqlite {
        let free = Entity::find().select_only().column(Column::Id).filter(active()).filter(others.clone());
        if free.into_tuple::<Uuid>().one(db.reader()).await?.is_some() {
            update.filter(others).exec(db.writer()).await?;
        }
        return Ok(());
    }
    let mine = Condition::any()
        .add(Column::LeaseNode.is_null())
        .add(Column::LeaseNode.eq(node))
        .add(Column::LeaseUntil.lt(now));
    update.filter(mine).exec(db.writer()).await.map(|_| ())
}

/// The subscriptions that this node has, with their versions.
pub(crate) async fn mine(db: &Db, node: &str) -> Result<Vec<(Uuid, i64)>, DbErr> {
    let mine = Entity::find().select_only().column(Column::Id).column(Column::Version);
    let mine = mine.filter(Column::State.eq(state::ACTIVE)).filter(Column::LeaseNode.eq(node));
    mine.into_tuple().all(db.reader()).await
}

/// One of them.
pub(crate) async fn held(db: &Db, node: &str, id: Uuid) -> Result<Option<Model>, DbErr> {
    let mine = Entity::find_by_id(id).filter(Column::State.eq(state::ACTIVE)).filter(Column::LeaseNode.eq(node));
    mine.one(db.reader()).await
}

/// Gives away what this node has and does not deliver, for others to take; or all that it has.
pub(crate) async fn release(db: &Db, node: &str, one: Option<Uuid>) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::LeaseNode, Expr::val(Value::String(None)))
        .filter(Column::LeaseNode.eq(node));
    if let Some(id) = one {
        update = update.filter(Column::Id.eq(id)).filter(Column::State.ne(state::ACTIVE));
    }
    update.exec(db.writer()).await.map(|_| ())
}

/// Writes down that subscriptions have looked at everything before those numbers, and were to get nothing of it.
pub(crate) async fn skip(db: &Db, node: &str, places: &[(Uuid, i64)]) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    for (id, position) in places {
        let update = Entity::update_many()
            .col_expr(Column::Position, (*position).into())
            .col_expr(Column::Passed, 0.into())
            .filter(Column::Id.eq(*id))
            .filter(Column::LeaseNode.eq(node))
            .filter(Column::Position.lt(*position));
        update.exec(&transaction).await?;
    }
    transaction.commit().await
}

//! Generators of time-based codes: a user has at most one that is in use, and one that waits for its first code.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QuerySelect, Select, sea_query::Condition,
};

use crate::entity::totp::{Column, Entity, Model};

/// The generator in use.
///
/// # Errors
/// When the store fails.
pub async fn active(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<Model>, DbErr> {
    of(user_id).filter(Column::CookieHash.is_null()).one(db).await
}

/// The generator in use, kept from others until the transaction ends.
///
/// # Errors
/// When the store fails.
pub async fn active_locked(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<Model>, DbErr> {
    of(user_id).filter(Column::CookieHash.is_null()).lock_exclusive().one(db).await
}

/// The generator that waits for its first code, kept from others until the transaction ends.
///
/// # Errors
/// When the store fails.
pub async fn pending_locked(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<Model>, DbErr> {
    of(user_id).filter(Column::CookieHash.is_not_null()).lock_exclusive().one(db).await
}

/// Adds a generator that waits for its first code, in the place of one that did.
///
/// # Errors
/// When the store fails.
pub async fn offer(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::UserId.eq(row.user_id))
        .filter(Column::CookieHash.is_not_null())
        .exec(db)
        .await?;
    Entity::insert(row.into_active_model()).exec_without_returning(db).await.map(|_| ())
}

/// Takes a waiting generator into use, in the place of the one until now. The code of `step` counts as used; `session` is the
/// one in which that happens.
///
/// # Errors
/// When the store fails.
pub async fn activate(
    db: &impl ConnectionTrait,
    pending: Model,
    step: i64,
    session: Option<String>,
) -> Result<(), DbErr> {
    let own = Condition::any().add(Column::CookieHash.is_null()).add(Column::Id.eq(pending.id));
    Entity::delete_many().filter(Column::UserId.eq(pending.user_id)).filter(own).exec(db).await?;
    let fresh = Model { window_began: 0, window_failed: 0, failed: 0, ..pending };
    let row = Model { cookie_hash: None, last_step: step, verified_in: session, ..fresh };
    Entity::insert(row.into_active_model()).exec_without_returning(db).await.map(|_| ())
}

/// Writes what changed of a generator by a try: its last step and its counts.
///
/// # Errors
/// When the store fails.
pub async fn note_try(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::update(row.into_active_model().reset_all()).exec(db).await.map(|_| ())
}

/// Takes a waiting generator away.
///
/// # Errors
/// When the store fails.
pub async fn withdraw(db: &impl ConnectionTrait, pending: Model) -> Result<(), DbErr> {
    pending.delete(db).await.map(|_| ())
}

/// Takes a user's generators away, and says whether one was in use.
///
/// # Errors
/// When the store fails.
pub async fn revoke(db: &impl ConnectionTrait, user_id: i64) -> Result<bool, DbErr> {
    let found = active_locked(db, user_id).await?.is_some();
    Entity::delete_many().filter(Column::UserId.eq(user_id)).exec(db).await?;
    Ok(found)
}

/// Forgets how many wrong codes of a user came in a row; those of the present window still count.
///
/// # Errors
/// When the store fails.
pub async fn forgive(db: &impl ConnectionTrait, user_id: i64) -> Result<(), DbErr> {
    let Some(row) = active_locked(db, user_id).await? else { return Ok(()) };
    note_try(db, Model { failed: 0, ..row }).await
}

fn of(user_id: i64) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user_id))
}

//! Sessions.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::entity::session::{Column, Entity, Model};

/// The session of that token, ended ones too.
///
/// # Errors
/// When the store fails.
pub async fn by_token_hash(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::TokenHash.eq(hash.to_vec())).one(db).await
}

/// Adds a session.
///
/// # Errors
/// When the store fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<Model, DbErr> {
    row.into_active_model().insert(db).await
}

/// Ends a session; ending it twice changes nothing.
///
/// # Errors
/// When the store fails.
pub async fn end(db: &impl ConnectionTrait, id: Uuid, now: i64) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await
        .map(|_| ())
}

/// Ends every session of a user.
///
/// # Errors
/// When the store fails.
pub async fn end_all_of(db: &impl ConnectionTrait, user_id: i64, now: i64) -> Result<u64, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Notes when a session was last used.
///
/// # Errors
/// When the store fails.
pub async fn note_use(db: &impl ConnectionTrait, id: Uuid, at: i64) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .filter(Column::LastSeenAt.lt(at))
        .exec(db)
        .await
        .map(|_| ())
}

/// Removes sessions that ended, or could no longer be used, before `before`.
///
/// # Errors
/// When the store fails.
pub async fn prune(db: &impl ConnectionTrait, before: i64) -> Result<u64, DbErr> {
    // On PostgreSQL a deletion, also of nothing, makes every node forget what it had cached.
    if Entity::find().filter(Column::ValidUntil.lt(before)).one(db).await?.is_none() {
        return Ok(0);
    }
    let done = Entity::delete_many().filter(Column::ValidUntil.lt(before)).exec(db).await?;
    Ok(done.rows_affected)
}

//! Sessions.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::customers;
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

/// The session with that identifier, ended ones too.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// A user's sessions that did not end, were used at `seen` or later, and have their hard end at `now` or later; newest
/// first.
///
/// # Errors
/// When the store fails.
pub async fn live_of(
    db: &impl ConnectionTrait,
    user_id: i64,
    now: i64,
    seen: i64,
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ValidUntil.gte(now))
        .filter(Column::LastSeenAt.gte(seen))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// How many sessions of a user did not end and have their hard end at `now` or later.
///
/// # Errors
/// When the store fails.
pub async fn count_of(db: &impl ConnectionTrait, user_id: i64, now: i64) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ValidUntil.gte(now))
        .count(db)
        .await
}

/// Ends a session and every one made from it; ending it twice changes nothing.
///
/// # Errors
/// When the store fails.
pub async fn end(db: &impl ConnectionTrait, session: &Model, now: i64) -> Result<(), DbErr> {
    let mut next = vec![session.clone()];
    while !next.is_empty() {
        let ids: Vec<Uuid> = next.iter().map(|row| row.id).collect();
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(now))
            .filter(Column::Id.is_in(ids))
            .filter(Column::EndedAt.is_null())
            .exec(db)
            .await?;
        let hashes: Vec<Vec<u8>> = next.into_iter().map(|row| row.token_hash).collect();
        next =
            Entity::find().filter(Column::ParentHash.is_in(hashes)).filter(Column::EndedAt.is_null()).all(db).await?;
    }
    Ok(())
}

/// Ends every session of a user but one, and says how many there were. One that was made from another than these is
/// over with it all the same.
///
/// # Errors
/// When the store fails.
pub async fn end_all(db: &impl ConnectionTrait, user_id: i64, but: Option<Uuid>, now: i64) -> Result<u64, DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ValidUntil.gte(now));
    if let Some(but) = but {
        update = update.filter(Column::Id.ne(but));
    }
    Ok(update.exec(db).await?.rows_affected)
}

/// Ends the sessions of a user that were made by a method, but one.
///
/// # Errors
/// When the store fails.
pub async fn end_made_by(
    db: &impl ConnectionTrait,
    user_id: i64,
    method: &str,
    but: Option<Uuid>,
    now: i64,
) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::Method.eq(method))
        .filter(Column::EndedAt.is_null());
    if let Some(but) = but {
        update = update.filter(Column::Id.ne(but));
    }
    update.exec(db).await.map(|_| ())
}

/// Ends every session of a customer's users.
///
/// # Errors
/// When the store fails.
pub async fn end_of_customer(db: &impl ConnectionTrait, customer: i64, now: i64) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::UserId.in_subquery(customers::users_of(customer)))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await
        .map(|_| ())
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

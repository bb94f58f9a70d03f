//! API keys.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::entity::api_key::{ActiveModel, Column, Entity, Model};
use crate::entity::subject;

/// The key of that user and index, revoked ones too.
///
/// # Errors
/// When the store fails.
pub async fn find(db: &impl ConnectionTrait, user_id: i64, idx: i64) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::Idx.eq(idx)).one(db).await
}

/// The key with that number.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The user's keys that are not revoked, in the order they were made.
///
/// # Errors
/// When the store fails.
pub async fn of_user(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<Model>, DbErr> {
    use sea_orm::QueryOrder;
    Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Idx)
        .all(db)
        .await
}

/// The index a user's next key gets. Indexes of revoked keys are not given again. In a transaction nobody else gets the
/// same: whoever asks meanwhile, on another connection or node, waits for the user's row until the transaction ends.
///
/// # Errors
/// When the store fails.
pub async fn next_index(db: &impl ConnectionTrait, user_id: i64) -> Result<i64, DbErr> {
    subject::Entity::find_by_id(user_id).lock_exclusive().one(db).await?;
    let last: Option<Option<i64>> = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .select_only()
        .column_as(Column::Idx.max(), "last")
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().unwrap_or(0) + 1)
}

/// Adds a key.
///
/// # Errors
/// When the index was taken meanwhile, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Result<Model, DbErr> {
    row.insert(db).await
}

/// Changes a key.
///
/// # Errors
/// When there is no such key, or the store fails.
pub async fn update(db: &impl ConnectionTrait, row: ActiveModel) -> Result<Model, DbErr> {
    row.update(db).await
}

/// Notes when and from where a key was last used; an older note never replaces a newer one.
///
/// # Errors
/// When the store fails.
pub async fn note_use(db: &impl ConnectionTrait, id: i64, at: i64, ip: &str) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(at))
        .col_expr(Column::LastUsedIp, Expr::value(ip))
        .filter(Column::Id.eq(id))
        .filter(Column::LastUsedAt.is_null().or(Column::LastUsedAt.lt(at)))
        .exec(db)
        .await
        .map(|_| ())
}

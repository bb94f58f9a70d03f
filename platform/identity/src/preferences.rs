//! Preferences of users.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, PaginatorTrait, QueryFilter,
    QueryOrder, Set,
};

use crate::entity::user_preference::{ActiveModel, Column, Entity, Model};

/// How many a user has.
///
/// # Errors
/// When the store fails.
pub async fn count(db: &impl ConnectionTrait, user: i64) -> Result<u64, DbErr> {
    Entity::find().filter(Column::UserId.eq(user)).count(db).await
}

/// All of a user's, by key.
///
/// # Errors
/// When the store fails.
pub async fn of_user(db: &impl ConnectionTrait, user: i64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::UserId.eq(user)).order_by_asc(Column::Key).all(db).await
}

/// Those of a user with these keys, by key.
///
/// # Errors
/// When the store fails.
pub async fn with_keys(
    db: &impl ConnectionTrait,
    user: i64,
    keys: impl IntoIterator<Item = &str>,
) -> Result<Vec<Model>, DbErr> {
    let keyed = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Key.is_in(keys));
    keyed.order_by_asc(Column::Key).all(db).await
}

/// Adds one.
///
/// # Errors
/// When the user has one of that key, or the store fails.
pub async fn insert(
    db: &impl ConnectionTrait,
    user: i64,
    (key, value): (String, String),
    by: i64,
    now: i64,
) -> Result<Model, DbErr> {
    ActiveModel {
        id: NotSet,
        user_id: Set(user),
        key: Set(key),
        value: Set(value),
        created_at: Set(now),
        created_by: Set(by),
        updated_at: Set(None),
        updated_by: Set(None),
    }
    .insert(db)
    .await
}

/// Gives one another value.
///
/// # Errors
/// When there is no such one, or the store fails.
pub async fn update(db: &impl ConnectionTrait, id: i64, value: String, by: i64, now: i64) -> Result<Model, DbErr> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.value = Set(value);
    row.updated_at = Set(Some(now));
    row.updated_by = Set(Some(by));
    row.update(db).await
}

/// Takes some away.
///
/// # Errors
/// When the store fails.
pub async fn remove(db: &impl ConnectionTrait, ids: &[i64]) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Id.is_in(ids.iter().copied())).exec(db).await.map(|_| ())
}

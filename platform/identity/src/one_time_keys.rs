//! Keys of links that are good once.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};
use sea_orm::{PaginatorTrait, QueryFilter, Select};

use crate::entity::one_time_key::{Column, Entity, Model};

/// What a key is for.
pub mod purpose {
    /// Taking an account into use.
    pub const ACTIVATE: &str = "ACTIVATE";
    /// Setting another password.
    pub const RESET: &str = "RESET";
}

/// Adds a key.
///
/// # Errors
/// When the store fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<Model, DbErr> {
    row.into_active_model().insert(db).await
}

/// How many keys for a purpose a user has that were not used and are not late.
///
/// # Errors
/// When the store fails.
pub async fn count_of(db: &impl ConnectionTrait, user_id: i64, purpose: &str, now: i64) -> Result<u64, DbErr> {
    good(purpose, now).filter(Column::UserId.eq(user_id)).count(db).await
}

/// The key of that hash, if it is good for that purpose.
///
/// # Errors
/// When the store fails.
pub async fn find(db: &impl ConnectionTrait, hash: &[u8], purpose: &str, now: i64) -> Result<Option<Model>, DbErr> {
    good(purpose, now).filter(Column::KeyHash.eq(hash.to_vec())).one(db).await
}

/// Uses a key up, and gives its user: nobody where it is not good for that purpose. Of two who use it at the same moment, one
/// is the first.
///
/// # Errors
/// When the store fails.
pub async fn spend(db: &impl ConnectionTrait, hash: &[u8], purpose: &str, now: i64) -> Result<Option<i64>, DbErr> {
    let Some(row) = find(db, hash, purpose, now).await? else { return Ok(None) };
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Id.eq(row.id))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok((used.rows_affected == 1).then_some(row.user_id))
}

/// Forgets keys that were late before `before`.
///
/// # Errors
/// When the store fails.
pub async fn prune(db: &impl ConnectionTrait, before: i64) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before)).exec(db).await.map(|_| ())
}

fn good(purpose: &str, now: i64) -> Select<Entity> {
    let unused = Entity::find().filter(Column::Purpose.eq(purpose)).filter(Column::UsedAt.is_null());
    unused.filter(Column::ExpiresAt.gt(now))
}

//! Authorizations that were used.

use sea_orm::prelude::Uuid;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set, SqlErr};

use crate::entity::used_authorization::{ActiveModel, Column, Entity};

/// Notes that an authorization is used, and says whether this is the first time. On PostgreSQL a second time ends the
/// transaction too.
///
/// # Errors
/// When the store fails.
pub async fn spend(db: &impl ConnectionTrait, id: Uuid, until: i64) -> Result<bool, DbErr> {
    match (ActiveModel { id: Set(id), until: Set(until) }).insert(db).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Forgets authorizations that expired before `before`.
///
/// # Errors
/// When the store fails.
pub async fn prune(db: &impl ConnectionTrait, before: i64) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Until.lt(before)).exec(db).await.map(|_| ())
}

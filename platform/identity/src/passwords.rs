//! Passwords that users had before.

use sea_orm::prelude::Uuid;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::entity::password_history::{ActiveModel, Column, Entity};

/// Earlier passwords that are kept of a user.
pub const KEPT: usize = 10;

/// The hashes of a user's earlier passwords, newest first.
///
/// # Errors
/// When the store fails.
pub async fn history(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<String>, DbErr> {
    let rows = Entity::find().filter(Column::UserId.eq(user_id)).order_by_desc(Column::ReplacedAt);
    let rows = rows.order_by_desc(Column::Id).all(db).await?;
    Ok(rows.into_iter().take(KEPT).map(|row| row.password_hash).collect())
}

/// Adds a password that was just replaced; the oldest beyond those kept go.
///
/// # Errors
/// When the store fails.
pub async fn remember(db: &impl ConnectionTrait, id: Uuid, user_id: i64, hash: String, now: i64) -> Result<(), DbErr> {
    let row = ActiveModel { id: Set(id), user_id: Set(user_id), password_hash: Set(hash), replaced_at: Set(now) };
    row.insert(db).await?;
    let rows = Entity::find().filter(Column::UserId.eq(user_id)).order_by_desc(Column::ReplacedAt);
    let rows = rows.order_by_desc(Column::Id).all(db).await?;
    let old: Vec<Uuid> = rows.into_iter().skip(KEPT).map(|row| row.id).collect();
    if !old.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(old)).exec(db).await?;
    }
    Ok(())
}

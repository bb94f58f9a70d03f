//! Pictures of users.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, Set};

use crate::entity::subject_picture::{ActiveModel, Entity, Model};

/// The picture of a user.
///
/// # Errors
/// When the store fails.
pub async fn of(db: &impl ConnectionTrait, subject: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(subject).one(db).await
}

/// Whether a user has one.
///
/// # Errors
/// When the store fails.
pub async fn exists(db: &impl ConnectionTrait, subject: i64) -> Result<bool, DbErr> {
    Ok(Entity::find_by_id(subject).count(db).await? > 0)
}

/// Sets a picture, in the place of the one before where there is one.
///
/// # Errors
/// When the store fails, or somebody else sets one at the same time: whoever calls this has locked the user.
pub async fn set(db: &impl ConnectionTrait, picture: Model, replaced: bool) -> Result<(), DbErr> {
    let row = ActiveModel {
        subject_id: Set(picture.subject_id),
        mime_type: Set(picture.mime_type),
        bytes: Set(picture.bytes),
        updated_at: Set(picture.updated_at),
        updated_by: Set(picture.updated_by),
    };
    if replaced { row.update(db).await.map(|_| ()) } else { row.insert(db).await.map(|_| ()) }
}

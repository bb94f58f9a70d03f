//! Names of users at OpenID providers.

use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::entity::openid_link::{Column, Entity, Model};

/// The link of a user.
///
/// # Errors
/// When the store fails.
pub async fn of_user(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(user_id).one(db).await
}

/// The link of a name at a provider, to the letter.
///
/// # Errors
/// When the store fails.
pub async fn by_name(db: &impl ConnectionTrait, provider: &str, name: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Provider.eq(provider)).filter(Column::Name.eq(name)).one(db).await
}

/// Sets a link, in the place of the one that the user has.
///
/// # Errors
/// When the name is another user's, or the store fails.
pub async fn set(db: &impl ConnectionTrait, link: Model) -> Result<Model, DbErr> {
    remove(db, link.user_id).await?;
    link.into_active_model().insert(db).await
}

/// Takes the link of a user away.
///
/// # Errors
/// When the store fails.
pub async fn remove(db: &impl ConnectionTrait, user_id: i64) -> Result<(), DbErr> {
    Entity::delete_by_id(user_id).exec(db).await.map(|_| ())
}

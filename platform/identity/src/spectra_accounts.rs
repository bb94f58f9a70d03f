//! Accounts of the dialect `spectra`.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, QueryOrder, Set,
};

use crate::entity::spectra_account::{ActiveModel, Column, Entity, Model};
use crate::entity::{domain, subject};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Whose.
    pub user_id: i64,
    /// E-mail address.
    pub email: String,
    /// SHA-256 of the access key.
    pub access_key_hash: Vec<u8>,
    /// Since when it can be used, if it can.
    pub activated_at: Option<i64>,
}

/// Adds an account.
///
/// # Errors
/// When the address is taken, the user has one, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, new: NewAccount, now: i64) -> Result<Model, DbErr> {
    ActiveModel {
        id: NotSet,
        user_id: Set(new.user_id),
        email_key: Set(new.email.to_lowercase()),
        email: Set(new.email),
        access_key_hash: Set(new.access_key_hash),
        activated_at: Set(new.activated_at),
        created_at: Set(now),
        updated_at: Set(None),
    }
    .insert(db)
    .await
}

/// Gives the first administrator the first account, if there is none yet. Whoever starts beside waits meanwhile.
///
/// # Errors
/// When the store fails.
pub async fn ensure_first(
    db: &impl ConnectionTrait,
    access_key_hash: impl Fn(i64) -> Vec<u8>,
    now: i64,
) -> Result<(), DbErr> {
    if Entity::find().one(db).await?.is_some() {
        return Ok(());
    }
    let first = subject::Entity::find().filter(subject::Column::Kind.eq("user")).order_by_asc(subject::Column::Id);
    let Some(first) = first.one(db).await? else { return Ok(()) };
    let Some(domain) = domain::Entity::find_by_id(first.domain_id).one(db).await? else { return Ok(()) };
    let account = NewAccount {
        user_id: first.id,
        email: format!("admin@{}.io", domain.name.to_lowercase()),
        access_key_hash: access_key_hash(first.id),
        activated_at: Some(now),
    };
    insert(db, account, now).await.map(|_| ())
}

/// The account of that number.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The account of a user.
///
/// # Errors
/// When the store fails.
pub async fn of_user(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::UserId.eq(user_id)).one(db).await
}

/// The account of an e-mail address; case does not matter.
///
/// # Errors
/// When the store fails.
pub async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::EmailKey.eq(email.to_lowercase())).one(db).await
}

/// The account whose access key has that hash.
///
/// # Errors
/// When the store fails.
pub async fn by_access_key(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::AccessKeyHash.eq(hash.to_vec())).one(db).await
}

/// Takes an account into use.
///
/// # Errors
/// When there is no such account, or the store fails.
pub async fn activate(db: &impl ConnectionTrait, id: i64, now: i64) -> Result<Model, DbErr> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.activated_at = Set(Some(now));
    row.updated_at = Set(Some(now));
    row.update(db).await
}

/// Notes that an account was changed.
///
/// # Errors
/// When there is no such account, or the store fails.
pub async fn touch(db: &impl ConnectionTrait, id: i64, now: i64) -> Result<Model, DbErr> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.updated_at = Set(Some(now));
    row.update(db).await
}

/// Gives an account another access key.
///
/// # Errors
/// When there is no such account, or the store fails.
pub async fn set_access_key(db: &impl ConnectionTrait, id: i64, hash: Vec<u8>) -> Result<Model, DbErr> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.access_key_hash = Set(hash);
    row.update(db).await
}

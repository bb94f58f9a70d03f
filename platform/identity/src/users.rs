//! Users, groups and memberships.

use std::collections::HashSet;

use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, Set};

use crate::entity::{membership, subject};

/// Authentication methods as bits of [`subject::Model::methods`].
pub mod method {
    /// Password login.
    pub const PASSWORD: i32 = 1;
    /// API keys.
    pub const API_KEY: i32 = 2;
    /// Signed requests.
    pub const SIGNATURE: i32 = 4;
    /// Password with a time-based code.
    pub const TOTP: i32 = 8;
    /// Password checked by a directory server.
    pub const LDAP: i32 = 16;
    /// OpenID Connect.
    pub const OPENID: i32 = 32;
}

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Its domain.
    pub domain_id: i64,
    /// The customer it belongs to.
    pub customer_id: i64,
    /// Name to log in with.
    pub short_name: String,
    /// Name for people.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// PHC string; none for a user without password.
    pub password_hash: Option<String>,
    /// Enabled methods.
    pub methods: i32,
}

/// Adds a user.
///
/// # Errors
/// When the short name is taken, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, new: NewUser, now: i64) -> Result<subject::Model, DbErr> {
    subject::ActiveModel {
        id: NotSet,
        kind: Set("user".into()),
        domain_id: Set(new.domain_id),
        customer_id: Set(new.customer_id),
        short_name_key: Set(new.short_name.to_lowercase()),
        short_name: Set(new.short_name),
        name: Set(new.name),
        email: Set(new.email),
        password_hash: Set(new.password_hash),
        methods: Set(new.methods),
        blocked: Set(false),
        created_at: Set(now),
        deleted_at: Set(None),
    }
    .insert(db)
    .await
}

/// The user with that number, deleted ones too.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<subject::Model>, DbErr> {
    subject::Entity::find_by_id(id).filter(subject::Column::Kind.eq("user")).one(db).await
}

/// The users with those numbers, deleted ones too.
///
/// # Errors
/// When the store fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: HashSet<i64>) -> Result<Vec<subject::Model>, DbErr> {
    subject::Entity::find().filter(subject::Column::Id.is_in(ids)).all(db).await
}

/// The user of that short name in a domain, deleted ones too; case does not matter.
///
/// # Errors
/// When the store fails.
pub async fn by_name(db: &impl ConnectionTrait, domain_id: i64, name: &str) -> Result<Option<subject::Model>, DbErr> {
    subject::Entity::find()
        .filter(subject::Column::Kind.eq("user"))
        .filter(subject::Column::DomainId.eq(domain_id))
        .filter(subject::Column::ShortNameKey.eq(name.to_lowercase()))
        .one(db)
        .await
}

/// What may change about who a user is.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// Enabled methods.
    pub methods: Option<i32>,
    /// Blocked or not.
    pub blocked: Option<bool>,
    /// Deleted when, or not at all.
    pub deleted_at: Option<Option<i64>>,
    /// Another password.
    pub password_hash: Option<Option<String>>,
}

/// Changes a user.
///
/// # Errors
/// When there is no such user, or the store fails.
pub async fn update(db: &impl ConnectionTrait, id: i64, change: UserChange) -> Result<subject::Model, DbErr> {
    let mut row = <subject::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.methods = change.methods.map_or(NotSet, Set);
    row.blocked = change.blocked.map_or(NotSet, Set);
    row.deleted_at = change.deleted_at.map_or(NotSet, Set);
    row.password_hash = change.password_hash.map_or(NotSet, Set);
    row.update(db).await
}

/// The subject itself and every group it is in, directly or through groups.
///
/// # Errors
/// When the store fails.
pub async fn with_groups(db: &impl ConnectionTrait, id: i64) -> Result<Vec<i64>, DbErr> {
    let (mut known, mut frontier) = (HashSet::from([id]), vec![id]);
    while !frontier.is_empty() {
        let found = membership::Entity::find()
            .filter(membership::Column::MemberId.is_in(frontier))
            .filter(membership::Column::RemovedAt.is_null())
            .all(db)
            .await?;
        frontier = found.into_iter().map(|row| row.group_id).filter(|group| known.insert(*group)).collect();
    }
    Ok(known.into_iter().collect())
}

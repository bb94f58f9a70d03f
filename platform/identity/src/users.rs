//! Users, groups and memberships.

use std::collections::HashSet;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, QuerySelect, Set,
};

use crate::MOST_VALUES;
use crate::entity::{membership, subject};
use crate::{customers, subjects};

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

/// Marks as bits of [`subject::Model::flags`].
pub mod flag {
    /// A program, not a person.
    pub const DAEMON_ACCOUNT: i64 = 1;
    /// Only there to be notified.
    pub const NOTIFICATION_USER: i64 = 2;
    /// A directory server decides about it.
    pub const EXTERNALLY_MANAGED: i64 = 4;
    /// Must set another password before anything else.
    pub const FORCE_PASSWORD_CHANGE: i64 = 8;
    /// Cannot log in with a password alone.
    pub const SECOND_FACTOR: i64 = 16;
}

/// A user to be made.
#[derive(Debug, Clone, Default)]
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
    /// Country code and number, digits only.
    pub phone: Option<(String, String)>,
    /// For people.
    pub description: Option<String>,
    /// `english` when none is given.
    pub language: Option<String>,
    /// Bits of [`flag`].
    pub flags: i64,
    /// Who makes it.
    pub created_by: Option<i64>,
    /// The keyword fields, folded.
    pub folded: Option<String>,
}

/// Adds a user.
///
/// # Errors
/// When the short name is taken, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, new: NewUser, now: i64) -> Result<subject::Model, DbErr> {
    insert_subject(db, "user", new, now).await
}

/// Adds a group: a subject that nobody can log in as.
///
/// # Errors
/// When the short name is taken, or the store fails.
pub async fn insert_group(db: &impl ConnectionTrait, new: NewUser, now: i64) -> Result<subject::Model, DbErr> {
    insert_subject(db, "group", NewUser { methods: 0, password_hash: None, ..new }, now).await
}

async fn insert_subject(
    db: &impl ConnectionTrait,
    kind: &str,
    new: NewUser,
    now: i64,
) -> Result<subject::Model, DbErr> {
    let (phone_country, phone_number) = new.phone.unzip();
    subject::ActiveModel {
        id: NotSet,
        kind: Set(kind.into()),
        domain_id: Set(new.domain_id),
        customer_id: Set(new.customer_id),
        short_name_key: Set(new.short_name.to_lowercase()),
        short_name: Set(new.short_name),
        name: Set(new.name),
        email: Set(new.email),
        phone_country: Set(phone_country),
        phone_number: Set(phone_number),
        description: Set(new.description),
        language: Set(new.language.unwrap_or_else(|| "english".into())),
        flags: Set(new.flags),
        password_changed_at: Set(new.password_hash.is_some().then_some(now)),
        password_hash: Set(new.password_hash),
        ldap_name: Set(None),
        methods: Set(new.methods),
        blocked: Set(false),
        created_at: Set(now),
        created_by: Set(new.created_by),
        updated_at: Set(None),
        updated_by: Set(None),
        deleted_at: Set(None),
        deleted_by: Set(None),
        last_login_at: Set(None),
        last_login_method: Set(None),
        last_login_ip: Set(None),
        last_impersonated_at: Set(None),
        folded: Set(new.folded),
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
    /// When that was set.
    pub password_changed_at: Option<Option<i64>>,
    /// Marks: bits of [`flag`].
    pub flags: Option<i64>,
    /// The name at the directory server, or none of its own.
    pub ldap_name: Option<Option<String>>,
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
    row.password_changed_at = change.password_changed_at.map_or(NotSet, Set);
    row.flags = change.flags.map_or(NotSet, Set);
    row.ldap_name = change.ldap_name.map_or(NotSet, Set);
    row.update(db).await
}

/// Notes a login that made a session.
///
/// # Errors
/// When the store fails.
pub async fn note_login(db: &impl ConnectionTrait, id: i64, method: &str, ip: String, now: i64) -> Result<(), DbErr> {
    let mut row = <subject::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.last_login_at = Set(Some(now));
    row.last_login_method = Set(Some(method.to_owned()));
    row.last_login_ip = Set(Some(ip));
    row.update(db).await.map(|_| ())
}

/// Notes that somebody acts as a user.
///
/// # Errors
/// When the store fails.
pub async fn note_impersonation(db: &impl ConnectionTrait, id: i64, now: i64) -> Result<(), DbErr> {
    let mut row = <subject::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.last_impersonated_at = Set(Some(now));
    row.update(db).await.map(|_| ())
}

/// The user with that number, kept from others until the transaction ends, on this connection and any other.
///
/// # Errors
/// When the store fails.
pub async fn by_id_locked(db: &impl ConnectionTrait, id: i64) -> Result<Option<subject::Model>, DbErr> {
    subject::Entity::find_by_id(id).lock_exclusive().one(db).await
}

/// The numbers of a customer's users that are not deleted.
///
/// # Errors
/// When the store fails.
pub async fn of_customer(db: &impl ConnectionTrait, customer: i64) -> Result<Vec<i64>, DbErr> {
    let users = subject::Entity::find().filter(subject::Column::Id.in_subquery(customers::users_of(customer)));
    users.select_only().column(subject::Column::Id).into_tuple().all(db).await
}

/// The subject itself and every group it is in, directly or through groups. A deleted group gives nothing.
///
/// # Errors
/// When the store fails.
pub async fn with_groups(db: &impl ConnectionTrait, id: i64) -> Result<Vec<i64>, DbErr> {
    all_with_groups(db, vec![id]).await
}

/// As [`with_groups`], of many subjects.
///
/// # Errors
/// When the store fails.
pub async fn all_with_groups(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<i64>, DbErr> {
    let (mut known, mut frontier) = (ids.iter().copied().collect::<HashSet<i64>>(), ids);
    while !frontier.is_empty() {
        let mut next = Vec::new();
        for members in frontier.chunks(MOST_VALUES) {
            let found = membership::Entity::find()
                .filter(membership::Column::MemberId.is_in(members.iter().copied()))
                .filter(membership::Column::RemovedAt.is_null())
                .filter(membership::Column::GroupId.in_subquery(subjects::not_deleted()));
            next.extend(found.all(db).await?.into_iter().map(|row| row.group_id).filter(|group| known.insert(*group)));
        }
        frontier = next;
    }
    Ok(known.into_iter().collect())
}

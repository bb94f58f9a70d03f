//! Subjects of permissions: users and groups of users, told apart by `kind`.

use sea_orm::entity::prelude::*;

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subject")]
pub struct Model {
    /// Number; the first part of a user's API keys.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// `user` or `group`.
    pub kind: String,
    /// Domain in which the short name is unique.
    pub domain_id: i64,
    /// The customer the subject belongs to.
    pub customer_id: i64,
    /// Name to log in with, as it was given.
    pub short_name: String,
    /// The short name in lower case: unique in the domain, since names differ by more than case.
    pub short_name_key: String,
    /// Name for people.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Country code of the telephone number, digits only.
    pub phone_country: Option<String>,
    /// The rest of the telephone number, digits only.
    pub phone_number: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// `english` or `norwegian`.
    pub language: String,
    /// Bits of [`crate::users::flag`].
    pub flags: i64,
    /// PHC string of the password (Argon2id); null while none is set.
    pub password_hash: Option<String>,
    /// When the password was set.
    pub password_changed_at: Option<i64>,
    /// Name at the directory server; null for the short name.
    pub ldap_name: Option<String>,
    /// Authentication methods that are enabled: bits of [`crate::users::method`].
    pub methods: i32,
    /// Blocked users cannot authenticate by any method.
    pub blocked: bool,
    /// When it was made.
    pub created_at: i64,
    /// Who made it; null for the first one.
    pub created_by: Option<i64>,
    /// When it was last changed; null while it never was.
    pub updated_at: Option<i64>,
    /// Who changed it last.
    pub updated_by: Option<i64>,
    /// When it was deleted; null while it exists.
    pub deleted_at: Option<i64>,
    /// Who deleted it.
    pub deleted_by: Option<i64>,
    /// The last login that made a session.
    pub last_login_at: Option<i64>,
    /// Its method: `PASSWORD`, ...
    pub last_login_method: Option<String>,
    /// From where it came.
    pub last_login_ip: Option<String>,
    /// When somebody last acted as this user.
    pub last_impersonated_at: Option<i64>,
    /// Its keyword fields, folded, where they are not plain ASCII.
    pub folded: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

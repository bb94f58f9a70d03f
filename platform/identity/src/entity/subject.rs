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
    /// PHC string of the password (Argon2id); null while none is set.
    pub password_hash: Option<String>,
    /// Authentication methods that are enabled: bits of [`crate::users::method`].
    pub methods: i32,
    /// Blocked users cannot authenticate by any method.
    pub blocked: bool,
    /// When it was made.
    pub created_at: i64,
    /// When it was deleted; null while it exists.
    pub deleted_at: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

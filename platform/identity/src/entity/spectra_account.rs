//! Accounts of the dialect `spectra`: users who signed up by themselves, and the first administrator.

use sea_orm::entity::prelude::*;

/// An account. Its name, password and rights are those of the user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spectra_account")]
pub struct Model {
    /// The number that clients of the dialect know; the first administrator's is 1, and none is given twice.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose: a user has one at most.
    pub user_id: i64,
    /// E-mail address, as it was given.
    pub email: String,
    /// The address in lower case: unique.
    pub email_key: String,
    /// SHA-256 of the access key.
    pub access_key_hash: Vec<u8>,
    /// Since when it can be used; null until then.
    pub activated_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed by the dialect: activated, or given another password.
    pub updated_at: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Customers: a tree of groups and leaves; a permission on a group reaches every member below it.

use sea_orm::entity::prelude::*;

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Domain in which the short name is unique.
    pub domain_id: i64,
    /// The group it belongs to; null for the root only.
    pub parent_id: Option<i64>,
    /// `group` or `leaf`.
    pub kind: String,
    /// Name for programs, as it was given.
    pub short_name: String,
    /// The short name in lower case: unique in the domain, since names differ by more than case.
    pub short_name_key: String,
    /// Name for people.
    pub name: String,
    /// `english` or `norwegian`.
    pub language: String,
    /// Name of the IANA time zone.
    pub time_zone: String,
    /// Bits of [`crate::customers::flag`].
    pub flags: i64,
    /// When it was made.
    pub created_at: i64,
    /// Who made it; null for the first one.
    pub created_by: Option<i64>,
    /// When it was last changed; null while it never was.
    pub updated_at: Option<i64>,
    /// Who changed it last.
    pub updated_by: Option<i64>,
    /// When it was disabled; null while it is in use.
    pub deleted_at: Option<i64>,
    /// Who disabled it.
    pub deleted_by: Option<i64>,
    /// Its keyword fields, folded, where they are not plain ASCII.
    pub folded: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Functions: named permissions, made known by the modules; a role is a function with children.

use sea_orm::entity::prelude::*;

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "function")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Name, unique.
    pub name: String,
    /// The least level at which it can be used: `external`, `default` or `administrative`.
    pub minimum_level: String,
    /// What its module asks for, and `minimum_level` is never less; null for what no module made known.
    pub least_level: Option<String>,
    /// Whether it only reads; what a read-only key may use.
    pub read_only: bool,
    /// Whether it stands for its children.
    pub role: bool,
    /// Whether it is for those who run the system.
    pub sysadm: bool,
    /// `service`, `case`, `tool` or `other`.
    pub role_type: String,
    /// Whether a module made it known: such a function is neither renamed nor removed.
    pub built_in: bool,
    /// Names by language, as a JSON object; null without any.
    pub localized_names: Option<String>,
    /// Descriptions by language, as a JSON object; null without any.
    pub localized_descriptions: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// Who made it; null for what a module made known.
    pub created_by: Option<i64>,
    /// When it was last changed; null while it never was.
    pub updated_at: Option<i64>,
    /// Who changed it last.
    pub updated_by: Option<i64>,
    /// When it was removed; null while it exists.
    pub deleted_at: Option<i64>,
    /// Who removed it.
    pub deleted_by: Option<i64>,
    /// Its keyword fields, folded, where they are not plain ASCII.
    pub folded: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! The rule: a row.

use argus_core::clock::Nanos;
use sea_orm::entity::prelude::*;

/// A rule. Times are ns since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_rule")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose rule it is: it looks at the events of this customer and of those below.
    pub customer_id: i64,
    /// Name.
    pub name: String,
    /// Which events count: criteria of event search, JSON.
    pub criteria: String,
    /// What the events of a burst have in common: fields of [`FIELDS`](crate::FIELDS), a list in JSON.
    pub group_by: String,
    /// How many of them are a burst.
    pub threshold: i64,
    /// Within how many ns.
    pub window: i64,
    /// Severity of findings.
    pub severity: String,
    /// Whether it is in use.
    pub enabled: bool,
    /// Its name among the rules that are there from the start.
    pub built_in: Option<String>,
    /// The built-in rule during or soon after whose bursts events count; without one they always do.
    pub follows: Option<String>,
    /// When it was made.
    pub created_at: Nanos,
    /// By whom.
    pub created_by: Option<i64>,
    /// When it was last changed.
    pub updated_at: Option<Nanos>,
    /// By whom.
    pub updated_by: Option<i64>,
    /// Folded texts for keyword search.
    pub folded: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The fields to group by.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        // What the store has was written as a list.
        serde_json::from_str(&self.group_by).unwrap_or_default()
    }
}

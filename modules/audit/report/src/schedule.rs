//! Reports that are made by themselves, when a day, a week or a month is over.

mod runner;
pub mod store;

use std::sync::LazyLock;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::{Fields, Kind, Searchable};
use sea_orm::entity::prelude::*;

use crate::every::Every;

pub use runner::start;

/// A schedule. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_schedule")]
pub struct Model {
    /// Identifier, time-ordered.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Which report.
    pub report_type: String,
    /// What the files are.
    pub format: String,
    /// Whether breakdowns are wanted.
    pub include_stats: bool,
    /// One of [`Every`].
    pub every: String,
    /// To whom the files are sent, if they are.
    pub email: Option<String>,
    /// Whether reports are made.
    pub enabled: bool,
    /// Exactly this customer; all that the schedule may see when none is said.
    pub target_customer: Option<i64>,
    /// The customers it may see, as a JSON list; none for all.
    pub scope: Option<String>,
    /// The maker's customer.
    pub customer_id: i64,
    /// Who made it, and in whose name reports are made.
    pub created_by: i64,
    /// When it was made.
    pub created_at: Nanos,
    /// When it was last changed.
    pub updated_at: Nanos,
    /// When the next report is made.
    pub next_at: Nanos,
    /// Folded texts for keyword search.
    pub folded: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// How often.
    ///
    /// # Errors
    /// 500 for what a later version knows.
    pub fn every(&self) -> Result<Every, ApiError> {
        Every::parse(&self.every).ok_or_else(|| ApiError::internal(format!("{} is not known", self.every)))
    }

    /// The customers that it may see.
    ///
    /// # Errors
    /// 500 when it cannot be read.
    pub fn customers(&self) -> Result<CustomerSet, ApiError> {
        CustomerSet::of_column(self.scope.as_deref()).map_err(ApiError::internal)
    }
}

/// Schedules, as the search criteria see them.
pub struct Schedules;

impl Searchable for Schedules {
    type Entity = Entity;
    const NAME: &'static str = "ReportSchedule";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("name", Column::Name, Kind::Text, "What it is called")
                .filter("format", Column::Format, Kind::Words(&["PDF", "JSON", "CSV"]), "What the files are")
                .filter("every", Column::Every, Kind::Words(&["DAILY", "WEEKLY", "MONTHLY"]), "How often")
                .filter(
                    "customer",
                    Column::TargetCustomer,
                    Kind::Customer,
                    "Exactly this customer, by id or short name",
                )
                .keyword("name", Column::Name)
                .time("createdTimestamp", Column::CreatedAt)
                .time("nextTimestamp", Column::NextAt)
                .default_times(&["createdTimestamp"])
                .user("createdByUser", Column::CreatedBy)
                .flag("ENABLED", |_| Column::Enabled.eq(true))
                .sort("name", Column::Name)
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("nextTimestamp", Column::NextAt)
                .default_sort(&["name"])
        });
        &FIELDS
    }
}

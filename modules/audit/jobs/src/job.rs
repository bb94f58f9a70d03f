//! The job: one row.

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use sea_orm::entity::prelude::*;

use crate::Format;

/// States, as they are stored and printed.
pub mod state {
    /// Waits for its turn.
    pub const PENDING: &str = "PENDING";
    /// Is being run.
    pub const RUNNING: &str = "RUNNING";
    /// Its file is there.
    pub const COMPLETED: &str = "COMPLETED";
    /// It came to no file.
    pub const FAILED: &str = "FAILED";
    /// Somebody did not want it any more.
    pub const CANCELLED: &str = "CANCELLED";
    /// Its file was there, and was taken away.
    pub const EXPIRED: &str = "EXPIRED";

    /// All of them.
    pub const ALL: &[&str] = &[PENDING, RUNNING, COMPLETED, FAILED, CANCELLED, EXPIRED];
}

/// Where files go, as it is stored and printed.
pub mod destination {
    /// They are fetched.
    pub const DOWNLOAD: &str = "DOWNLOAD";
    /// They are sent, and can be fetched.
    pub const EMAIL: &str = "EMAIL";
}

/// A job. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Identifier, time-ordered.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What kind of job ([`Kind::name`](crate::Kind::name)).
    pub kind: String,
    /// One of [`state`].
    pub state: String,
    /// One of [`Format`].
    pub format: String,
    /// The maker's customer.
    pub customer_id: i64,
    /// Who made it.
    pub created_by: i64,
    /// When it was made; what its relative times count from.
    pub created_at: Nanos,
    /// One of [`destination`].
    pub destination: String,
    /// To whom the file is sent.
    pub email: Option<String>,
    /// What is wanted, JSON; each kind has its own.
    pub request: String,
    /// The customers it may see, as a JSON list; none for all.
    pub scope: Option<String>,
    /// The number of the first event that it does not see.
    pub snapshot: i64,
    /// How often it was begun.
    pub attempts: i32,
    /// Not to be begun before then.
    pub due_at: Nanos,
    /// The node that runs it, by a number of this run of the node.
    pub holder: Option<Uuid>,
    /// Until when it is that node's, unless it says so again.
    pub lease_until: Option<Nanos>,
    /// Rows that were written.
    pub rows: i64,
    /// Rows that will be; none while that is not known.
    pub rows_total: Option<i64>,
    /// Bytes of the file.
    pub size_bytes: Option<i64>,
    /// SHA-256 of the file, as hexadecimal.
    pub sha256: Option<String>,
    /// When it came to its end, whichever that was.
    pub completed_at: Option<Nanos>,
    /// When its file is taken away.
    pub expires_at: Option<Nanos>,
    /// Why it failed.
    pub error: Option<String>,
    /// The mail with the file.
    pub mail_id: Option<Uuid>,
    /// Whether the log was told of its completion.
    pub told: bool,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Its format.
    ///
    /// # Errors
    /// 500 for one that a later version knows.
    pub fn format(&self) -> Result<Format, ApiError> {
        Format::parse(&self.format)
            .ok_or_else(|| ApiError::internal(format!("the format {} is not known", self.format)))
    }

    /// The customers that it may see.
    ///
    /// # Errors
    /// 500 when it cannot be read.
    pub fn customers(&self) -> Result<CustomerSet, ApiError> {
        CustomerSet::of_column(self.scope.as_deref()).map_err(ApiError::internal)
    }

    /// Whether whoever sees these customers sees all that the job does.
    ///
    /// # Errors
    /// As [`Model::customers`].
    pub fn is_within(&self, customers: &CustomerSet) -> Result<bool, ApiError> {
        let own = self.customers()?;
        Ok(own.and(customers) == own)
    }

    /// How much of it is done, in percent; none while that is not known.
    #[must_use]
    pub fn percent(&self) -> Option<i64> {
        match (self.state.as_str(), self.rows_total) {
            (state::COMPLETED | state::EXPIRED, _) => Some(100),
            (_, Some(total)) if total > 0 => Some(self.rows.saturating_mul(100).div_euclid(total).clamp(0, 99)),
            (_, Some(_)) => Some(0),
            (state::PENDING, None) => Some(0),
            _ => None,
        }
    }

    /// How its file is called where it is saved: `argus-export-20260131T120000Z-<first of the id>.csv`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let made = chrono::DateTime::from_timestamp_nanos(self.created_at).format("%Y%m%dT%H%M%SZ");
        // Of jobs of one moment only the last digits differ.
        let id = self.id.simple().to_string();
        let last = id.get(20..).unwrap_or_default();
        let extension = Format::parse(&self.format).map_or("bin", Format::extension);
        format!("argus-{}-{made}-{last}.{extension}", self.kind.to_lowercase())
    }
}

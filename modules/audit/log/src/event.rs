//! The event: one row, every field of the unified model a column of its own.

use sea_orm::entity::prelude::*;

/// Flags as bits of [`Model::flags`].
pub mod flag {
    /// Found suspicious by a rule.
    pub const SUSPICIOUS: i64 = 1;
    /// A login.
    pub const LOGIN: i64 = 2;
    /// An export.
    pub const EXPORT: i64 = 4;
    /// Has numbers of its own.
    pub const METRIC: i64 = 8;
    /// A request to Argus itself.
    pub const INTERNAL: i64 = 16;
    /// Taken away by retention.
    pub const DELETED: i64 = 32;
    /// Values of it were erased.
    pub const ERASED: i64 = 64;

    /// What the verb of an event says.
    #[must_use]
    pub fn of_verb(verb: Option<&str>) -> i64 {
        match verb {
            Some("LOGIN") => LOGIN,
            Some("EXPORT") => EXPORT,
            _ => 0,
        }
    }

    /// Names on the wire.
    pub const NAMES: [(&str, i64); 7] = [
        ("SUSPICIOUS", SUSPICIOUS),
        ("LOGIN", LOGIN),
        ("EXPORT", EXPORT),
        ("METRIC", METRIC),
        ("INTERNAL", INTERNAL),
        ("DELETED", DELETED),
        ("ERASED", ERASED),
    ];
}

/// An event. Texts are kept as they were sent; derived values stand beside them. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Place in the log, from 0; the order of commits, and the last key of every sort.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Identifier, time-ordered.
    pub id: Uuid,
    /// The sender's own identifier, unique per customer.
    pub external_id: Option<String>,
    /// Whose event it is.
    pub customer_id: i64,
    /// When it happened, in ns.
    pub timestamp: i64,
    /// When it was received, in ns.
    pub created_at: i64,
    /// The user who sent it.
    pub created_by_user: Option<i64>,
    /// The prefix of the API key it was sent with.
    pub created_by_key: Option<String>,
    /// The door it came through: native, argus0, spectra, import, internal.
    pub dialect: String,
    /// The distributed flow it belongs to.
    pub trace_id: Option<String>,
    /// The series it belongs to.
    pub series_id: Option<Uuid>,
    /// Its place in the series.
    pub stage: Option<i64>,
    /// Category.
    pub category: Option<String>,
    /// Application.
    pub application: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// Type of event.
    pub event_type: Option<String>,
    /// Name of the event.
    pub event_name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// What was done, as sent.
    pub action: Option<String>,
    /// What was done, derived.
    pub verb: Option<String>,
    /// Method, as sent.
    pub method: Option<String>,
    /// Status, as sent.
    pub status: Option<String>,
    /// SUCCESS, FAILURE or UNKNOWN, derived.
    pub outcome: String,
    /// Severity, as sent.
    pub severity: String,
    /// Kind of actor, as sent.
    pub actor_type: Option<String>,
    /// Who did it, by identifier.
    pub actor_id: Option<String>,
    /// Who did it, by name.
    pub actor_name: Option<String>,
    /// Who did it, by address.
    pub actor_email: Option<String>,
    /// Where it came from, as sent.
    pub origin: Option<String>,
    /// The client's address as 32 hex digits, which sort as addresses do.
    pub client_ip: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// More of the actor, JSON.
    pub actor_detail: Option<String>,
    /// Kind of object, as sent.
    pub target_type: Option<String>,
    /// Which object.
    pub target_id: Option<String>,
    /// The object's name.
    pub target_name: Option<String>,
    /// More of the object, JSON.
    pub target_detail: Option<String>,
    /// How a login was proved.
    pub auth_method: Option<String>,
    /// Where a login came from.
    pub location: Option<String>,
    /// With what a login was made.
    pub device: Option<String>,
    /// The machine it is about.
    pub machine_id: Option<String>,
    /// The object before, JSON; null is absent, `null` is a value.
    pub before: Option<String>,
    /// The object after, JSON; null is absent, `null` is a value.
    pub after: Option<String>,
    /// What changed, JSON `{field:{from,to}}`.
    pub changes: Option<String>,
    /// Of the request, JSON.
    pub request_metadata: Option<String>,
    /// Of the response, JSON.
    pub response_metadata: Option<String>,
    /// Further context, JSON.
    pub metadata: Option<String>,
    /// Milliseconds.
    pub total_duration: Option<f64>,
    /// Milliseconds.
    pub latency: Option<f64>,
    /// Percent.
    pub cpu_usage: Option<f64>,
    /// Percent.
    pub memory_usage: Option<f64>,
    /// Objects acted on.
    pub affected_resources: Option<i64>,
    /// Numbers by name, JSON; also in the table of metrics.
    pub metrics: Option<String>,
    /// More of the event, JSON.
    pub event_detail: Option<String>,
    /// READ, WRITE or DELETE.
    pub access_type: Option<String>,
    /// Bits of [`flag`].
    pub flags: i64,
    /// Folded texts for keyword search.
    pub folded: Option<String>,
    /// SHA-256 of the body it was sent as, where the sender gave it an identifier of its own.
    pub fingerprint: Option<String>,
    /// The user whose way in it is about, where it is an event of somebody's login history (see
    /// [`Authentication`](crate::Authentication)).
    pub auth_user: Option<i64>,
    /// The metadata of an event of the dialect `spectra` as it was sent, JSON: a list, of which `metadata` and `metrics` keep
    /// neither the order nor names that stand twice.
    pub metadata_list: Option<String>,
}

impl Model {
    /// About how many bytes it takes in memory.
    #[must_use]
    pub fn weight(&self) -> usize {
        let texts = [
            &self.external_id,
            &self.created_by_key,
            &self.trace_id,
            &self.category,
            &self.application,
            &self.environment,
            &self.event_type,
            &self.event_name,
            &self.description,
            &self.action,
            &self.actor_id,
            &self.actor_name,
            &self.actor_email,
            &self.origin,
            &self.user_agent,
            &self.actor_detail,
            &self.target_id,
            &self.target_name,
            &self.target_detail,
            &self.machine_id,
            &self.before,
            &self.after,
            &self.changes,
            &self.request_metadata,
            &self.response_metadata,
            &self.metadata,
            &self.metrics,
            &self.event_detail,
            &self.folded,
            &self.metadata_list,
        ];
        // The others are short.
        size_of::<Self>() + texts.into_iter().flatten().map(String::len).sum::<usize>()
    }
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! The columns of the table of events: which member of the event each is, and how its value is printed.

/// How a column's value becomes that of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text, as it is.
    Text,
    /// A text that is JSON.
    Json,
    /// A whole number.
    Integer,
    /// A double.
    Real,
    /// A client's address: 32 hex digits, printed as an address.
    Address,
    /// A UUID.
    Uuid,
    /// The flags of the event, which stand in clear in a leaf but may have grown since.
    Flags,
    /// Compared by rules of its own.
    Own,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the table.
    pub column: &'static str,
    /// The member's name on the wire.
    pub name: &'static str,
    /// How it is printed.
    pub kind: Kind,
}

const fn column(column: &'static str, name: &'static str, kind: Kind) -> Column {
    Column { column, name, kind }
}

/// Where the sequence stands in [`COLUMNS`].
pub const SEQUENCE: usize = 0;
/// Where the identifier stands.
pub const ID: usize = 1;
/// Where the customer stands.
pub const CUSTOMER: usize = 2;
/// Where the time of the event stands.
pub const TIMESTAMP: usize = 3;
/// Where the time of receipt stands.
pub const CREATED: usize = 4;
/// Where the folded texts stand.
pub const FOLDED: usize = 5;
/// Where the members in clear begin.
pub const CLEAR_FROM: usize = 6;
/// Where the sealed members begin.
pub const SEALED_FROM: usize = CLEAR_FROM + CLEAR.len();

/// What is neither in clear nor sealed.
const OWN: [Column; CLEAR_FROM] = [
    column("sequence", "sequence", Kind::Own),
    column("id", "id", Kind::Own),
    column("customer_id", "customer", Kind::Own),
    column("timestamp", "timestamp", Kind::Own),
    column("created_at", "createdTimestamp", Kind::Own),
    column("folded", "folded", Kind::Own),
];

/// What stands in a leaf in clear, in the order of the names.
pub const CLEAR: [Column; 12] = [
    column("access_type", "accessType", Kind::Text),
    column("actor_type", "actorType", Kind::Text),
    column("category", "category", Kind::Text),
    column("dialect", "dialect", Kind::Text),
    column("event_type", "eventType", Kind::Text),
    column("flags", "flags", Kind::Flags),
    column("outcome", "outcome", Kind::Text),
    column("series_id", "seriesID", Kind::Uuid),
    column("severity", "severity", Kind::Text),
    column("stage", "stage", Kind::Integer),
    column("target_type", "targetType", Kind::Text),
    column("verb", "verb", Kind::Text),
];

/// What a leaf commits to, in the order of the names. There are fewer than 64, so that bits of a number can stand for them.
pub const SEALED: [Column; 41] = [
    column("action", "action", Kind::Text),
    column("actor_detail", "actorDetail", Kind::Json),
    column("actor_email", "actorEmail", Kind::Text),
    column("actor_id", "actorID", Kind::Text),
    column("actor_name", "actorName", Kind::Text),
    column("affected_resources", "affectedResources", Kind::Integer),
    column("after", "after", Kind::Json),
    column("application", "application", Kind::Text),
    column("auth_method", "authMethod", Kind::Text),
    column("auth_user", "authUser", Kind::Integer),
    column("before", "before", Kind::Json),
    column("changes", "changes", Kind::Json),
    column("client_ip", "clientIP", Kind::Address),
    column("cpu_usage", "cpuUsage", Kind::Real),
    column("created_by_key", "createdByKey", Kind::Text),
    column("created_by_user", "createdByUser", Kind::Integer),
    column("description", "description", Kind::Text),
    column("device", "device", Kind::Text),
    column("environment", "environment", Kind::Text),
    column("event_detail", "eventDetail", Kind::Json),
    column("event_name", "eventName", Kind::Text),
    column("external_id", "externalID", Kind::Text),
    column("fingerprint", "fingerprint", Kind::Text),
    column("latency", "latency", Kind::Real),
    column("location", "location", Kind::Text),
    column("machine_id", "machineID", Kind::Text),
    column("memory_usage", "memoryUsage", Kind::Real),
    column("metadata", "metadata", Kind::Json),
    column("metadata_list", "metadataList", Kind::Json),
    column("method", "method", Kind::Text),
    column("metrics", "metrics", Kind::Json),
    column("origin", "origin", Kind::Text),
    column("request_metadata", "requestMetadata", Kind::Json),
    column("response_metadata", "responseMetadata", Kind::Json),
    column("status", "status", Kind::Text),
    column("target_detail", "targetDetail", Kind::Json),
    column("target_id", "targetID", Kind::Text),
    column("target_name", "targetName", Kind::Text),
    column("total_duration", "totalDuration", Kind::Real),
    column("trace_id", "traceID", Kind::Text),
    column("user_agent", "userAgent", Kind::Text),
];

/// All columns, in the order in which they are read.
pub fn all() -> impl Iterator<Item = &'static Column> {
    OWN.iter().chain(&CLEAR).chain(&SEALED)
}

/// The place of a sealed member in [`SEALED`], by its name.
#[must_use]
pub fn sealed(name: &str) -> Option<usize> {
    SEALED.binary_search_by(|column| column.name.cmp(name)).ok()
}

/// The names of sealed members whose bits are set.
pub fn names(bits: u64) -> impl Iterator<Item = &'static str> {
    SEALED.iter().enumerate().filter(move |(place, _)| bits >> place & 1 == 1).map(|(_, column)| column.name)
}

/// The member with a text that keywords are looked for in, by the place of its column in [`SEALED`] or [`CLEAR`].
pub const KEYWORDS: [&str; 13] = [
    "action",
    "actorEmail",
    "actorID",
    "actorName",
    "category",
    "description",
    "eventName",
    "eventType",
    "machineID",
    "origin",
    "targetID",
    "targetName",
    "userAgent",
];

/// Flags, by the order of their names.
pub mod flag {
    /// Found suspicious.
    pub const SUSPICIOUS: i64 = 1;
    /// Taken away by retention.
    pub const DELETED: i64 = 32;
    /// Some of its values were erased.
    pub const ERASED: i64 = 64;
    /// What may come after creation.
    pub const LATER: i64 = SUSPICIOUS | DELETED | ERASED;
    /// The names, sorted as in a leaf.
    pub const NAMES: [(&str, i64); 7] = [
        ("DELETED", DELETED),
        ("ERASED", ERASED),
        ("EXPORT", 4),
        ("INTERNAL", 16),
        ("LOGIN", 2),
        ("METRIC", 8),
        ("SUSPICIOUS", SUSPICIOUS),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_stand_once() {
        for list in [&CLEAR[..], &SEALED[..]] {
            assert!(list.is_sorted_by(|a, b| a.name < b.name));
        }
        assert!(KEYWORDS.is_sorted());
        assert!(KEYWORDS.iter().all(|name| all().any(|column| column.name == *name)));
        assert_eq!(sealed("userAgent"), Some(40));
        assert_eq!(sealed("verb"), None);
        assert_eq!(names(0b101).collect::<Vec<_>>(), ["action", "actorEmail"]);
    }
}

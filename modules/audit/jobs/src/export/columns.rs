//! Columns of an export: the members of an event as `GET /event` prints them, in the order of their schema. From this one
//! table follow what can be asked for, the cells of CSV, and the types of Parquet. Other faces have tables of their own.

use std::borrow::Cow;

use argus_audit_log::derive;
pub use argus_audit_log::event::Model;
use argus_audit_log::event::flag;
use argus_audit_log::print::iso;
use argus_core::clock::millis;

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its name: that of the member.
    pub name: &'static str,
    /// What its cells are.
    pub holds: Holds,
    /// Its cell of an event.
    pub cell: for<'r> fn(&'r Model) -> Cell<'r>,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Texts.
    Text,
    /// JSON, as text.
    Json,
    /// Integers.
    Integer,
    /// Numbers that may have a fraction.
    Number,
    /// Milliseconds since the epoch.
    Time,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'r> {
    /// Nothing.
    Null,
    /// A text, or JSON.
    Text(Cow<'r, str>),
    /// An integer, or a time.
    Integer(i64),
    /// A number that may have a fraction.
    Number(f64),
}

impl<'r> From<&'r String> for Cell<'r> {
    fn from(text: &'r String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<'r, T: Into<Cell<'r>>> From<Option<T>> for Cell<'r> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A table of columns, one in a line: its name, what it holds (a variant of [`Holds`]) and its cell of an event.
#[macro_export]
macro_rules! columns {
    ($($name:literal $holds:ident |$row:ident| $cell:expr;)*) => {
        &[$($crate::export::columns::Column {
            name: $name,
            holds: $crate::export::columns::Holds::$holds,
            cell: {
                fn cell($row: &$crate::export::columns::Model) -> $crate::export::columns::Cell<'_> {
                    $cell.into()
                }
                cell
            },
        }),*]
    };
}

/// All of them.
pub static COLUMNS: &[Column] = columns! {
    "id" Text |row| row.id.to_string();
    "sequence" Integer |row| row.sequence;
    "externalID" Text |row| row.external_id.as_ref();
    "customer" Integer |row| row.customer_id;
    "timestamp" Time |row| millis(row.timestamp);
    "timestampISO" Text |row| iso(row.timestamp);
    "createdTimestamp" Time |row| millis(row.created_at);
    "createdTimestampISO" Text |row| iso(row.created_at);
    "createdByUser" Integer |row| row.created_by_user;
    "createdByKey" Text |row| row.created_by_key.as_ref();
    "dialect" Text |row| &row.dialect;
    "traceID" Text |row| row.trace_id.as_ref();
    "seriesID" Text |row| row.series_id.map(|id| id.to_string());
    "stage" Integer |row| row.stage;
    "category" Text |row| row.category.as_ref();
    "application" Text |row| row.application.as_ref();
    "environment" Text |row| row.environment.as_ref();
    "eventType" Text |row| row.event_type.as_ref();
    "eventName" Text |row| row.event_name.as_ref();
    "description" Text |row| row.description.as_ref();
    "action" Text |row| row.action.as_ref();
    "verb" Text |row| row.verb.as_ref();
    "method" Text |row| row.method.as_ref();
    "status" Text |row| row.status.as_ref();
    "outcome" Text |row| &row.outcome;
    "severity" Text |row| &row.severity;
    "actorType" Text |row| row.actor_type.as_ref();
    "actorID" Text |row| row.actor_id.as_ref();
    "actorName" Text |row| row.actor_name.as_ref();
    "actorEmail" Text |row| row.actor_email.as_ref();
    "origin" Text |row| row.origin.as_ref();
    "clientIP" Text |row| row.client_ip.as_deref().and_then(derive::address_of).map(|address| address.to_string());
    "userAgent" Text |row| row.user_agent.as_ref();
    "actorDetail" Json |row| row.actor_detail.as_ref();
    "targetType" Text |row| row.target_type.as_ref();
    "targetID" Text |row| row.target_id.as_ref();
    "targetName" Text |row| row.target_name.as_ref();
    "targetDetail" Json |row| row.target_detail.as_ref();
    "authMethod" Text |row| row.auth_method.as_ref();
    "location" Text |row| row.location.as_ref();
    "device" Text |row| row.device.as_ref();
    "machineID" Text |row| row.machine_id.as_ref();
    "before" Json |row| row.before.as_ref();
    "after" Json |row| row.after.as_ref();
    "changes" Json |row| row.changes.as_ref();
    "requestMetadata" Json |row| row.request_metadata.as_ref();
    "responseMetadata" Json |row| row.response_metadata.as_ref();
    "metadata" Json |row| row.metadata.as_ref();
    "totalDuration" Number |row| row.total_duration;
    "latency" Number |row| row.latency;
    "cpuUsage" Number |row| row.cpu_usage;
    "memoryUsage" Number |row| row.memory_usage;
    "affectedResources" Integer |row| row.affected_resources;
    "metrics" Json |row| row.metrics.as_ref();
    "eventDetail" Json |row| row.event_detail.as_ref();
    "accessType" Text |row| row.access_type.as_ref();
    "flags" Json |row| flags(row.flags);
    "metadataList" Json |row| row.metadata_list.as_ref();
    "authUser" Integer |row| row.auth_user;
    "fingerprint" Text |row| row.fingerprint.as_ref();
};

fn flags(bits: i64) -> String {
    let set = flag::NAMES.into_iter().filter(|(_, bit)| bits & bit != 0);
    let names: Vec<String> = set.map(|(name, _)| format!("\"{name}\"")).collect();
    format!("[{}]", names.join(","))
}

/// The column of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name == name)
}

/// Those of the columns, in that order; all without any. What is not known is left out: it was refused before.
#[must_use]
pub(super) fn chosen(columns: &'static [Column], names: Option<&[String]>) -> Vec<&'static Column> {
    match names {
        None | Some([]) => columns.iter().collect(),
        Some(names) => names.iter().filter_map(|name| columns.iter().find(|column| column.name == *name)).collect(),
    }
}

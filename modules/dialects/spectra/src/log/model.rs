//! What goes over the wire.

use std::collections::BTreeMap;

use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

/// An event to be kept. Every name may also be written in camel case (`sourceInformation`). What is not listed is refused.
#[derive(Debug, Clone, Object)]
pub struct AuditEventInput {
    /// What kind of event it is; without spaces.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub category: String,
    /// Where it comes from.
    pub source_information: SourceInformation,
    /// How it was done: GET, POST, ...
    #[oai(validator(min_length = 1, max_length = 255))]
    pub method: String,
    /// How it ended: success, error, ...
    #[oai(validator(min_length = 1, max_length = 255))]
    pub status: String,
    /// How much it matters: info, error, ...
    #[oai(validator(min_length = 1, max_length = 255))]
    pub level: String,
    /// What happened.
    pub event: EventInput,
    /// Who did it.
    pub actor: ActorInput,
    /// What it was done to.
    pub resource: Option<ResourceInput>,
    /// Further data; those that are metrics, and numbers, can be counted with.
    #[oai(validator(max_items = 1000))]
    pub metadata: Option<Vec<MetadataInput>>,
}

/// Where an event comes from.
#[derive(Debug, Clone, Object)]
pub struct SourceInformation {
    /// The application; without spaces.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub application: String,
    /// The environment, such as staging; without spaces.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub environment: String,
}

/// What happened. The numbers may be missing where the settings say so (`dialects.spectra.lenient`).
#[derive(Debug, Clone, Object)]
pub struct EventInput {
    /// Its name.
    #[oai(validator(max_length = 255))]
    pub name: String,
    /// Its type.
    #[oai(rename = "type", validator(max_length = 255))]
    pub kind: String,
    /// Milliseconds; more than 0.
    pub total_duration: f64,
    /// How many resources it acted on.
    #[oai(validator(minimum(value = "0")))]
    pub affected_resources: i64,
    /// Milliseconds; more than 0.
    pub latency: f64,
    /// Percent, 0 to 100.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub cpu_usage: f64,
    /// Percent, 0 to 100.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub memory_usage: f64,
    /// More of it, with any members.
    pub detail: Option<Any<Value>>,
    /// Free text.
    #[oai(validator(max_length = 65536))]
    pub description: Option<String>,
}

/// Who did something.
#[derive(Debug, Clone, Object)]
pub struct ActorInput {
    /// Where it came from, such as an address.
    #[oai(validator(max_length = 255))]
    pub origin: String,
    /// More of the actor, with any members; `id`, `username` and `user_agent` can be searched for.
    pub detail: Option<Any<Value>>,
}

/// What something was done to.
#[derive(Debug, Clone, Object)]
pub struct ResourceInput {
    /// Its identifier.
    #[oai(validator(max_length = 255))]
    pub id: Option<String>,
    /// Its name.
    #[oai(validator(max_length = 255))]
    pub name: Option<String>,
    /// Its type.
    #[oai(rename = "type", validator(max_length = 255))]
    pub kind: Option<String>,
    /// More of it, with any members.
    pub detail: Option<Any<Value>>,
}

/// One thing of further data.
#[derive(Debug, Clone, Object)]
pub struct MetadataInput {
    /// Whether it is a metric; false when absent. One that is no number is kept like the others.
    #[oai(default)]
    pub is_metric: bool,
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// Its value, which may be anything.
    pub value: Any<Value>,
}

/// An event as it is kept.
#[derive(Debug, Clone, Object)]
pub struct AuditEvent {
    /// What kind of event it is.
    pub category: Option<String>,
    /// Where it comes from.
    pub tags: Tags,
    /// How it was done.
    pub method: Option<String>,
    /// How it ended.
    pub status: String,
    /// How much it matters.
    pub level: String,
    /// What happened.
    pub event: Event,
    /// Who did it.
    pub actor: Actor,
    /// What it was done to.
    pub resource: Resource,
    /// Further data and metrics by name.
    pub metadata: Any<Value>,
    /// When it was received, UTC with microseconds.
    pub timestamp: String,
}

/// Where an event comes from.
#[derive(Debug, Clone, Object)]
pub struct Tags {
    /// The application.
    pub application: Option<String>,
    /// The environment.
    pub environment: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Event {
    /// The series: the same for all events that were sent together.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its type.
    #[oai(rename = "type")]
    pub kind: Option<String>,
    /// Its place in the series, from 1.
    pub stage: Option<i64>,
    /// Milliseconds.
    pub total_duration: Option<f64>,
    /// How many resources it acted on.
    pub affected_resources: Option<i64>,
    /// Milliseconds.
    pub latency: Option<f64>,
    /// Percent.
    pub cpu_usage: Option<f64>,
    /// Percent.
    pub memory_usage: Option<f64>,
    /// More of it.
    pub detail: Any<Value>,
    /// Free text.
    pub description: Option<String>,
}

/// Who did something.
#[derive(Debug, Clone, Object)]
pub struct Actor {
    /// Where it came from.
    pub origin: Option<String>,
    /// More of the actor.
    pub detail: Any<Value>,
}

/// What something was done to.
#[derive(Debug, Clone, Object)]
pub struct Resource {
    /// Its identifier.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its type.
    #[oai(rename = "type")]
    pub kind: Option<String>,
    /// More of it.
    pub detail: Any<Value>,
}

/// A metric of one group.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct MetricGroup {
    /// The value of `group_by` that its events have; `all` without groups.
    pub group_key: String,
    /// Its windows with values, in order of time.
    pub data: Vec<MetricValue>,
}

/// A metric in one window of time.
#[derive(Debug, Clone, Object)]
pub struct MetricValue {
    /// The window: `2023-06-11 00:00:00+00:00 - 2023-06-11 00:00:05+00:00`, its end not included.
    pub range: String,
    /// The aggregate of its values; null where they have none.
    pub value: Option<f64>,
}

/// How many events of a window of time have which value.
#[derive(Debug, Clone, Object)]
pub struct MetricCounts {
    /// The window, its end not included.
    pub range: String,
    /// Events by value.
    pub data: BTreeMap<String, i64>,
}

macro_rules! query {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Object)]
        pub struct $name {
            /// Exactly this category.
            pub category: String,
            /// Exactly this application.
            pub app: String,
            /// Exactly this environment.
            pub env: Option<String>,
            /// Exactly this method.
            pub method: Option<String>,
            /// Exactly this status.
            pub status: Option<String>,
            /// Exactly this origin of the actor.
            pub origin: Option<String>,
            /// From when on: so long ago (1d when absent, 1h30m, 1mo), or a date-time of ISO 8601.
            pub start: Option<String>,
            /// Until when, itself not included: the same, or now(), which is meant when it is absent.
            pub stop: Option<String>,
            $($(#[$doc])* pub $field: $type,)*
        }
    };
}

query! {
    /// The parameters of a list of events.
    LogQuery {
        /// Which page of 50 events, from 1; 1 when absent.
        page: Option<i64>,
    }
}

query! {
    /// The parameters of a metric.
    MetricQuery {
        /// Length of a window: numbers with units of ns, us, ms, s, m, h, d, w, mo or y, like 5m or 1h30m; 1m when absent.
        interval: Option<String>,
        /// mean (when absent), sum, min, max, count, median, stddev (of a sample; null for one value), spread, first or last.
        agg: Option<String>,
        /// A field with names for values, such as status; each of its values gives a group.
        group_by: Option<String>,
    }
}

query! {
    /// The parameters of counts.
    CountQuery {
        /// Length of a window: numbers with units of ns, us, ms, s, m, h, d, w, mo or y, like 5m or 1h30m; 1m when absent.
        interval: Option<String>,
    }
}

//! Machines on the wire.

use poem_openapi::Object;

/// A machine that events are about.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Machine {
    /// Its identifier, as sent.
    #[oai(rename = "machineID")]
    pub machine_id: String,
    /// Its events, without requests to Argus itself.
    pub count: i64,
    /// The time of the earliest, in ms since the epoch.
    pub first_timestamp: i64,
    /// The time of the latest, in ms since the epoch.
    pub last_timestamp: i64,
}

//! Settings of the trail.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Span;
use crate::audit::Requests;

/// What the trail records of Argus' own requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSettings {
    /// `all`, `changes` (no successful reads) or `off` (only logins, refusals and exports).
    pub requests: Requests,
    /// Records of reads that may wait to be written; when full, requests wait and then get 503.
    pub queue: usize,
    /// MaxMind file (.mmdb) that says where addresses are, for the location of logins; empty for none.
    pub geoip: PathBuf,
    /// Streams of events that may be open on this node at the same time; one more gets 503.
    pub listeners: usize,
    /// The newest events, kept in memory while somebody listens. Who falls further behind is cut off.
    pub backlog: usize,
    /// Events that may wait to be written; when reached, requests wait and then get 503.
    pub event_queue: usize,
    /// Bytes that these events may take in memory.
    pub event_queue_bytes: usize,
    /// Bytes of bodies with many events that may be in work at the same time, over all requests.
    pub bulk_bytes: usize,
    /// How long a request waits for a place in one of these before it gets 503.
    pub patience: Span,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            requests: Requests::All,
            queue: 10_000,
            geoip: PathBuf::new(),
            listeners: 5_000,
            backlog: 10_000,
            event_queue: 20_000,
            event_queue_bytes: 64 << 20,
            bulk_bytes: 64 << 20,
            patience: Span::seconds(5),
        }
    }
}

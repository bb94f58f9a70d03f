//! Settings of webhooks.

use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Span, values};

/// Webhooks: events that Argus sends to addresses that its clients give.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Networks to which events may be sent beside the public Internet.
    #[serde(deserialize_with = "values::list")]
    pub allowed_networks: Vec<IpNet>,
    /// PEM file with who may vouch for receivers; empty for the public authorities.
    pub ca_file: PathBuf,
    /// How long an answer is waited for.
    pub timeout: Span,
    /// How long one message is tried to be delivered before its subscription ends.
    pub give_up: Span,
    /// Subscriptions of one customer.
    pub per_customer: u32,
    /// Subscriptions of all customers together.
    pub per_server: u32,
    /// Calls that a node makes at the same time.
    pub calls: u32,
    /// Bytes of events that a node has in work at the same time.
    pub memory: u32,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            allowed_networks: Vec::new(),
            ca_file: PathBuf::new(),
            timeout: Span::seconds(30),
            give_up: Span::seconds(5 * 86_400),
            per_customer: 100,
            per_server: 1_000,
            calls: 1_000,
            memory: 128 << 20,
        }
    }
}

impl WebhookSettings {
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        const MEBIBYTE: u32 = 1 << 20;
        match () {
            () if !(1..=300).contains(&self.timeout.duration().as_secs()) => {
                Some(("webhooks.timeout", "must be from 1s to 5m"))
            }
            () if self.give_up.duration().as_secs() < 60 => Some(("webhooks.give_up", "must be at least 1m")),
            () if self.per_customer == 0 => Some(("webhooks.per_customer", "must be more than 0")),
            () if self.per_server == 0 => Some(("webhooks.per_server", "must be more than 0")),
            () if self.calls == 0 => Some(("webhooks.calls", "must be more than 0")),
            () if self.memory < 4 * MEBIBYTE => Some(("webhooks.memory", "must be at least 4194304")),
            () => None,
        }
    }
}

//! Settings: one struct, from flags, environment, file and defaults (in that order of authority), with the source of
//! each value kept.

mod audit;
mod dialects;
mod exports;
mod load;
mod log;
mod login;
mod mail;
mod openid;
mod values;
mod webhooks;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use audit::AuditSettings;
pub use dialects::{
    Anonymous, Argus0Settings, CorsSettings, DialectsSettings, Links, MachineSettings, Mount, RAIL_PATHS, RailSettings,
    SpectraSettings,
};
pub use exports::ExportSettings;
pub use load::{Loaded, SettingsError, load, settings_keys};
pub use log::{LogFormat, LogSettings};
pub use login::{LdapSettings, USER};
pub use mail::MailSettings;
pub use openid::{OpenIdSettings, ResponseType};
pub use values::{Password, Secret, Span};
pub use webhooks::WebhookSettings;

use crate::authentication::secret;

/// Every setting. The file and the environment (`ARGUS_X`, nested `ARGUS_LIMITS__PASSWORD_ACCOUNT`) use these names.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of the embedded store and of bootstrap.json.
    pub data_dir: PathBuf,
    /// `sqlite://PATH` or `postgres://...`; empty for `argus.db` in the data folder. May hold a password.
    pub database_url: Secret,
    /// At least 32 random characters, from which the keys of this server's signatures follow; empty for a file in the data
    /// folder.
    pub secret_key: Secret,
    /// Name of the domain that the first start makes.
    #[serde(deserialize_with = "values::text")]
    pub domain: String,
    /// What signatures and browsers may name as this service; empty for the listen address and localhost.
    #[serde(deserialize_with = "values::list")]
    pub public_urls: Vec<String>,
    /// Networks of proxies whose X-Forwarded-For is believed.
    #[serde(deserialize_with = "values::list")]
    pub trusted_proxies: Vec<IpNet>,
    /// Networks from which dialects may be used without a credential, where their `anonymous` is `trusted`.
    #[serde(deserialize_with = "values::list")]
    pub trusted_networks: Vec<IpNet>,
    /// How long counting the matches of a list may take before the count is -1.
    pub count_timeout: Span,
    /// How long the numbers of one answer (statistics, metrics) may be worked out before it is 503.
    pub statistics_timeout: Span,
    /// Log lines.
    pub log: LogSettings,
    /// Limits of HTTP connections.
    pub edge: EdgeSettings,
    /// Limits of failed tries.
    pub limits: LimitSettings,
    /// Lifetimes of sessions.
    pub session: SessionSettings,
    /// Signed requests.
    pub signature: SignatureSettings,
    /// The directory server that checks passwords.
    pub ldap: LdapSettings,
    /// OpenID providers by short name.
    pub openid: BTreeMap<String, OpenIdSettings>,
    /// What the trail records of Argus' own requests.
    pub audit: AuditSettings,
    /// The mail server.
    pub mail: MailSettings,
    /// Webhooks.
    pub webhooks: WebhookSettings,
    /// Files that are made of the log.
    pub exports: ExportSettings,
    /// Other systems' interfaces.
    pub dialects: DialectsSettings,
}

/// Limits of HTTP connections.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeSettings {
    /// The head of a request must arrive within.
    pub head_timeout: Span,
    /// Longest pause inside a body.
    pub body_idle_timeout: Span,
    /// Longest pause between requests.
    pub idle_timeout: Span,
    /// Connections at the same time.
    pub max_connections: usize,
}

/// Limits of failed tries.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Failed passwords of one account in the window.
    pub password_account: u32,
    /// Failed passwords from one address in the window.
    pub password_address: u32,
    /// The window of both.
    pub password_window: Span,
    /// Failed keys from one address a minute. They never lock the key.
    pub key_address: u32,
}

/// Lifetimes of sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    /// A session unused for so long is over.
    pub idle: Span,
    /// No session lives longer.
    pub absolute: Span,
    /// Whether a change by cookie needs the header `Argus-Csrf-Token`. One that is sent must be right in any case.
    pub csrf: Csrf,
}

/// Whether a change by cookie needs a CSRF token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Csrf {
    /// It may come without.
    Optional,
    /// It must have one.
    Token,
}

/// Signed requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureSettings {
    /// How far a request's timestamp may be from where its key's pinned skew says; at most 30 minutes.
    pub pin_tolerance: Span,
}

/// This machine.
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("./argus-data"),
            database_url: Secret::default(),
            secret_key: Secret::default(),
            domain: "ARGUS".to_owned(),
            public_urls: Vec::new(),
            trusted_proxies: Vec::new(),
            trusted_networks: LOOPBACK.iter().filter_map(|network| network.parse().ok()).collect(),
            count_timeout: Span::seconds(2),
            statistics_timeout: Span::seconds(5),
            log: LogSettings {
                format: LogFormat::Text,
                filter: "info,sea_orm_migration=warn".to_owned(),
                origin: String::new(),
                key: PathBuf::new(),
                guard: String::new(),
                guard_token: Secret::default(),
                guard_ca_file: PathBuf::new(),
            },
            edge: EdgeSettings {
                head_timeout: Span::seconds(10),
                body_idle_timeout: Span::seconds(15),
                idle_timeout: Span::seconds(60),
                max_connections: 10_000,
            },
            limits: LimitSettings {
                password_account: 10,
                password_address: 300,
                password_window: Span::seconds(300),
                key_address: 6_000,
            },
            session: SessionSettings {
                idle: Span::seconds(3_600),
                absolute: Span::seconds(43_200),
                csrf: Csrf::Optional,
            },
            ldap: LdapSettings::default(),
            openid: BTreeMap::new(),
            signature: SignatureSettings { pin_tolerance: Span::seconds(60) },
            audit: AuditSettings::default(),
            mail: MailSettings::default(),
            webhooks: WebhookSettings::default(),
            exports: ExportSettings::default(),
            dialects: DialectsSettings::default(),
        }
    }
}

impl Settings {
    /// The store's address: the setting, or the file in the data folder.
    #[must_use]
    pub fn store_url(&self) -> String {
        if self.database_url.reveal().is_empty() {
            return format!("sqlite://{}", self.data_dir.join("argus.db").display());
        }
        self.database_url.reveal().to_owned()
    }

    /// The public addresses, without trailing slash.
    #[must_use]
    pub fn public_addresses(&self) -> Vec<String> {
        if !self.public_urls.is_empty() {
            return self.public_urls.iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        }
        let mut listen = self.listen;
        // "Every address" is none that anybody could ask.
        match listen.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => listen.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => listen.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        vec![format!("http://{listen}"), format!("http://localhost:{}", listen.port())]
    }

    /// Whether the public address is https, so that cookies are `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_addresses().first().is_some_and(|url| url.starts_with("https://"))
    }

    /// The public address that a browser's `Origin` names.
    #[must_use]
    pub fn public_address_of(&self, origin: &str) -> Option<String> {
        let root = |url: &str| {
            let (scheme, rest) = url.split_once("://")?;
            Some(format!("{scheme}://{}", rest.split('/').next()?))
        };
        let is_named = |url: &String| root(url).is_some_and(|root| root.eq_ignore_ascii_case(origin));
        self.public_addresses().into_iter().find(is_named)
    }

    /// Whether a browser's `Origin` is one of the public addresses.
    #[must_use]
    pub fn is_public_origin(&self, origin: &str) -> bool {
        self.public_address_of(origin).is_some()
    }

    /// What serde cannot see.
    fn problem(&self) -> Option<(&'static str, &'static str)> {
        let is_url = |url: &String| url.starts_with("http://") || url.starts_with("https://");
        let url = self.database_url.reveal();
        let store = url.is_empty() || ["sqlite:", "postgres:", "postgresql:"].iter().any(|kind| url.starts_with(kind));
        let positive = [
            ("edge.max_connections", self.edge.max_connections),
            ("audit.queue", self.audit.queue),
            ("audit.listeners", self.audit.listeners),
            ("audit.backlog", self.audit.backlog),
            ("audit.event_queue", self.audit.event_queue),
            ("audit.event_queue_bytes", self.audit.event_queue_bytes),
            ("audit.bulk_bytes", self.audit.bulk_bytes),
            ("limits.password_account", self.limits.password_account as usize),
            ("limits.password_address", self.limits.password_address as usize),
            ("limits.key_address", self.limits.key_address as usize),
        ];
        match () {
            () if !self.public_urls.iter().all(is_url) => Some(("public_urls", "must begin with http:// or https://")),
            () if !store => Some(("database_url", "must begin with sqlite: or postgres:")),
            () if !self.secret_key.is_empty_or(secret::LEAST) => {
                Some(("secret_key", "must have at least 32 characters, and no ://"))
            }
            () if self.domain.is_empty() || self.domain.contains('/') => {
                Some(("domain", "must not be empty or contain a slash"))
            }
            () if tracing_subscriber::EnvFilter::try_new(&self.log.filter).is_err() => {
                Some(("log.filter", "cannot be read; see the documentation of RUST_LOG"))
            }
            () if !(1..=1_800_000_000_000).contains(&self.signature.pin_tolerance.nanos()) => {
                Some(("signature.pin_tolerance", "must be more than 0 and at most 30m"))
            }
            () => {
                let zero = positive.into_iter().find(|(_, value)| *value == 0);
                zero.map(|(key, _)| (key, "must be more than 0"))
                    .or_else(|| self.ldap.problem())
                    .or_else(|| self.mail.problem())
                    .or_else(|| self.webhooks.problem())
                    .or_else(|| self.exports.problem())
                    .or_else(|| self.dialects.problem())
                    .or_else(|| self.openid.iter().find_map(|(short_name, provider)| provider.problem(short_name)))
            }
        }
    }
}

//! Settings of the dialects: where other systems' clients find theirs, and who may use it without a credential.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Span, values};

/// The dialects.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectsSettings {
    /// The audit-log microservice with `/api/audit-logs`.
    pub argus0: Argus0Settings,
    /// The audit log with users, access keys and metrics (`/auth`, `/users`, `/audit/log`, `/audit/metrics`).
    pub spectra: SpectraSettings,
    /// Audit trails of machines (`/api/v1/audit/{machine_id}`).
    pub machine: MachineSettings,
    /// Audit rails (`/api/v1/audit/logs` and what is beside it).
    pub rail: RailSettings,
}

/// Who may use a dialect without saying who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Anonymous {
    /// Nobody.
    Off,
    /// Who comes from `trusted_networks`.
    Trusted,
    /// Anybody.
    On,
}

impl Anonymous {
    /// Whether a client at that address gets in.
    #[must_use]
    pub fn lets_in(self, client: IpAddr, trusted: &[IpNet]) -> bool {
        match self {
            Self::Off => false,
            Self::Trusted => trusted.iter().any(|network| network.contains(&client)),
            Self::On => true,
        }
    }
}

/// Browsers' pages of other origins.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsSettings {
    /// Origins whose pages may call, as browsers send them: `https://example.org`. There is no `*`.
    #[serde(deserialize_with = "values::list")]
    pub origins: Vec<String>,
}

/// Where a dialect is mounted, and who gets in: what all dialects have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Whether it is there at all.
    pub enabled: bool,
    /// What stands before its paths, besides `/dialect/<name>`: nothing, or `/some/path`.
    pub prefix: String,
    /// The host at which nothing but the dialect answers; empty for none.
    pub host: String,
    /// Who gets in without a credential.
    pub anonymous: Anonymous,
    /// Origins of pages that may call.
    pub origins: Vec<String>,
}

/// Declares the settings of a dialect: those that all of them have, and its own.
macro_rules! dialect {
    (
        $(#[$about:meta])* $name:ident, $key:literal, anonymous: $anonymous:ident, origins: $origins:expr;
        $($(#[$doc:meta])* $field:ident: $type:ty = $default:expr;)*
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Whether the dialect is there at all.
            pub enabled: bool,
            /// What stands before its paths, besides `/dialect/<name>`: nothing, or `/some/path`.
            #[serde(deserialize_with = "values::text")]
            pub prefix: String,
            /// A host at which nothing but the dialect answers; empty for none.
            #[serde(deserialize_with = "values::text")]
            pub host: String,
            /// Who may use it without a credential: nobody (`off`), who comes from `trusted_networks` (`trusted`), anybody (`on`).
            pub anonymous: Anonymous,
            /// Browsers' pages of other origins.
            pub cors: CorsSettings,
            $($(#[$doc])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                let origins: &[&str] = &$origins;
                Self {
                    enabled: true,
                    prefix: String::new(),
                    host: String::new(),
                    anonymous: Anonymous::$anonymous,
                    cors: CorsSettings { origins: origins.iter().map(|&origin| origin.to_owned()).collect() },
                    $($field: $default,)*
                }
            }
        }

        impl $name {
            /// What all dialects have in common.
            #[must_use]
            pub fn mount(&self) -> Mount {
                Mount {
                    enabled: self.enabled,
                    prefix: self.prefix.clone(),
                    host: self.host.clone(),
                    anonymous: self.anonymous,
                    origins: self.cors.origins.clone(),
                }
            }

            fn mount_problem(&self) -> Option<(&'static str, &'static str)> {
                let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte));
                let prefix = &self.prefix;
                if !prefix.is_empty() && (!prefix.starts_with('/') || prefix.ends_with('/') || prefix.contains("//") || !plain(prefix)) {
                    return Some((concat!("dialects.", $key, ".prefix"), "must be empty, or begin with a slash and end with none"));
                }
                if self.cors.origins.iter().any(|origin| !origin.contains("://")) {
                    return Some((concat!("dialects.", $key, ".cors.origins"), "must be origins, such as https://example.org"));
                }
                None
            }
        }
    };
}

dialect! {
    /// The dialect `argus0`.
    Argus0Settings, "argus0", anonymous: Trusted, origins: ["http://localhost:5173"];
    /// Types of event that are taken, besides `MANAGEMENT_EVENT`, `USER_MANAGEMENT` and `DATA_FETCH`; empty for any.
    #[serde(deserialize_with = "values::list")]
    event_types: Vec<String> = Vec::new();
    /// Actions that are taken, besides `CREATE`, `READ`, `UPDATE` and `DELETE`.
    #[serde(deserialize_with = "values::list")]
    event_actions: Vec<String> = Vec::new();
    /// Types of actor that are taken, besides `SERVICE`, `ADMIN`, `MEMBER` and `SYSTEM`.
    #[serde(deserialize_with = "values::list")]
    actor_types: Vec<String> = Vec::new();
    /// Types of target that are taken, besides `SERVICE` and `RESOURCE`.
    #[serde(deserialize_with = "values::list")]
    target_types: Vec<String> = Vec::new();
    /// Whether its lists leave out events that came in by other doors.
    own_events_only: bool = false;
}

dialect! {
    /// The dialect `spectra`.
    SpectraSettings, "spectra", anonymous: Off, origins: [];
    /// Whether links stand in the answer or go out by e-mail. Those to set a password are ways into accounts: they stand in answers
    /// to `trusted_networks` only.
    links: Links = Links::Response;
    /// How long such a link is good.
    link_lifetime: Span = Span::seconds(60);
    /// How long the token of a login is good.
    token_lifetime: Span = Span::seconds(3_600);
    /// Whether fields that the original's code takes as optional may be missing, although its document wants them.
    lenient: bool = false;
    /// Whether a failed login says the same whatever is wrong, instead of which of name, activation and password it is.
    uniform_login_errors: bool = false;
    /// Accounts that one address may make in a minute.
    signups: u32 = 120;
}

dialect! {
    /// The dialect `machine`.
    MachineSettings, "machine", anonymous: Off, origins: [];
    /// Whether events of machines are refused whose names are paths of the dialect `rail`, where both have the same prefix.
    reserve: bool = true;
}

dialect! {
    /// The dialect `rail`.
    RailSettings, "rail", anonymous: Trusted, origins: [];
}

/// Where links go that a dialect hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// Into the answer, as the original does it.
    Response,
    /// Out by e-mail.
    Mail,
}

/// First parts of the rail's paths below `/api/v1/audit`, where the other dialect there has the names of machines.
pub const RAIL_PATHS: [&str; 7] = ["logs", "access-logs", "login-history", "stats", "export", "reports", "entities"];

impl DialectsSettings {
    /// Names that no machine may have: at its path there is something else. None where each dialect has its own prefix.
    #[must_use]
    pub fn reserved_machines(&self) -> &'static [&'static str] {
        let (machine, rail) = (&self.machine, &self.rail);
        let shared = machine.enabled && rail.enabled && machine.prefix == rail.prefix;
        if shared && machine.reserve { &RAIL_PATHS } else { &[] }
    }

    /// What the dialect of that name has in common with the others.
    #[must_use]
    pub fn mount(&self, name: &str) -> Option<Mount> {
        match name {
            "argus0" => Some(self.argus0.mount()),
            "spectra" => Some(self.spectra.mount()),
            "machine" => Some(self.machine.mount()),
            "rail" => Some(self.rail.mount()),
            _ => None,
        }
    }

    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        let mounts = self.argus0.mount_problem().or_else(|| self.spectra.mount_problem());
        let mounts = mounts.or_else(|| self.machine.mount_problem()).or_else(|| self.rail.mount_problem());
        mounts.or_else(|| match () {
            () if self.spectra.link_lifetime.nanos() <= 0 => {
                Some(("dialects.spectra.link_lifetime", "must be more than 0"))
            }
            () if self.spectra.token_lifetime.nanos() <= 0 => {
                Some(("dialects.spectra.token_lifetime", "must be more than 0"))
            }
            () if self.spectra.signups == 0 => Some(("dialects.spectra.signups", "must be more than 0")),
            () => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gets_in_without_a_credential_is_said_by_network() {
        let trusted: Vec<IpNet> = vec!["127.0.0.0/8".parse().unwrap()];
        let (near, far): (IpAddr, IpAddr) = ("127.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap());
        assert!(Anonymous::Trusted.lets_in(near, &trusted) && !Anonymous::Trusted.lets_in(far, &trusted));
        assert!(Anonymous::On.lets_in(far, &[]) && !Anonymous::Off.lets_in(near, &trusted));
    }

    #[test]
    fn a_prefix_is_a_path() {
        let with = |prefix: &str| {
            let mut settings = DialectsSettings::default();
            prefix.clone_into(&mut settings.rail.prefix);
            settings.problem().map(|(key, _)| key)
        };
        for good in ["", "/rail", "/a/b-c"] {
            assert_eq!(with(good), None, "{good}");
        }
        for bad in ["rail", "/rail/", "/", "/a//b", "/{x}", "/a b"] {
            assert_eq!(with(bad), Some("dialects.rail.prefix"), "{bad}");
        }
    }
}

//! Settings of logins that somebody else proves: a directory server.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Password, Span};

/// What stands for the user's name in a template.
pub const USER: &str = "{user}";

/// The longest that a login may wait for somebody else, in ns: clients wait half a minute.
const LONGEST_WAIT: i64 = 20_000_000_000;

/// A key below its section and what is wrong with it.
pub(super) type Problem = (&'static str, &'static str);

/// The directory server (LDAP) that checks passwords. Off without a `url`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LdapSettings {
    /// `ldap://HOST[:PORT]` or `ldaps://HOST[:PORT]`; empty for no directory.
    pub url: String,
    /// Whether an `ldap://` connection turns to TLS before anything else.
    pub starttls: bool,
    /// PEM file with the certificates of those who may vouch for the directory; empty for the public ones.
    pub ca_file: PathBuf,
    /// The name to bind with, where it follows from the user's: `uid={user},ou=people,dc=example,dc=org`.
    pub bind_dn: String,
    /// Otherwise, below what the user's entry is looked for.
    pub search_base: String,
    /// The filter that finds it, with `{user}`.
    pub search_filter: String,
    /// Who looks for it; empty for nobody in particular.
    pub service_dn: String,
    /// The password of that account.
    pub service_password: Password,
    /// How long a login may take.
    pub timeout: Span,
    /// Logins at the same time; more have to wait.
    pub connections: usize,
}

impl Default for LdapSettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            starttls: false,
            ca_file: PathBuf::new(),
            bind_dn: String::new(),
            search_base: String::new(),
            search_filter: format!("(uid={USER})"),
            service_dn: String::new(),
            service_password: Password::default(),
            timeout: Span::seconds(5),
            connections: 16,
        }
    }
}

impl LdapSettings {
    /// Whether there is a directory.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.url.is_empty()
    }

    pub(super) fn problem(&self) -> Option<Problem> {
        let plain = self.url.strip_prefix("ldap://");
        let place = plain.or_else(|| self.url.strip_prefix("ldaps://"));
        let by_search = !self.search_base.is_empty();
        let by_service = !self.service_dn.is_empty();
        match () {
            () if !self.is_on() => None,
            () if !place.is_some_and(is_place) => {
                Some(("ldap.url", "must be ldap://HOST or ldaps://HOST, with or without a port"))
            }
            () if self.starttls && plain.is_none() => Some(("ldap.starttls", "goes with ldap:// only")),
            () if self.bind_dn.is_empty() != by_search => {
                Some(("ldap.bind_dn", "or ldap.search_base is needed, and not both"))
            }
            () if !by_search && !self.bind_dn.contains(USER) => Some(("ldap.bind_dn", "must contain {user}")),
            () if by_search && !self.search_filter.contains(USER) => {
                Some(("ldap.search_filter", "must contain {user}"))
            }
            // A name with an empty password is no proof of anything, and yet many directories let it in.
            () if by_service == self.service_password.reveal().is_empty() => {
                Some(("ldap.service_password", "and ldap.service_dn are needed together, or neither"))
            }
            () if !is_wait(self.timeout) => Some(("ldap.timeout", "must be more than 0 and at most 20s")),
            () if self.connections == 0 => Some(("ldap.connections", "must be more than 0")),
            () => None,
        }
    }
}

/// Whether a text is a host with or without a port, and nothing else.
fn is_place(place: &str) -> bool {
    let place = place.strip_suffix('/').unwrap_or(place);
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (place, "1"),
    };
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    !host.is_empty() && host.bytes().all(sign) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

pub(super) fn is_wait(span: Span) -> bool {
    (1..=LONGEST_WAIT).contains(&span.nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl Fn(&mut LdapSettings)) -> Option<&'static str> {
        let mut settings = LdapSettings {
            url: "ldap://[::1]:389".to_owned(),
            bind_dn: "uid={user},dc=example".to_owned(),
            ..LdapSettings::default()
        };
        change(&mut settings);
        settings.problem().map(|(key, _)| key)
    }

    #[test]
    fn what_cannot_work_is_named() {
        assert_eq!(LdapSettings::default().problem(), None);
        assert_eq!(with(|_| {}), None);
        let search = |it: &mut LdapSettings| (it.bind_dn, it.search_base) = (String::new(), "dc=example".to_owned());
        assert_eq!(with(search), None);
        for url in [
            "http://a",
            "ldap://",
            "ldap://a b",
            "ldap://a/dc=x",
            "ldap://a?b",
            "ldap://a:x",
            "ldap://a:0",
            "ldap://u@a",
        ] {
            assert_eq!(with(|it| it.url = url.to_owned()), Some("ldap.url"), "{url}");
        }
        assert_eq!(with(|it| (it.url, it.starttls) = ("ldaps://a".to_owned(), true)), Some("ldap.starttls"));
        assert_eq!(with(|it| it.bind_dn.clear()), Some("ldap.bind_dn"));
        assert_eq!(with(|it| it.search_base = "dc=example".to_owned()), Some("ldap.bind_dn"));
        assert_eq!(with(|it| it.bind_dn = "uid=anna".to_owned()), Some("ldap.bind_dn"));
        assert_eq!(with(|it| (search(it), it.search_filter.clear()).1), Some("ldap.search_filter"));
        assert_eq!(with(|it| it.service_dn = "cn=argus".to_owned()), Some("ldap.service_password"));
        assert_eq!(with(|it| it.service_password = Password::new("x")), Some("ldap.service_password"));
        assert_eq!(with(|it| it.timeout = Span::seconds(0)), Some("ldap.timeout"));
        assert_eq!(with(|it| it.timeout = Span::seconds(21)), Some("ldap.timeout"));
        assert_eq!(with(|it| it.connections = 0), Some("ldap.connections"));
    }
}

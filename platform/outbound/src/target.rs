//! Addresses (URLs) that clients give.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use ipnet::IpNet;

use crate::address::may_be_called;

/// The longest address, in bytes.
pub const LONGEST: usize = 2_000;

/// Whom to talk to: a name that is looked up at each call, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name, in lower case.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// An address that a client gave, taken apart. It is strict: what different programs read differently is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whether it is https.
    pub tls: bool,
    /// Whom to talk to.
    pub host: Host,
    /// The port, also where it is not written.
    pub port: u16,
    /// Host and port as they are written, for the header `Host`.
    pub authority: String,
    /// Path and query.
    pub path: String,
}

impl Target {
    /// Takes an address apart.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("Longer than 2000 characters");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte)) {
            return Err("Has characters that are not to stand in an address as they are");
        }
        if text.contains('#') {
            return Err("Has a fragment (#), which no server ever sees");
        }
        let uri: Uri = text.parse().map_err(|_| "Not an address such as https://example.org/path")?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("Neither https:// nor http://"),
        };
        let authority = uri.authority().ok_or("Names no host")?;
        if authority.as_str().contains('@') {
            return Err("Holds a user or a password, which would be shown to whoever may see this");
        }
        // By hand: a port beyond 65535 is taken for none at all otherwise.
        let port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") if tls => 443,
            Some("") => 80,
            rest => rest.and_then(|rest| port(rest.strip_prefix(':')?)).ok_or("Has no port that there is")?,
        };
        let host = host(authority.host())?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { tls, host, port, authority: authority.as_str().to_owned(), path })
    }

    /// Whether it names an address that must not be called. Of a name nobody can say before it is looked up.
    #[must_use]
    pub fn is_forbidden(&self, allowed: &[IpNet]) -> bool {
        matches!(self.host, Host::Address(address) if !may_be_called(address, allowed))
    }
}

/// Host and port, without what a client may have put into the path.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority)
    }
}

fn port(digits: &str) -> Option<u16> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|port| plain && *port != 0)
}

fn host(text: &str) -> Result<Host, &'static str> {
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.strip_suffix(']').ok_or("Has a bracket that is not closed")?;
        let address: Ipv6Addr = inner.parse().map_err(|_| "Has no address of version 6 between its brackets")?;
        return Ok(Host::Address(address.into()));
    }
    // As browsers decide it: a host whose last part is a number is an address. `2130706433`, `0x7f.1` and `0177.0.0.1` are
    // 127.0.0.1 to some programs, so only the one form that all read alike is taken.
    let last = text.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_number {
        let address: Ipv4Addr = text.parse().map_err(|_| "Its host is neither a name nor an address like 192.0.2.1")?;
        return Ok(Host::Address(address.into()));
    }
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(plain) && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(is_label) {
        return Err("Its host is no name (letters, digits, - and _ between dots; others in their form xn--)");
    }
    Ok(Host::Name(text.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let target = Target::parse("https://Hooks.example.org/in?a=b").unwrap();
        assert_eq!((target.tls, target.port, target.path.as_str()), (true, 443, "/in?a=b"));
        assert_eq!(target.host, Host::Name("hooks.example.org".to_owned()));
        let target = Target::parse("http://[2001:db8::1]:8080").unwrap();
        assert_eq!((target.tls, target.port, target.path.as_str()), (false, 8080, "/"));
        assert_eq!(target.host, Host::Address("2001:db8::1".parse().unwrap()));
        assert_eq!(target.authority, "[2001:db8::1]:8080");
        assert_eq!(Target::parse("http://a?b").unwrap().path, "/?b");
        for good in
            ["https://a-b.c_d.example:1/", "http://xn--bcher-kva.example/", "HTTPS://1.1.1.1/%20", "https://1a.b2"]
        {
            Target::parse(good).unwrap_or_else(|problem| panic!("{good}: {problem}"));
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for bad in [
            "",
            "hooks.example.org",
            "/in",
            "//hooks.example.org/in",
            "ftp://hooks.example.org/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "https:///in",
            "https://",
            "https://user@hooks.example.org/",
            "https://user:password@hooks.example.org/",
            "https://hooks.example.org@127.0.0.1/",
            "https://hooks.example.org/#there",
            "https://hooks.example.org:/",
            "https://hooks.example.org:0/",
            "https://hooks.example.org:65536/",
            "https://hooks.example.org:+80/",
            "https://hooks.example.org:x/",
            "https://hooks.example.org\\@127.0.0.1/",
            "https://hooks.example.org/a b",
            "https://hooks.example.org/\n",
            "https://b\u{fc}cher.example/",
            "https://example.org./",
            "https://.example.org/",
            "https://a..b/",
            "https://-a.example/",
            "https://a%2eb/",
            // Other forms of 127.0.0.1 and of 169.254.169.254.
            "http://2130706433/",
            "http://017700000001/",
            "http://0x7f000001/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://127.0.1/",
            "http://127.0.0.01/",
            "http://127.0.0.1./",
            "http://127.0.0.0x1/",
            "http://2852039166/",
            "http://0xa9fea9fe/",
            "http://169.254.43518/",
            "http://[::1/",
            "http://[fe80::1%25eth0]/",
            "http://[127.0.0.1]/",
            "http://256.1.1.1/",
            "http://1.1.1.1.1/",
            "http://0x/",
        ] {
            assert!(Target::parse(bad).is_err(), "{bad}: {:?}", Target::parse(bad));
        }
        let long = format!("https://example.org/{}", "a".repeat(LONGEST));
        assert!(Target::parse(&long).is_err());
    }

    #[test]
    fn addresses_that_must_not_be_called_are_known_at_once() {
        let allowed: Vec<IpNet> = vec!["127.0.0.0/8".parse().unwrap()];
        for (url, forbidden, forbidden_here) in [
            ("http://127.0.0.1:8080/", true, false),
            ("http://[::ffff:127.0.0.1]/", true, false),
            ("http://[::1]/", true, true),
            ("http://169.254.169.254/latest", true, true),
            ("https://1.1.1.1/", false, false),
            ("https://localhost/", false, false),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!((target.is_forbidden(&[]), target.is_forbidden(&allowed)), (forbidden, forbidden_here), "{url}");
        }
    }
}

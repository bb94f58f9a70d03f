//! Which address a signature is for (requirement S2-32): scheme and host without regard to case, the default port may
//! stand or not, the path byte by byte; query and fragment do not count. Only configured public addresses do: what
//! Host or a proxy says is not asked.

/// Whether `claimed` is the address of a request for `path`, below one of the public addresses.
#[must_use]
pub fn is_for(claimed: &str, public: &[String], path: &str) -> bool {
    let Some(claimed) = Address::parse(claimed) else { return false };
    public.iter().filter_map(|base| Address::parse(base)).any(|base| {
        let prefix = base.path.strip_suffix('/').unwrap_or(base.path);
        base.is_same_origin(&claimed) && claimed.path.strip_prefix(prefix) == Some(path)
    })
}

struct Address<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
}

impl<'a> Address<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.split(['?', '#']).next()?;
        let (scheme, rest) = text.split_once("://")?;
        let default = match scheme.to_ascii_lowercase().as_str() {
            "http" => "80",
            "https" => "443",
            _ => return None,
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // The last colon, unless it stands inside the brackets of an IPv6 address.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (authority, default),
        };
        let sound = !host.is_empty() && !authority.contains('@') && port.bytes().all(|byte| byte.is_ascii_digit());
        sound.then_some(Self { scheme, host, port: if port.is_empty() { default } else { port }, path })
    }

    fn is_same_origin(&self, other: &Self) -> bool {
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && self.host.eq_ignore_ascii_case(other.host)
            && self.port == other.port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_address() {
        let public = ["https://Argus.example.org".to_owned(), "http://127.0.0.1:8080/gate/".to_owned()];
        let is = |claimed: &str| is_for(claimed, &public, "/audit/v1/event");
        for good in [
            "https://argus.example.org/audit/v1/event",
            "HTTPS://ARGUS.example.org:443/audit/v1/event?a=b",
            "https://argus.example.org/audit/v1/event#f",
            "http://127.0.0.1:8080/gate/audit/v1/event",
        ] {
            assert!(is(good), "{good}");
        }
        for bad in [
            "http://argus.example.org/audit/v1/event",
            "https://argus.example.org:8443/audit/v1/event",
            "https://argus.example.org/audit/v1/Event",
            "https://argus.example.org/audit/v1/event/",
            "https://argus.example.org//audit/v1/event",
            "https://argus.example.org/audit/v1/%65vent",
            "https://argus.example.org/audit/v2/event",
            "https://other.example.org/audit/v1/event",
            "https://user@argus.example.org/audit/v1/event",
            "http://127.0.0.1:8080/audit/v1/event",
            "/audit/v1/event",
            "argus.example.org/audit/v1/event",
            "ftp://argus.example.org/audit/v1/event",
            "",
        ] {
            assert!(!is(bad), "{bad}");
        }
        assert!(is_for("http://[::1]:80/a", &["http://[::1]".to_owned()], "/a"));
    }
}

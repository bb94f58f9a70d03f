//! The client's address: the peer's, unless the peer is a trusted proxy; then what the proxy says.

use std::net::IpAddr;

use ipnet::IpNet;
use poem::Request;
use poem::http::{HeaderMap, StatusCode};

use crate::error::ApiError;

/// The address of the client behind `peer`. `X-Forwarded-For` is read only from trusted proxies, from the right: each
/// proxy adds the address it was called from, so the first one from the right that is not a trusted proxy is the
/// client; what stands further left was written by the client itself.
///
/// # Errors
/// 400 when a trusted proxy sends a header that cannot be read.
pub fn resolve(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Result<IpAddr, ApiError> {
    let peer = unmapped(peer);
    if !is_trusted(peer, trusted) {
        return Ok(peer);
    }
    let mut client = peer;
    for line in headers.get_all("x-forwarded-for").iter().rev() {
        let line = line.to_str().map_err(|_| unreadable())?;
        for hop in line.rsplit(',') {
            client = parse_hop(hop.trim()).ok_or_else(unreadable)?;
            if !is_trusted(client, trusted) {
                return Ok(client);
            }
        }
    }
    Ok(client)
}

/// Headers by which proxies say for whom they ask.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/// Whether nobody knows from where a request comes: it says that it is asked for somebody else, by a peer that is no trusted
/// proxy. A network that is believed in must not be told by its address.
#[must_use]
pub fn is_hidden(request: &Request, trusted: &[IpNet]) -> bool {
    let peer = request.remote_addr().as_socket_addr().map(|peer| unmapped(peer.ip()));
    let is_forwarded = FORWARDED.iter().any(|name| request.headers().contains_key(*name));
    is_forwarded && !peer.is_some_and(|peer| is_trusted(peer, trusted))
}

/// An IPv4 address that came in IPv6's clothes, as itself.
#[must_use]
pub fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// An address, bare, with a port, or an IPv6 one in brackets.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|at| at.ip()))?;
    Some(unmapped(address))
}

fn unreadable() -> ApiError {
    ApiError::action(StatusCode::BAD_REQUEST, "http.forwarded.invalid", "X-Forwarded-For cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> Result<String, u16> {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let found = resolve(peer.parse().unwrap(), &headers, &trusted);
        found.map(|address| address.to_string()).map_err(|error| error.status.as_u16())
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_from_the_right() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), Ok("192.0.2.1".into()));
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), Ok("198.51.100.7".into()));
        assert_eq!(client("10.0.0.1", &["127.0.0.1, 198.51.100.7, 10.2.2.2"]), Ok("198.51.100.7".into()));
        assert_eq!(client("10.0.0.1", &["127.0.0.1", "198.51.100.7"]), Ok("198.51.100.7".into()));
        assert_eq!(client("10.0.0.1", &[]), Ok("10.0.0.1".into()));
        assert_eq!(client("::ffff:10.0.0.1", &["[2001:db8::1]:4711"]), Ok("2001:db8::1".into()));
        assert_eq!(client("10.0.0.1", &["unknown"]), Err(400));
        assert_eq!(client("192.0.2.1", &["unknown"]), Ok("192.0.2.1".into()));
    }
}

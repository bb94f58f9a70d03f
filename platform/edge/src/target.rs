//! Host, and the request target that must agree with it.

use std::net::Ipv6Addr;

use http::header::HOST;
use http::request::Parts;
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Uri, Version};

use crate::path;
use crate::refusal::{self, Fault};

/// Checks method, Host and target of a request that hyper has parsed, and brings a target in absolute form into origin
/// form, so that whoever comes next sees only the path.
///
/// # Errors
/// The rule that the request breaks (RFC 9112, 3.2).
pub(crate) fn check(parts: &mut Parts) -> Result<(), Fault> {
    if parts.method == Method::CONNECT {
        return Err(refusal::CONNECT);
    }
    let host = host(&parts.headers, parts.version)?;
    if parts.uri.scheme().is_some() {
        parts.uri = origin_form(&parts.uri, host)?;
    } else if parts.uri.authority().is_some() {
        return Err(refusal::TARGET_INVALID);
    }
    match parts.uri.path() {
        "*" if parts.method == Method::OPTIONS => Ok(()),
        "*" => Err(refusal::TARGET_INVALID),
        path => path::check(path),
    }
}

/// The one Host. None only under HTTP/1.0, which did not know it (RFC 9112, 3.2 asks for it under HTTP/1.1).
fn host(headers: &HeaderMap, version: Version) -> Result<Option<Authority<'_>>, Fault> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(_), Some(_)) => Err(refusal::HOST_TWICE),
        (Some(host), None) => parse_host(host).map(Some),
        (None, _) if version == Version::HTTP_10 => Ok(None),
        (None, _) => Err(refusal::HOST_MISSING),
    }
}

fn parse_host(host: &HeaderValue) -> Result<Authority<'_>, Fault> {
    host.to_str().ok().and_then(Authority::parse).ok_or(refusal::HOST_INVALID)
}

/// RFC 9112, 3.2.2 lets the target override Host; here they must be equal, for nobody honest sends two names.
fn origin_form(uri: &Uri, host: Option<Authority<'_>>) -> Result<Uri, Fault> {
    let default_port = match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP => 80,
        Some(scheme) if *scheme == Scheme::HTTPS => 443,
        _ => return Err(refusal::TARGET_INVALID),
    };
    let authority = uri.authority().and_then(|authority| Authority::parse(authority.as_str()));
    let authority = authority.ok_or(refusal::TARGET_INVALID)?;
    if !host.is_some_and(|host| host.is_same(&authority, default_port)) {
        return Err(refusal::TARGET_FOREIGN);
    }
    // hyper's Uri has a path here even if the target had none.
    Ok(Uri::from(uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"))))
}

/// A host and a port (RFC 3986, 3.2), without user information: RFC 9110, 4.2.4 has it treated as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Authority<'a> {
    host: &'a str,
    port: Option<u16>,
}

impl<'a> Authority<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let end = match text.strip_prefix('[') {
            Some(rest) => rest.find(']')? + 2,
            None => text.find(':').unwrap_or(text.len()),
        };
        let (host, port) = text.split_at_checked(end)?;
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            // The grammar lets a port be empty.
            Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
            _ => return None,
        };
        is_host(host).then_some(Self { host, port })
    }

    fn is_same(&self, other: &Self, default_port: u16) -> bool {
        self.host.eq_ignore_ascii_case(other.host)
            && self.port.unwrap_or(default_port) == other.port.unwrap_or(default_port)
    }
}

fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal.parse::<Ipv6Addr>().is_ok();
    }
    let mut bytes = host.bytes();
    while let Some(byte) = bytes.next() {
        let sound = match byte {
            b'%' => {
                let mut digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                digit() && digit()
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !sound {
            return false;
        }
    }
    !host.is_empty()
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;

//! The header `Argus-Csrf-Token`: a signature over the address and the time of a request, by the key that came with the
//! session (sdk-contract 1.4). Another site can make a browser send the cookie, but does not have that key.

use percent_encoding::percent_decode_str;
use poem::Request;
use poem::http::HeaderName;
use serde::Deserialize;

use super::jws::signed;
use super::session::session_key_bytes;
use super::single;
use crate::app::Platform;
use crate::config::Csrf;
use crate::error::ApiError;

const HEADER: HeaderName = HeaderName::from_static("argus-csrf-token");

/// How far the client's clock may be off, in ms. Clients send a request again with the same token, so it is good more
/// than once.
const FRESH: i64 = 300_000;

#[derive(Deserialize)]
struct Claims {
    url: String,
    timestamp: i64,
}

/// Checks a request that changes something and came by cookie.
///
/// # Errors
/// 403 for a token that is not right, and for none where the settings demand one; 400 for two.
pub(super) fn check(platform: &Platform, token: &str, request: &Request) -> Result<(), ApiError> {
    let Some(sent) = single(request.headers(), &HEADER)? else {
        return match platform.settings.session.csrf {
            Csrf::Optional => Ok(()),
            Csrf::Token => Err(ApiError::forbidden("csrf.missing", "The header Argus-Csrf-Token is needed")),
        };
    };
    let claims: Option<Claims> = signed(session_key_bytes(token).as_ref(), sent);
    let now = platform.clock.now_millis();
    let right = claims.is_some_and(|claims| {
        now.abs_diff(claims.timestamp) <= FRESH.unsigned_abs()
            && is_ours(&platform.public_addresses, &claims.url, request.uri().path())
    });
    if right { Ok(()) } else { Err(ApiError::forbidden("csrf.invalid", "The header Argus-Csrf-Token is not right")) }
}

/// Whether an address is a public address of this service with that path. The client writes its path parameters as they
/// are, without encoding.
fn is_ours(public: &[String], url: &str, path: &str) -> bool {
    let plain = percent_decode_str(path).decode_utf8_lossy();
    public.iter().any(|base| {
        let named = url.split_at_checked(base.len()).filter(|(start, _)| is_same_base(base, start));
        named.is_some_and(|(_, rest)| rest == path || rest == plain)
    })
}

/// Scheme and host do not depend on case, a path behind them does.
fn is_same_base(base: &str, other: &str) -> bool {
    let authority = base.find("://").and_then(|at| Some(at + 3 + base.get(at + 3..)?.find('/')?)).unwrap_or(base.len());
    let (Some((root, path)), Some((other_root, other_path))) =
        (base.split_at_checked(authority), other.split_at_checked(authority))
    else {
        return false;
    };
    root.eq_ignore_ascii_case(other_root) && path == other_path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn addresses_are_compared_whole() {
        let settings = Settings { public_urls: vec!["https://argus.example/api/".to_owned()], ..Settings::default() };
        let ours = |url| is_ours(&settings.public_addresses(), url, "/audit/v1/a%20b");
        assert!(ours("https://argus.example/api/audit/v1/a%20b") && ours("HTTPS://Argus.example/api/audit/v1/a b"));
        for url in [
            "https://argus.example/API/audit/v1/a b",
            "https://argus.example/api/audit/v1/a",
            "https://argus.example.evil/api/audit/v1/a b",
            "http://argus.example/api/audit/v1/a b",
            "/audit/v1/a b",
            "",
        ] {
            assert!(!ours(url), "{url}");
        }
    }
}

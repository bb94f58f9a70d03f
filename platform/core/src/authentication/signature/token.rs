//! The text of the header: `<domain>/<user>/<idx>:<compact JWS>` (RFC 7515, 7.1).
//!
//! Read strictly, and by hand: what a library would fetch, guess or forgive (`jku`, `jwk`, `none`, padding) is refused
//! here before a key is looked up, and the signature is checked over the bytes as they came.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// The longest header that is read, in bytes.
const LONGEST: usize = 16_384;

/// The longest nonce, in bytes.
const LONGEST_NONCE: usize = 1_024;

/// Which key signs: what stands before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyName<'a> {
    /// The name as it stands.
    pub text: &'a str,
    /// Name of the domain.
    pub domain: &'a str,
    /// Short name of the user.
    pub user: &'a str,
    /// Index of the key.
    pub idx: i64,
}

/// A header of the right form. Nothing in it is to be believed before the signature is checked.
#[derive(Debug)]
pub struct Token<'a> {
    /// Which key signs.
    pub name: KeyName<'a>,
    /// The algorithm that the token claims: `ES256` or `RS256`.
    pub algorithm: Algorithm,
    /// What is signed: header and payload as they came.
    pub signed: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
    payload: Vec<u8>,
}

/// A way to sign (RFC 7518, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// The name in tokens and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm of that name; there are no others.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Es256, Self::Rs256].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// What the client signs (requirement S2-32).
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// The address of the request.
    pub uri: String,
    /// The client's clock, in ms since the epoch.
    pub timestamp: i64,
    /// A text that the client never uses again with this key.
    pub nonce: String,
}

/// Why claims that were signed are no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadClaims {
    /// One is missing, of another type, or the whole is no JSON object.
    Form,
    /// The nonce is empty or too long.
    Nonce,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions that must be understood (RFC 7515, 4.1.11), and keys that the token brings along. None is taken.
    #[serde(default, deserialize_with = "stands")]
    crit: bool,
    #[serde(default, deserialize_with = "stands")]
    jwk: bool,
    #[serde(default, deserialize_with = "stands")]
    jku: bool,
    #[serde(default, deserialize_with = "stands")]
    x5u: bool,
    #[serde(default, deserialize_with = "stands")]
    x5c: bool,
    #[serde(default, deserialize_with = "stands")]
    b64: bool,
}

/// Whether a member is there at all, whatever its value.
fn stands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl<'a> Token<'a> {
    /// Reads the header's form.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        // A compact JWS has no colon; names of domains might.
        let (name, jws) = text.rsplit_once(':')?;
        let name = KeyName::parse(name)?;
        let (signed, signature) = jws.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.').filter(|(_, payload)| !payload.contains('.'))?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok().filter(|bytes| !bytes.is_empty());
        let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
        let header: Header = serde_json::from_slice(&header).ok()?;
        if header.crit || header.jwk || header.jku || header.x5u || header.x5c || header.b64 {
            return None;
        }
        Some(Self { name, algorithm: Algorithm::parse(&header.alg)?, signed, signature, payload })
    }

    /// The claims. That they are bad is to be told only to who signed them.
    ///
    /// # Errors
    /// What is bad.
    pub fn claims(&self) -> Result<Claims, BadClaims> {
        let claims: Claims = serde_json::from_slice(&self.payload).map_err(|_| BadClaims::Form)?;
        if claims.nonce.is_empty() || claims.nonce.len() > LONGEST_NONCE {
            return Err(BadClaims::Nonce);
        }
        Ok(claims)
    }
}

impl<'a> KeyName<'a> {
    /// `<domain>/<user>/<idx>`, the index a number in its only form.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (rest, idx) = text.rsplit_once('/')?;
        let (domain, user) = rest.rsplit_once('/')?;
        let plain = idx == "0" || (!idx.starts_with('0') && idx.bytes().all(|byte| byte.is_ascii_digit()));
        let idx = plain.then(|| idx.parse().ok()).flatten()?;
        (!domain.is_empty() && !user.is_empty()).then_some(Self { text, domain, user, idx })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, header: &str, payload: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{name}:{}.{}.{}", part(header), part(payload), part("signature"))
    }

    const CLAIMS: &str = r#"{"uri":"http://a/b","timestamp":1,"nonce":"n"}"#;

    #[test]
    fn the_form_is_what_it_is() {
        let text = header("A:B/u.x@y/10", r#"{"alg":"ES256","typ":"JWT"}"#, CLAIMS);
        let token = Token::parse(&text).unwrap();
        assert_eq!((token.name.domain, token.name.user, token.name.idx), ("A:B", "u.x@y", 10));
        assert_eq!(token.claims(), Ok(Claims { uri: "http://a/b".into(), timestamp: 1, nonce: "n".into() }));
        for name in ["u/1", "A/u/01", "A/u/-1", "A/u/", "/u/1", "A//1", "A/u/1x", "A/u/99999999999999999999"] {
            assert!(Token::parse(&header(name, r#"{"alg":"ES256"}"#, CLAIMS)).is_none(), "{name}");
        }
        assert!(Token::parse(&format!("{text}=")).is_none());
        assert!(Token::parse(&format!("{text}.x")).is_none());
        assert!(Token::parse(text.rsplit_once('.').unwrap().0).is_none());
    }

    #[test]
    fn no_header_brings_its_own_rules() {
        for bad in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"es256"}"#,
            r#"{"alg":["ES256"]}"#,
            r#"{"alg":"ES256","alg":"none"}"#,
            r#"{"alg":"ES256","crit":[]}"#,
            r#"{"alg":"ES256","crit":null}"#,
            r#"{"alg":"ES256","jwk":{}}"#,
            r#"{"alg":"ES256","jku":"http://a"}"#,
            r#"{"alg":"ES256","x5u":"http://a"}"#,
            r#"{"alg":"ES256","x5c":[]}"#,
            r#"{"typ":"JWT"}"#,
            "[]",
        ] {
            assert!(Token::parse(&header("A/u/1", bad, CLAIMS)).is_none(), "{bad}");
        }
    }

    #[test]
    fn claims_are_of_their_types() {
        let claims = |payload: &str| Token::parse(&header("A/u/1", r#"{"alg":"RS256"}"#, payload)).unwrap().claims();
        for bad in [
            r#"{"uri":"u","timestamp":"1","nonce":"n"}"#,
            r#"{"uri":"u","timestamp":1.5,"nonce":"n"}"#,
            r#"{"uri":"u","timestamp":9223372036854775808,"nonce":"n"}"#,
            r#"{"uri":1,"timestamp":1,"nonce":"n"}"#,
            r#"{"uri":"u","timestamp":1,"nonce":7}"#,
            r#"{"uri":"u","timestamp":1}"#,
            r#"{"uri":"u","uri":"v","timestamp":1,"nonce":"n"}"#,
            "[]",
            "x",
        ] {
            assert_eq!(claims(bad), Err(BadClaims::Form), "{bad}");
        }
        let long = "n".repeat(1_025);
        for nonce in ["", &long] {
            let payload = serde_json::json!({ "uri": "u", "timestamp": 1, "nonce": nonce }).to_string();
            assert_eq!(claims(&payload), Err(BadClaims::Nonce));
        }
    }
}

//! Compact JWS with HMAC-SHA256: the one form in which this server signs, and clients sign for it by a session's key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{HMAC_SHA256, Key, verify};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;

const HEAD: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

#[derive(Deserialize)]
struct Head {
    alg: String,
}

/// The claims, signed.
///
/// # Errors
/// Never with claims that are JSON.
pub(super) fn sign(key: &[u8], claims: &impl Serialize) -> Result<String, ApiError> {
    let claims = serde_json::to_vec(claims).map_err(ApiError::internal)?;
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEAD), URL_SAFE_NO_PAD.encode(claims));
    let signature = ring::hmac::sign(&Key::new(HMAC_SHA256, key), input.as_bytes());
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The claims of a text, if the key signed the very bytes that were sent.
pub(super) fn signed<T: DeserializeOwned>(key: &[u8], text: &str) -> Option<T> {
    let (input, signature) = text.rsplit_once('.')?;
    let (head, claims) = input.split_once('.')?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    verify(&Key::new(HMAC_SHA256, key), input.as_bytes(), &decode(signature)?).ok()?;
    let head: Head = serde_json::from_slice(&decode(head)?).ok()?;
    (head.alg == "HS256").then_some(())?;
    serde_json::from_slice(&decode(claims)?).ok()
}

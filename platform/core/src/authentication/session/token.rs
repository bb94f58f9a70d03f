//! Tokens of sessions, and what follows from them.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

use serde::Serialize;

use super::TokenHash;
use crate::app::Platform;
use crate::authentication::jws;
use crate::error::ApiError;

/// A token just made: what the client gets, and what is stored.
pub struct NewToken {
    /// For the cookie or the Bearer header; shown once.
    pub text: String,
    /// What it is stored under.
    pub hash: TokenHash,
}

/// Makes a token of 256 random bits.
#[must_use]
pub fn new_token(ids: &crate::clock::Ids) -> NewToken {
    let text = URL_SAFE_NO_PAD.encode(ids.bytes::<32>());
    NewToken { hash: hash(&text), text }
}

/// Makes a token that says something to whoever reads it: a JWT (HS256). Here it is a token as any other, known by its hash;
/// what it says is believed by nobody, so it has to say something that no other token does.
///
/// # Errors
/// Never with claims that are JSON.
pub fn speaking_token(platform: &Platform, claims: &impl Serialize) -> Result<NewToken, ApiError> {
    let text = jws::sign(platform.secret.key("argus speaking token").as_ref(), claims)?;
    Ok(NewToken { hash: hash(&text), text })
}

/// What a token is stored under.
pub(super) fn hash(token: &str) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

/// The key with which a client of this session signs its CSRF tokens: standard base64 with padding (sdk-contract 1.3).
/// It follows from the token, so it need not be stored.
#[must_use]
pub fn session_key(token: &str) -> String {
    STANDARD.encode(session_key_bytes(token))
}

/// The same key as bytes.
pub(in crate::authentication) fn session_key_bytes(token: &str) -> ring::hmac::Tag {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, token.as_bytes());
    ring::hmac::sign(&key, b"argus session key")
}

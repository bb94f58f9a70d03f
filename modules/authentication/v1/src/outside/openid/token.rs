//! ID tokens (OpenID Connect Core 1.0, 3.1.3.7).

use std::fmt;
use std::str::FromStr;

use argus_core::clock::Nanos;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm};
use openidconnect::{ClaimsVerificationError, ClientId, Nonce, SignatureVerificationError};
use serde_json::{Map, Value};

use super::Provider;
use super::facts::Facts;

/// How far the provider's clock may be off.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The longest nonce that is looked at, and the longest name.
const LONGEST: usize = 255;

/// What a good token says. Whether its nonce is one of ours is for the caller to see.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    /// The text that was sent along with the browser.
    pub nonce: String,
    /// The name at the provider, by the claim of the settings.
    pub name: String,
}

/// Why a token says nothing.
#[derive(Debug)]
pub enum Unread {
    /// It names a key that is not among the provider's.
    UnknownKey,
    /// Anything else; for the log.
    Because(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey => f.write_str("its key is not one of the provider's"),
            Self::Because(reason) => f.write_str(reason),
        }
    }
}

/// Reads a token.
///
/// # Errors
/// Why it is no good.
pub(super) fn read(provider: &Provider, facts: &Facts, text: &str, now: Nanos) -> Result<Verified, Unread> {
    let client_id = ClientId::new(provider.settings.client_id.clone());
    let now = DateTime::<Utc>::from_timestamp_nanos(now);
    // As for a client without secret: then nothing symmetric is believed, whatever else is let through here.
    let verifier =
        CoreIdTokenVerifier::new_public_client(client_id.clone(), provider.issuer.clone(), facts.keys().clone())
            .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256])
            .set_time_fn(|| now - LEEWAY)
            .set_issue_time_verifier_fn(
                |at| if at <= now + LEEWAY { Ok(()) } else { Err("not issued yet".to_owned()) },
            );
    let token = CoreIdToken::from_str(text).map_err(because)?;
    let some_nonce = |nonce: Option<&Nonce>| nonce.map(|_| ()).ok_or_else(|| "there is none".to_owned());
    let claims = token.claims(&verifier, some_nonce).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Unread::UnknownKey,
        error => because(error),
    })?;
    if claims.authorized_party().is_some_and(|party| *party != client_id) {
        return Err(because("it was issued to another client (azp)"));
    }
    let claim = |name: &str| {
        let value = payload(text)?.remove(name)?;
        value.as_str().filter(|text| !text.is_empty() && text.len() <= LONGEST).map(str::to_owned)
    };
    let nonce = claim("nonce").ok_or_else(|| because("the nonce cannot be one of ours"))?;
    let name = claim(&provider.settings.user_name_claim);
    let name = name.ok_or_else(|| because(format!("there is no text {}", provider.settings.user_name_claim)))?;
    Ok(Verified { nonce, name })
}

fn because(reason: impl fmt::Display) -> Unread {
    Unread::Because(reason.to_string())
}

/// The claims as they stand, once the signature is checked: the library keeps those that it knows.
fn payload(text: &str) -> Option<Map<String, Value>> {
    let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

//! Signed requests: `Argus-Signature: <domain>/<user>/<idx>:<JWS>` (requirements S2-30..37).
//!
//! What is cheap to refuse is refused first: form, address, time, a nonce seen before. Then the signature is checked, and
//! only when it is right is the nonce used up and the pin moved: nobody can burn a client's nonces or take its pin. And
//! only then is it told what was wrong, with the server's time.

mod address;
mod key;
mod register;
pub mod service;
mod sign;
mod skew;
mod token;
mod used;
pub mod wire;

use std::net::IpAddr;
use std::sync::Arc;

use argus_identity::entity::subject;
use argus_identity::{signatures, users};
use serde_json::json;

pub use key::{NewPair, PublicKey, generate};
pub use sign::Signer;
pub use skew::{FARTHEST, Pin};
pub use token::{Algorithm, BadClaims, Claims, KeyName, Token};
pub use used::{KEPT, Pins, Refusal, Signed, Used};

use super::api_key::{self, Sources, parse_list};
use super::principal::{AuthMethod, Credential, Principal};
use super::{Refused, Tried};
use crate::access::Level;
use crate::app::Platform;
use crate::cache::Cache;
use crate::clock::Nanos;
use crate::error::ApiError;
use skew::BadTime;

/// Keys that are kept in memory.
const CACHED_KEYS: usize = 50_000;

/// A public key as it is checked on every request.
pub struct SigningKey {
    row_id: i64,
    public_key: PublicKey,
    refused: Option<&'static str>,
    valid_until: Option<Nanos>,
    sources: Sources,
    principal: Arc<Principal>,
}

/// The cache of keys, by the name that clients write. Only keys that exist are in it.
pub struct SigningKeys(Cache<String, Arc<SigningKey>>);

impl Default for SigningKeys {
    fn default() -> Self {
        Self(Cache::new(CACHED_KEYS))
    }
}

impl SigningKeys {
    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

/// Checks the signature of a request for `path`.
///
/// # Errors
/// 401 `signature.invalid` for whatever is not rightly signed, all alike; 401 with the reason and the server's time once
/// it is; 429 after too many from one address; 503 when it cannot be made durable that the signature is used up.
pub async fn verify(platform: &Platform, text: &str, path: &str, from: IpAddr) -> Result<Arc<Principal>, Refused> {
    let now = platform.clock.now();
    let Some(token) = Token::parse(text) else { return Err(invalid(platform, None, from, now)) };
    let found = find(platform, &token.name).await?;
    let early = match &found {
        Some(key) => look(platform, key, &token, path, now),
        None => Err(Problem::Signature),
    };
    if early.is_err() {
        // A failed try is counted before the signature is checked: that is what costs.
        let allowed = platform.tries.keys.begin(&from, now);
        allowed.map_err(|error| Refused { error, tried: Some(Tried::signature(token.name.text, None)) })?;
    }
    let right = match &found {
        Some(key) => {
            token.algorithm == key.public_key.algorithm && key.public_key.is_signed(token.signed, &token.signature)
        }
        // The time of an answer does not tell which keys there are.
        None => PublicKey::of_nobody().is_signed(token.signed, &token.signature),
    };
    let Some(key) = found.filter(|_| right) else {
        let error = match early {
            Ok(_) => return Err(invalid(platform, Some(&token.name), from, now)),
            Err(_) => wrong(),
        };
        return Err(Refused { error, tried: Some(Tried::signature(token.name.text, None)) });
    };
    let told = |problem: Problem| {
        let user = Some(key.principal.user_id);
        Refused { error: problem.tell(now), tried: Some(Tried::signature(token.name.text, user)) }
    };
    let signed = early.map_err(told)?;
    key.check(now, from).map_err(told)?;
    platform.signatures.accept(signed).await?.map_err(|refusal| told(refusal.into()))?;
    platform.usage.signature_used(key.row_id, now, from);
    Ok(key.principal.clone())
}

/// The name of the key that a header was signed with.
pub(super) fn key_name(text: &str) -> Option<&str> {
    Token::parse(text).map(|token| token.name.text)
}

/// Who a key stands for, whose signature was believed before, if it still could be.
pub(super) async fn still(
    platform: &Platform,
    name: &str,
    row_id: i64,
    from: IpAddr,
) -> Result<Arc<Principal>, ApiError> {
    let now = platform.clock.now();
    let found = match KeyName::parse(name) {
        Some(name) => find(platform, &name).await?,
        None => None,
    };
    let key = found.filter(|key| key.row_id == row_id).ok_or_else(wrong)?;
    key.check(now, from).map_err(|problem| problem.tell(now))?;
    Ok(key.principal.clone())
}

/// What can be seen without checking the signature.
fn look(platform: &Platform, key: &SigningKey, token: &Token<'_>, path: &str, now: Nanos) -> Result<Signed, Problem> {
    let claims = token.claims()?;
    if !address::is_for(&claims.uri, &platform.public_addresses, path) {
        return Err(Problem::Address);
    }
    let signed = Signed::new(key.row_id, claims.timestamp, &claims.nonce);
    platform.signatures.look(&signed, now)?;
    Ok(signed)
}

fn wrong() -> ApiError {
    ApiError::unauthorized("signature.invalid", "The signature is not valid")
}

fn invalid(platform: &Platform, name: Option<&KeyName<'_>>, from: IpAddr, now: Nanos) -> Refused {
    let tried = Tried::signature(name.map_or("unreadable signature", |name| name.text), None);
    let error = platform.tries.keys.begin(&from, now).err().unwrap_or_else(wrong);
    Refused { error, tried: Some(tried) }
}

/// What is wrong with a request that is rightly signed.
#[derive(Debug, Clone, Copy)]
enum Problem {
    Signature,
    Claims(BadClaims),
    Address,
    Refusal(Refusal),
    Key(&'static str),
    Expired,
    Source,
}

impl From<BadClaims> for Problem {
    fn from(bad: BadClaims) -> Self {
        Self::Claims(bad)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl Problem {
    fn tell(self, now: Nanos) -> ApiError {
        let (template, text) = match self {
            Self::Signature => return wrong(),
            Self::Claims(BadClaims::Form) => {
                ("signature.claims", "The claims must be uri (text), timestamp (ms, an integer) and nonce (text)")
            }
            Self::Claims(BadClaims::Nonce) => ("signature.nonce", "The nonce must have 1 to 1024 bytes"),
            Self::Address => ("signature.uri", "The claim uri is not the address of this request"),
            Self::Refusal(Refusal::Time(BadTime::Far)) => {
                ("signature.timestamp", "The client's clock is more than two hours from the server's")
            }
            Self::Refusal(Refusal::Time(BadTime::Jump)) => {
                ("signature.timestamp.jump", "The client's clock has jumped since its earlier requests")
            }
            Self::Refusal(Refusal::Used) => ("signature.nonce.used", "The nonce was used with this key before"),
            Self::Key(template) => (template, "The key cannot be used now"),
            Self::Expired => ("signature.key.expired", "The key is expired"),
            Self::Source => ("signature.key.source", "The key cannot be used from this address"),
        };
        let error = ApiError::unauthorized(template, text);
        ApiError { data: Some(json!({ "serverTimestamp": crate::clock::millis(now) })), ..error }
    }
}

impl SigningKey {
    fn check(&self, now: Nanos, from: IpAddr) -> Result<(), Problem> {
        match self.refused {
            Some(template) => Err(Problem::Key(template)),
            None if self.valid_until.is_some_and(|until| now > until) => Err(Problem::Expired),
            None if !self.sources.contain(&from) => Err(Problem::Source),
            None => Ok(()),
        }
    }
}

async fn find(platform: &Platform, name: &KeyName<'_>) -> Result<Option<Arc<SigningKey>>, ApiError> {
    let keys = &platform.directory.signing_keys.0;
    if let Some(key) = keys.get(name.text) {
        return Ok(Some(key));
    }
    let ticket = keys.ticket();
    let Some(domain) = platform.directory.tree().await?.find_domain(Some(name.domain)) else { return Ok(None) };
    let reader = platform.db.reader();
    let Some(user) = users::by_name(reader, domain, name.user).await? else { return Ok(None) };
    let Some(row) = signatures::find(reader, user.id, name.idx).await? else { return Ok(None) };
    let (functions, customers) = (row.functions.as_deref(), row.customers.as_deref());
    let rights = platform.directory.rights(user.id).await?;
    let rights = api_key::cut(platform, rights, functions, customers).await?;
    let public_key = PublicKey::from_der(&row.public_key).ok_or_else(|| ApiError::internal("a stored key is none"))?;
    let (method, credential) = (AuthMethod::Signature, Credential::Signature(row.id));
    let principal = Principal::new(&user, method, Level::Default, row.read_only, rights, credential);
    let key = Arc::new(SigningKey {
        row_id: row.id,
        public_key,
        refused: refusal(&user, row.revoked_at, platform.directory.shuts_out(&user).await?),
        valid_until: row.valid_until,
        sources: Sources::of(parse_list(row.sources.as_deref())?),
        principal: Arc::new(principal),
    });
    keys.put(ticket, name.text.to_owned(), key.clone());
    Ok(Some(key))
}

fn refusal(user: &subject::Model, revoked_at: Option<Nanos>, shut_out: bool) -> Option<&'static str> {
    match () {
        () if revoked_at.is_some() => Some("signature.key.revoked"),
        () if shut_out => Some("user.blocked"),
        () if user.methods & users::method::SIGNATURE == 0 => Some("signature.not.enabled"),
        () => None,
    }
}

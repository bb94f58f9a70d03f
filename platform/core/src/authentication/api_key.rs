//! API keys: `<user>/<idx>/<secret>` in the header `Argus-API-Key` (requirements S2-10..18).

mod issue;
mod manage;
pub mod moments;
pub mod service;
mod sources;
mod text;
pub mod wire;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use argus_identity::entity::api_key;
use argus_identity::{keys, users};
use ipnet::IpNet;

pub(crate) use issue::{Cut, check_text, list};
pub use issue::{MAX_DAYS, issue, issue_for_bootstrap};
pub use manage::Narrow;
pub(crate) use sources::read_networks;
pub use text::{KeyText, without_secrets};

use super::principal::{AuthMethod, Credential, Principal};
use super::{Refused, Tried};
use crate::access::Level;
use crate::app::Platform;
use crate::cache::Cache;
use crate::clock::Nanos;
use crate::error::ApiError;
use crate::rights::{CustomerSet, Rights};

/// Keys that are kept in memory, 200 to 300 bytes each beside their rights, which keys of one user share.
const CACHED_KEYS: usize = 200_000;

/// User number and index: what identifies a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId {
    /// Whose.
    pub user: i64,
    /// Which of the user's.
    pub idx: i64,
}

impl KeyId {
    /// Reads what `Display` prints.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (user, idx) = text.split_once('/')?;
        Some(Self { user: user.parse().ok()?, idx: idx.parse().ok()? })
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.user, self.idx)
    }
}

/// A key as it is checked on every request. The secret's hash is compared in constant time and never printed.
///
/// Everything stands in one piece: among a hundred thousand keys each one is cold, and each pointer followed from here
/// would be another wait for memory.
pub struct KeyEntry {
    row_id: i64,
    secret_hash: SecretHash,
    previous: Option<(SecretHash, Nanos)>,
    refused: Option<&'static str>,
    valid_until: Option<Nanos>,
    sources: Sources,
    principal: Arc<Principal>,
}

/// SHA-256 of a secret.
type SecretHash = [u8; 32];

/// From where a key may be used.
pub(super) enum Sources {
    Any,
    One(IpNet),
    Many(Vec<IpNet>),
}

impl Sources {
    pub(super) fn of(list: Option<Vec<IpNet>>) -> Self {
        match list.as_deref() {
            None => Self::Any,
            Some([one]) => Self::One(*one),
            Some(_) => Self::Many(list.unwrap_or_default()),
        }
    }

    pub(super) fn contain(&self, address: &IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::One(network) => network.contains(address),
            Self::Many(networks) => networks.iter().any(|network| network.contains(address)),
        }
    }
}

/// The cache of keys. Only keys that exist are in it, so strangers cannot fill it.
pub struct KeyCache(Cache<KeyId, Arc<KeyEntry>>);

impl Default for KeyCache {
    fn default() -> Self {
        Self(Cache::new(CACHED_KEYS))
    }
}

impl KeyCache {
    pub(crate) fn forget(&self, id: &KeyId) {
        self.0.forget(id);
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

/// Checks a key: secret, state, expiry, source network, user state, rights now.
///
/// # Errors
/// 401 `apikey.invalid` for whatever is not a good secret, all alike; 401 with the reason once the secret is right;
/// 429 in place of the former after too many from one address.
pub async fn verify(platform: &Platform, text: &str, from: IpAddr) -> Result<Arc<Principal>, Refused> {
    let now = platform.clock.now();
    let Some(presented) = KeyText::parse(text) else { return Err(invalid(platform, text, from, now)) };
    let digest = presented.secret_digest();
    let hash = digest.as_ref();
    let cached = platform.directory.keys.0.get(&presented.id);
    let entry = match cached {
        Some(entry) if entry.is_secret(hash, now) => entry,
        // A wrong secret of a known key and a key that does not exist do the same: they ask the store. Boxed, or else
        // every request would carry the room for it about.
        _ => match Box::pin(load(platform, presented.id)).await? {
            Some(entry) if entry.is_secret(hash, now) => entry,
            _ => return Err(invalid(platform, text, from, now)),
        },
    };
    if let Err(error) = entry.check(now, from) {
        return Err(Refused { error, tried: Some(Tried::key(&presented.id, Some(presented.id.user))) });
    }
    platform.usage.key_used(entry.row_id, now, from);
    Ok(entry.principal.clone())
}

fn invalid(platform: &Platform, text: &str, from: IpAddr, now: Nanos) -> Refused {
    // What stands before the secret is the name that was tried; a text of another form may be all secret.
    let tried = KeyText::parse(text).map(|key| Tried::key(&key.id, None)).unwrap_or_else(Tried::some_key);
    let error = match platform.tries.keys.begin(&from, now) {
        Ok(()) => ApiError::unauthorized("apikey.invalid", "The API key is not valid"),
        Err(too_many) => too_many,
    };
    Refused { error, tried: Some(tried) }
}

async fn load(platform: &Platform, id: KeyId) -> Result<Option<Arc<KeyEntry>>, ApiError> {
    let directory = &platform.directory;
    let ticket = directory.keys.0.ticket();
    let reader = platform.db.reader();
    let Some(row) = keys::find(reader, id.user, id.idx).await? else { return Ok(None) };
    let Some(user) = directory.user(row.user_id).await? else { return Ok(None) };
    let rights = directory.rights(row.user_id).await?;
    let rights = cut(platform, rights, row.functions.as_deref(), row.customers.as_deref()).await?;
    let (level, credential) = (Level::External, Credential::ApiKey(id));
    let principal = Principal::new(&user, AuthMethod::ApiKey, level, row.read_only, rights, credential);
    let (enabled, shut_out) = (user.methods & users::method::API_KEY != 0, directory.shuts_out(&user).await?);
    let refused = match () {
        () if row.revoked_at.is_some() => Some("apikey.revoked"),
        () if shut_out => Some("user.blocked"),
        () if !enabled => Some("apikey.not.enabled"),
        () => None,
    };
    let entry = Arc::new(KeyEntry {
        row_id: row.id,
        sources: Sources::of(parse_list(row.sources.as_deref())?),
        secret_hash: stored_hash(&row.secret_hash)?,
        previous: row.previous_hash.as_deref().map(stored_hash).transpose()?.zip(row.previous_until),
        refused,
        valid_until: row.valid_until,
        principal: Arc::new(principal),
    });
    directory.keys.0.put(ticket, id, entry.clone());
    Ok(Some(entry))
}

/// Rights cut by two columns: names of functions, roles opened, and numbers of customers, all below included.
pub(super) async fn cut(
    platform: &Platform,
    rights: Arc<Rights>,
    functions: Option<&str>,
    customers: Option<&str>,
) -> Result<Arc<Rights>, ApiError> {
    if functions.is_none() && customers.is_none() {
        return Ok(rights);
    }
    let tree = platform.directory.tree().await?;
    let functions: Option<Vec<String>> = parse_list(functions)?;
    let customers: Option<Vec<i64>> = parse_list(customers)?;
    let reach = |ids: &Vec<i64>| ids.iter().fold(CustomerSet::none(), |all, id| all.or(&tree.reach(*id)));
    let functions = functions.map(|names| tree.open(&names));
    Ok(Arc::new(rights.cut(functions.as_ref(), customers.as_ref().map(reach).as_ref())))
}

/// A key without its secret, for what was made from it.
pub(super) async fn entry(platform: &Platform, id: KeyId) -> Result<Option<Arc<KeyEntry>>, ApiError> {
    match platform.directory.keys.0.get(&id) {
        Some(entry) => Ok(Some(entry)),
        None => load(platform, id).await,
    }
}

impl KeyEntry {
    /// Who it is.
    pub(super) fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    /// Until when a secret of that hash opens it, by the key's own period and that of a rotated secret; nothing for
    /// another secret.
    pub(super) fn good_until(&self, hash: &[u8]) -> Option<Nanos> {
        let own = self.valid_until.unwrap_or(Nanos::MAX);
        if same(hash, &self.secret_hash) {
            return Some(own);
        }
        self.previous.as_ref().filter(|(old, _)| same(hash, old)).map(|(_, until)| own.min(*until))
    }

    fn is_secret(&self, hash: &[u8], now: Nanos) -> bool {
        let current = same(hash, &self.secret_hash);
        let previous = self.previous.as_ref().is_some_and(|(old, until)| same(hash, old) && now <= *until);
        current || previous
    }

    /// Everything but the secret.
    pub(super) fn check(&self, now: Nanos, from: IpAddr) -> Result<(), ApiError> {
        if let Some(template) = self.refused {
            let text =
                if template == "apikey.revoked" { "The API key is revoked" } else { "The user cannot use it now" };
            return Err(ApiError::unauthorized(template, text));
        }
        if self.valid_until.is_some_and(|until| now > until) {
            return Err(ApiError::unauthorized("apikey.expired", "The API key is expired"));
        }
        if !self.sources.contain(&from) {
            let text = format!("The API key cannot be used from {from}");
            return Err(ApiError::unauthorized("apikey.invalid.source", text));
        }
        Ok(())
    }
}

/// Equality in constant time.
fn same(a: &[u8], b: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(a, b).into()
}

fn stored_hash(column: &[u8]) -> Result<SecretHash, ApiError> {
    column.try_into().map_err(|_| ApiError::internal("a stored secret is no SHA-256"))
}

/// A JSON list column; null is no list.
pub(crate) fn parse_list<T: serde::de::DeserializeOwned>(column: Option<&str>) -> Result<Option<T>, ApiError> {
    column.map(|text| serde_json::from_str(text).map_err(ApiError::internal)).transpose()
}

/// Whether a row is revoked or expired: its flags on the wire.
#[must_use]
pub fn flags(row: &api_key::Model, now: Nanos) -> Vec<String> {
    let mut flags = Vec::new();
    if row.revoked_at.is_some() {
        flags.push("revoked".to_owned());
    }
    if row.valid_until.is_some_and(|until| now > until) {
        flags.push("expired".to_owned());
    }
    if row.rotated_at.is_some() {
        flags.push("rotated".to_owned());
    }
    flags
}

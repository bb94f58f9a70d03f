//! Sessions: a random token, in the cookie `argus_session` or as `Authorization: Bearer`; stored as its hash.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use argus_identity::entity::{session, subject};
use argus_identity::sessions;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use sea_orm::ConnectionTrait;

use super::principal::{AuthMethod, Credential, Principal};
use super::{Refused, Tried};
use crate::access::Level;
use crate::app::Platform;
use crate::cache::Cache;
use crate::clock::Nanos;
use crate::error::ApiError;

/// SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// Sessions that are kept in memory.
const CACHED_SESSIONS: usize = 100_000;

/// The cache of sessions. Only sessions that exist are in it.
pub struct SessionCache(Cache<TokenHash, Arc<SessionEntry>>);

impl Default for SessionCache {
    fn default() -> Self {
        Self(Cache::new(CACHED_SESSIONS))
    }
}

impl SessionCache {
    pub(crate) fn forget(&self, hash: &TokenHash) {
        self.0.forget(hash);
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

/// A session as it is checked on every request.
struct SessionEntry {
    ended: bool,
    valid_until: Nanos,
    last_seen: AtomicI64,
    principal: Arc<Principal>,
}

impl SessionEntry {
    /// How long it was not used, as far as this node knows.
    fn idle(&self, now: Nanos) -> Nanos {
        now.saturating_sub(self.last_seen.load(Ordering::Relaxed))
    }
}

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

fn hash(token: &str) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

/// The key with which a client of this session signs its CSRF tokens: standard base64 with padding (sdk-contract 1.3).
/// It follows from the token, so it need not be stored.
#[must_use]
pub fn session_key(token: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, token.as_bytes());
    STANDARD.encode(ring::hmac::sign(&key, b"argus session key").as_ref())
}

/// Adds a session inside the transaction of the login.
///
/// # Errors
/// When the store fails.
pub async fn begin(
    transaction: &impl ConnectionTrait,
    platform: &Platform,
    user: &subject::Model,
    token: &NewToken,
    from: IpAddr,
) -> Result<session::Model, ApiError> {
    let now = platform.clock.now();
    let row = session::Model {
        id: platform.ids.uuid(),
        token_hash: token.hash.to_vec(),
        user_id: user.id,
        method: AuthMethod::Password.name().to_owned(),
        level: Level::Default.name().to_owned(),
        read_only: false,
        functions: None,
        customers: None,
        impersonator_id: None,
        client_ip: from.to_string(),
        created_at: now,
        last_seen_at: now,
        valid_until: now.saturating_add(platform.settings.session.absolute.nanos()),
        ended_at: None,
    };
    Ok(sessions::insert(transaction, row).await?)
}

/// Checks a token: known, not ended, neither idle for too long nor past its hard end, user state, rights now.
///
/// # Errors
/// 401; only who has the right token hears that the session is over.
pub async fn verify(platform: &Platform, token: &str) -> Result<Arc<Principal>, Refused> {
    let (now, hash) = (platform.clock.now(), hash(token));
    let too_long = platform.settings.session.idle.nanos();
    let cached = platform.directory.sessions.0.get(&hash);
    let entry = match cached.filter(|entry| entry.idle(now) <= too_long) {
        Some(entry) => entry,
        // Idle as far as this node knows; another one may have seen it since.
        // Boxed, or else every request would carry the room for it about.
        None => Box::pin(load(platform, hash)).await?.ok_or_else(|| Refused {
            error: ApiError::unauthorized("session.invalid", "The session is not valid"),
            tried: None,
        })?,
    };
    if entry.ended || now > entry.valid_until || entry.idle(now) > too_long {
        let error = ApiError::unauthorized("session.expired", "The session is over");
        let (method, name) = (entry.principal.method.name(), entry.principal.user_name.clone());
        let tried = Some(Tried { method, name, user_id: Some(entry.principal.user_id) });
        return Err(Refused { error, tried });
    }
    entry.last_seen.fetch_max(now, Ordering::Relaxed);
    if let Credential::Session { id, .. } = &entry.principal.credential {
        platform.usage.session_used(*id, now);
    }
    Ok(entry.principal.clone())
}

async fn load(platform: &Platform, hash: TokenHash) -> Result<Option<Arc<SessionEntry>>, ApiError> {
    let directory = &platform.directory;
    let ticket = directory.sessions.0.ticket();
    let Some(row) = sessions::by_token_hash(platform.db.reader(), &hash).await? else { return Ok(None) };
    let Some(user) = directory.user(row.user_id).await? else { return Ok(None) };
    let gone = user.deleted_at.is_some() || user.blocked;
    let principal = Principal {
        user_id: user.id,
        user_name: user.short_name.clone(),
        domain_id: user.domain_id,
        customer_id: user.customer_id,
        level: Level::parse(&row.level).unwrap_or(Level::External),
        method: AuthMethod::parse(&row.method).unwrap_or(AuthMethod::Password),
        read_only: false,
        rights: directory.rights(user.id).await?,
        credential: Credential::Session {
            id: row.id,
            token_hash: hash,
            created_at: row.created_at,
            valid_until: row.valid_until,
            client_ip: row.client_ip,
        },
    };
    let entry = Arc::new(SessionEntry {
        ended: row.ended_at.is_some() || gone,
        valid_until: row.valid_until,
        last_seen: AtomicI64::new(row.last_seen_at),
        principal: Arc::new(principal),
    });
    directory.sessions.0.put(ticket, hash, entry.clone());
    Ok(Some(entry))
}

//! Sessions: a random token, in the cookie `argus_session` or as `Authorization: Bearer`; stored as its hash.

mod token;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use argus_identity::entity::session;
use argus_identity::sessions;
use sea_orm::ConnectionTrait;

pub(super) use token::session_key_bytes;
pub use token::{NewToken, new_token, session_key, speaking_token};

use super::api_key::{self, KeyEntry, KeyId, cut, list};
use super::principal::{AuthMethod, Credential, Impersonator, Principal};
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

/// Sessions that may be made one from the other.
pub const MOST_DEEP: u8 = 8;

/// The cache of sessions. Only sessions that exist are in it.
pub struct SessionCache(Cache<TokenHash, Arc<SessionEntry>>);

impl Default for SessionCache {
    fn default() -> Self {
        Self(Cache::new(CACHED_SESSIONS))
    }
}

impl SessionCache {
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
    from: Origin,
}

/// What a session was made from.
enum Origin {
    Login,
    Key(Arc<KeyEntry>),
    Session(Arc<SessionEntry>),
}

impl SessionEntry {
    /// How long it was not used, as far as this node knows.
    fn idle(&self, now: Nanos) -> Nanos {
        now.saturating_sub(self.last_seen.load(Ordering::Relaxed))
    }

    /// Notes a use, also of every session that it was made from: whoever uses the one uses the other.
    fn touch(&self, platform: &Platform, now: Nanos) {
        let mut next = Some(self);
        while let Some(entry) = next {
            entry.last_seen.fetch_max(now, Ordering::Relaxed);
            if let Credential::Session { id, .. } = &entry.principal.credential {
                platform.usage.session_used(*id, now);
            }
            next = if let Origin::Session(parent) = &entry.from { Some(parent) } else { None };
        }
    }

    /// The key that it was made from, directly or not.
    fn key(&self) -> Option<&KeyEntry> {
        let mut entry = self;
        loop {
            entry = match &entry.from {
                Origin::Login => return None,
                Origin::Key(key) => return Some(key),
                Origin::Session(parent) => parent,
            };
        }
    }
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose.
    pub user_id: i64,
    /// How it was proved.
    pub method: AuthMethod,
    /// How strongly.
    pub level: Level,
    /// From where.
    pub from: IpAddr,
    /// Names of the functions it is cut to; none is no cut.
    pub functions: Option<Vec<String>>,
    /// Customers it is cut to; none is no cut.
    pub customers: Option<Vec<i64>>,
    /// Whether only functions that read can be used.
    pub read_only: bool,
    /// Who acts as the user.
    pub impersonator_id: Option<i64>,
    /// What it is made from, if from another credential.
    pub parent: Option<Parent>,
    /// How long it lives at most, where that is less than what the settings say of all sessions.
    pub lifetime: Option<Nanos>,
}

impl NewSession {
    /// That of a login, which nothing is cut from.
    #[must_use]
    pub fn of_login(user_id: i64, method: AuthMethod, level: Level, from: IpAddr) -> Self {
        Self {
            user_id,
            method,
            level,
            from,
            functions: None,
            customers: None,
            read_only: false,
            impersonator_id: None,
            parent: None,
            lifetime: None,
        }
    }
}

/// The credential that a session is made from: it ends with it.
#[derive(Debug, Clone)]
pub struct Parent {
    /// The key, or nothing for a session.
    pub key: Option<KeyId>,
    /// The hash of the session's token or the key's secret.
    pub hash: TokenHash,
    /// Its hard end.
    pub valid_until: Nanos,
}

/// Adds a session inside the transaction of the request.
///
/// # Errors
/// When the store fails.
pub async fn begin(
    transaction: &impl ConnectionTrait,
    platform: &Platform,
    new: NewSession,
    token: &NewToken,
) -> Result<session::Model, ApiError> {
    let now = platform.clock.now();
    let longest = platform.settings.session.absolute.nanos();
    let own_end = now.saturating_add(new.lifetime.map_or(longest, |lifetime| lifetime.min(longest)));
    let row = session::Model {
        id: platform.ids.uuid(),
        token_hash: token.hash.to_vec(),
        user_id: new.user_id,
        method: new.method.name().to_owned(),
        level: new.level.name().to_owned(),
        read_only: new.read_only,
        functions: list(new.functions.as_ref())?,
        customers: list(new.customers.as_ref())?,
        impersonator_id: new.impersonator_id,
        parent_hash: new.parent.as_ref().map(|parent| parent.hash.to_vec()),
        parent_key: new.parent.as_ref().and_then(|parent| parent.key).map(|key| key.to_string()),
        client_ip: new.from.to_string(),
        created_at: now,
        last_seen_at: now,
        valid_until: new.parent.map_or(own_end, |parent| own_end.min(parent.valid_until)),
        ended_at: None,
    };
    Ok(sessions::insert(transaction, row).await?)
}

/// Checks a token: known, not ended, neither idle for too long nor past its hard end, user state, rights now. A session
/// that was made from a key is good only where the key is.
///
/// # Errors
/// 401; only who has the right token hears that the session is over.
pub async fn verify(platform: &Platform, token: &str, from: IpAddr) -> Result<Arc<Principal>, Refused> {
    let entry = good(platform, token::hash(token), from).await?;
    entry.touch(platform, platform.clock.now());
    Ok(entry.principal.clone())
}

/// As [`verify`], of a token that was believed before. It is no use of the session: who only listens grows idle.
pub(super) async fn look(platform: &Platform, hash: TokenHash, from: IpAddr) -> Result<Arc<Principal>, ApiError> {
    let entry = good(platform, hash, from).await.map_err(|refused| refused.error)?;
    Ok(entry.principal.clone())
}

async fn good(platform: &Platform, hash: TokenHash, from: IpAddr) -> Result<Arc<SessionEntry>, Refused> {
    let now = platform.clock.now();
    let too_long = platform.settings.session.idle.nanos();
    let cached = platform.directory.sessions.0.get(&hash);
    let entry = match cached.filter(|entry| entry.idle(now) <= too_long) {
        Some(entry) => entry,
        // Idle as far as this node knows; another one may have seen it since.
        // Boxed, or else every request would carry the room for it about.
        None => Box::pin(load(platform, hash, MOST_DEEP)).await?.ok_or_else(|| Refused {
            error: ApiError::unauthorized("session.invalid", "The session is not valid"),
            tried: None,
        })?,
    };
    let over = entry.ended || now > entry.valid_until || entry.idle(now) > too_long;
    let refused = match entry.key() {
        _ if over => Some(ApiError::unauthorized("session.expired", "The session is over")),
        Some(key) => key.check(now, from).err(),
        None => None,
    };
    if let Some(error) = refused {
        let (method, name) = (entry.principal.method.name(), entry.principal.user_name.clone());
        let tried = Some(Tried { method, name, user_id: Some(entry.principal.user_id) });
        return Err(Refused { error, tried });
    }
    Ok(entry)
}

async fn load(platform: &Platform, hash: TokenHash, deep: u8) -> Result<Option<Arc<SessionEntry>>, ApiError> {
    let directory = &platform.directory;
    let ticket = directory.sessions.0.ticket();
    let Some(row) = sessions::by_token_hash(platform.db.reader(), &hash).await? else { return Ok(None) };
    let Some(user) = directory.user(row.user_id).await? else { return Ok(None) };
    let Some((from, end)) = origin(platform, &row, deep).await? else { return Ok(None) };
    let parent = match &from {
        Origin::Login => None,
        Origin::Key(key) => Some(key.principal()),
        Origin::Session(session) => Some(&session.principal),
    };
    let own = directory.rights(user.id).await?;
    let rights = match parent {
        None => own,
        Some(parent) if parent.user_id == user.id => parent.rights.clone(),
        Some(parent) => Arc::new(own.and(&parent.rights)),
    };
    let level = Level::parse(&row.level).unwrap_or(Level::External);
    let method = AuthMethod::parse(&row.method).unwrap_or(AuthMethod::Password);
    let read_only = row.read_only || parent.is_some_and(|parent| parent.read_only);
    let rights = cut(platform, rights, row.functions.as_deref(), row.customers.as_deref()).await?;
    let credential = Credential::Session {
        id: row.id,
        token_hash: hash,
        created_at: row.created_at,
        valid_until: row.valid_until,
        client_ip: row.client_ip,
    };
    let principal = Principal {
        impersonator: impersonator(platform, row.impersonator_id).await?,
        password_due: match parent {
            Some(parent) => parent.password_due,
            None => method.is_password_due(&user),
        },
        depth: parent.map_or(0, |parent| parent.depth + 1),
        ..Principal::new(&user, method, level, read_only, rights, credential)
    };
    let gone = directory.shuts_out(&user).await?;
    let entry = Arc::new(SessionEntry {
        ended: row.ended_at.is_some() || gone || matches!(&from, Origin::Session(parent) if parent.ended),
        valid_until: row.valid_until.min(end),
        last_seen: AtomicI64::new(row.last_seen_at),
        principal: Arc::new(principal),
        from,
    });
    directory.sessions.0.put(ticket, hash, entry.clone());
    Ok(Some(entry))
}

/// What a session was made from, and when that ends; nothing when that is gone, or its secret was replaced.
async fn origin(platform: &Platform, row: &session::Model, deep: u8) -> Result<Option<(Origin, Nanos)>, ApiError> {
    let Some(hash) = &row.parent_hash else { return Ok(Some((Origin::Login, Nanos::MAX))) };
    if let Some(key) = &row.parent_key {
        let Some(id) = KeyId::parse(key) else { return Ok(None) };
        let entry = api_key::entry(platform, id).await?;
        return Ok(entry
            .and_then(|entry| Some((entry.good_until(hash)?, entry)))
            .map(|(end, key)| (Origin::Key(key), end)));
    }
    let (Ok(hash), Some(deep)) = (hash.as_slice().try_into(), deep.checked_sub(1)) else { return Ok(None) };
    let parent = match platform.directory.sessions.0.get(&hash) {
        Some(entry) => Some(entry),
        None => Box::pin(load(platform, hash, deep)).await?,
    };
    Ok(parent.map(|parent| (Origin::Session(parent.clone()), parent.valid_until)))
}

async fn impersonator(platform: &Platform, id: Option<i64>) -> Result<Option<Arc<Impersonator>>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    let user = platform.directory.user(id).await?.ok_or_else(|| ApiError::internal("an impersonator is gone"))?;
    Ok(Some(Arc::new(Impersonator { user_id: id, user_name: user.short_name.clone() })))
}

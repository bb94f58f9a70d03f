//! From a credential to a [`Principal`]: the only place that decides who is asking.
//!
//! Order: `Authorization: Bearer <session token>`, `Argus-API-Key`, cookie `argus_session`; a cookie is ignored beside
//! a header. The secret is verified first; only who proved it hears why a credential is refused.

pub mod api_key;
pub mod authorization;
pub mod client_ip;
mod csrf;
mod jws;
pub mod password;
pub mod principal;
pub mod secret;
pub mod session;
pub mod tries;

use std::net::IpAddr;
use std::sync::Arc;

use poem::Request;
use poem::http::{HeaderMap, HeaderName, StatusCode, header};

pub use principal::{AuthMethod, Credential, Impersonator, Principal};

use api_key::KeyId;

use crate::app::Platform;
use crate::context::RequestContext;
use crate::error::ApiError;

/// Header of API keys.
pub const API_KEY_HEADER: HeaderName = HeaderName::from_static("argus-api-key");

/// Cookie of sessions.
pub const SESSION_COOKIE: &str = "argus_session";

/// Finds out who is asking. No credential at all is `None`; a bad one is an error, never `None`, except that where
/// anybody may come in (`public`) a cookie that is no good any more is as good as none: browsers send it by themselves,
/// also to the login.
///
/// # Errors
/// 400 for a credential header that stands twice, 401 for a credential that is not good, 403 for a cross-site request
/// by cookie, 429 after too many bad keys from one address, 503 when the store cannot be asked.
pub async fn authenticate(
    platform: &Platform,
    request: &Request,
    client_ip: IpAddr,
    public: bool,
) -> Result<Option<Arc<Principal>>, Refused> {
    let headers = request.headers();
    let key = single(headers, &API_KEY_HEADER)?;
    let bearer = single(headers, &header::AUTHORIZATION)?.map(bearer_token).transpose()?;
    let cookie = if key.is_none() && bearer.is_none() { session_cookie(headers) } else { None };
    if key.is_none() && bearer.is_none() && cookie.is_none() {
        return Ok(None);
    }
    platform.directory.sync().await?;
    let by_bearer = match bearer {
        Some(token) => Some(session::verify(platform, token, client_ip).await?),
        None => None,
    };
    let by_key = match key {
        Some(key) => Some(api_key::verify(platform, key, client_ip).await?),
        None => None,
    };
    match (by_bearer, by_key) {
        (Some(bearer), Some(key)) if bearer.user_id != key.user_id => {
            let text = "The credentials of this request name different users";
            Err(ApiError::unauthorized("authentication.ambiguous", text).into())
        }
        (Some(principal), _) | (None, Some(principal)) => Ok(Some(principal)),
        (None, None) => match cookie {
            Some(token) => match by_cookie(platform, request, token, client_ip).await {
                Err(_) if public => Ok(None),
                found => found.map(Some),
            },
            None => Ok(None),
        },
    }
}

/// A refused credential, and the name it was tried with, for the trail: every failed try is recorded.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What the client hears.
    pub error: ApiError,
    /// What was tried, if a credential was.
    pub tried: Option<Tried>,
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self { error, tried: None }
    }
}

impl From<sea_orm::DbErr> for Refused {
    fn from(error: sea_orm::DbErr) -> Self {
        ApiError::from(error).into()
    }
}

/// A try to prove who one is.
#[derive(Debug, Clone)]
pub struct Tried {
    /// How.
    pub method: &'static str,
    /// The name as it was tried; never a secret.
    pub name: String,
    /// The user of that name, where there is one.
    pub user_id: Option<i64>,
}

impl Tried {
    fn key(id: &KeyId, user_id: Option<i64>) -> Self {
        Self { method: AuthMethod::ApiKey.name(), name: id.to_string(), user_id }
    }

    fn some_key() -> Self {
        Self { method: AuthMethod::ApiKey.name(), name: "unreadable key".to_owned(), user_id: None }
    }
}

async fn by_cookie(
    platform: &Platform,
    request: &Request,
    token: &str,
    client_ip: IpAddr,
) -> Result<Arc<Principal>, Refused> {
    let principal = session::verify(platform, token, client_ip).await?;
    if !request.method().is_safe() {
        refuse_cross_site(platform, request.headers())?;
        csrf::check(platform, token, request)?;
    }
    Ok(principal)
}

/// The session token that a request presents, by header or else by cookie; none where it is refused anyway.
#[must_use]
pub fn presented_token(headers: &HeaderMap) -> Option<&str> {
    let bearer = single(headers, &header::AUTHORIZATION).ok()?;
    bearer.map_or_else(|| session_cookie(headers), |value| bearer_token(value).ok())
}

/// Whether a request presents its session by cookie: no header names a credential.
#[must_use]
pub fn is_by_cookie(headers: &HeaderMap) -> bool {
    let named = headers.contains_key(header::AUTHORIZATION) || headers.contains_key(API_KEY_HEADER);
    !named && session_cookie(headers).is_some()
}

/// What a session that is made from the caller's credential is to be bound to.
///
/// # Errors
/// 401 when the request presents none, or the key is gone meanwhile.
pub async fn parent_of(context: &RequestContext, headers: &HeaderMap) -> Result<session::Parent, ApiError> {
    let gone = || ApiError::unauthorized("authentication.required", "This operation needs a credential");
    match context.principal().map(|principal| &principal.credential) {
        Some(Credential::Session { token_hash, valid_until, .. }) => {
            Ok(session::Parent { key: None, hash: *token_hash, valid_until: *valid_until })
        }
        Some(Credential::ApiKey(id)) => {
            let text = single(headers, &API_KEY_HEADER)?.and_then(api_key::KeyText::parse).ok_or_else(gone)?;
            let hash = session::TokenHash::try_from(text.secret_hash()).map_err(|_| gone())?;
            let entry = api_key::entry(&context.platform, *id).await?;
            let valid_until = entry.and_then(|entry| entry.good_until(&hash)).ok_or_else(gone)?;
            Ok(session::Parent { key: Some(*id), hash, valid_until })
        }
        None => Err(gone()),
    }
}

/// The value of a header that may stand once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ApiError> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        let text = "A credential header stands twice";
        return Err(ApiError::action(StatusCode::BAD_REQUEST, "authentication.header.twice", text));
    }
    // A value that is not even text is a credential all the same, and a bad one.
    Ok(Some(first.to_str().unwrap_or_default()))
}

fn bearer_token(value: &str) -> Result<&str, ApiError> {
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token.map(|(_, token)| token.trim()).ok_or_else(|| {
        ApiError::unauthorized("authentication.scheme", "The Authorization header must be `Bearer <session token>`")
    })
}

fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value.trim_matches('"'))
}

/// A browser sends the cookie along with requests that other sites make it send; such a request changes nothing.
fn refuse_cross_site(platform: &Platform, headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign_site = text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let foreign_origin = text("origin").is_some_and(|origin| !platform.settings.is_public_origin(origin));
    if foreign_site || foreign_origin {
        let text = "A request from another site cannot use the session cookie";
        return Err(ApiError::forbidden("session.cross.site", text));
    }
    Ok(())
}

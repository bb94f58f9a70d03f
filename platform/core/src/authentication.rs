//! From a credential to a [`Principal`]: the only place that decides who is asking.
//!
//! Order: `Argus-Signature`, `Authorization: Bearer <session token>`, `Argus-API-Key`, cookie `argus_session`; a cookie
//! is ignored beside a header. The secret is verified first; only who proved it hears why a credential is refused.

pub mod access_key;
pub mod api_key;
pub mod authorization;
pub mod client_ip;
mod csrf;
mod jws;
pub mod login;
pub mod methods;
pub mod nonce;
pub mod password;
pub mod principal;
pub mod proof;
pub mod sealed;
pub mod secret;
pub mod session;
pub mod signature;
mod standing;
pub mod totp;
pub mod tries;

use std::net::IpAddr;
use std::sync::Arc;

use poem::Request;
use poem::http::{HeaderMap, HeaderName, StatusCode, header};

pub use principal::{AuthMethod, Credential, Impersonator, Principal};
pub use standing::Standing;

use api_key::KeyId;

use crate::app::Platform;
use crate::context::RequestContext;
use crate::error::ApiError;

/// Header of API keys.
pub const API_KEY_HEADER: HeaderName = HeaderName::from_static("argus-api-key");

/// Header of signatures.
pub const SIGNATURE_HEADER: HeaderName = HeaderName::from_static("argus-signature");

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
    let signature = single(headers, &SIGNATURE_HEADER)?;
    let key = single(headers, &API_KEY_HEADER)?;
    let bearer = single(headers, &header::AUTHORIZATION)?.map(bearer_token).transpose()?;
    let by_header = signature.is_some() || key.is_some() || bearer.is_some();
    let cookie = if by_header { None } else { session_cookie(headers) };
    if !by_header && cookie.is_none() {
        return Ok(None);
    }
    platform.directory.sync().await?;
    if let Some(token) = cookie {
        return match by_cookie(platform, request, token, client_ip).await {
            Err(_) if public => Ok(None),
            found => found.map(Some),
        };
    }
    // All of them have to be good. The signature comes last, for it is used up by being found good.
    let by_bearer = match bearer {
        Some(token) => Some(session::verify(platform, token, client_ip).await?),
        None => None,
    };
    let by_key = match key {
        Some(key) => Some(api_key::verify(platform, key, client_ip).await?),
        None => None,
    };
    let by_signature = match signature {
        // Boxed, or else every request would carry the room for it about.
        Some(text) => Some(Box::pin(signature::verify(platform, text, request.uri().path(), client_ip)).await?),
        None => None,
    };
    let mut proved = [by_signature, by_bearer, by_key].into_iter().flatten();
    let first = proved.next();
    if proved.any(|other| first.as_ref().is_some_and(|first| first.user_id != other.user_id)) {
        return Err(ambiguous().into());
    }
    Ok(first)
}

/// 401: credentials that name different users.
pub(crate) fn ambiguous() -> ApiError {
    ApiError::unauthorized("authentication.ambiguous", "The credentials of this request name different users")
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

    fn signature(name: &str, user_id: Option<i64>) -> Self {
        Self { method: AuthMethod::Signature.name(), name: name.to_owned(), user_id }
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
    let named = [header::AUTHORIZATION, API_KEY_HEADER, SIGNATURE_HEADER].iter().any(|name| headers.contains_key(name));
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
        Some(Credential::Signature(_)) => {
            let text = "A signature is good for its own request only; no session comes from it";
            Err(ApiError::forbidden("access.denied", text))
        }
        Some(Credential::Dialect | Credential::Anonymous) | None => Err(gone()),
    }
}

/// The value of a header that may stand once.
///
/// # Errors
/// 400 for one that stands twice.
pub fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ApiError> {
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
    cookie_of(headers, SESSION_COOKIE)
}

/// The value of the first cookie of that name.
#[must_use]
pub fn cookie_of<'a>(headers: &'a HeaderMap, cookie: &str) -> Option<&'a str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == cookie).map(|(_, value)| value.trim_matches('"'))
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

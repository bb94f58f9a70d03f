//! What a session just made answers with.

use argus_core::authentication::is_by_cookie;
use argus_core::authentication::session::session_key;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::session;
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::login::{LoggedIn, cookie};
use crate::model::{AuthenticationResponse, RequestCredentials};
use crate::sessions::level_name;

/// The token alone, as older clients read it.
pub fn credentials(context: &RequestContext, made: &LoggedIn) -> RequestCredentials {
    RequestCredentials {
        request_credentials_type: "sessionToken".to_owned(),
        request_credentials_data: made.token.text.clone(),
        client_ip: context.client_ip.to_string(),
    }
}

/// The token and the session.
pub fn response(context: &RequestContext, made: &LoggedIn) -> AuthenticationResponse {
    AuthenticationResponse {
        credentials: credentials(context, made),
        session_key: session_key(&made.token.text),
        authorizations: Vec::new(),
        username: made.user.short_name.clone(),
        user_id: made.user.id,
        authentication_method: made.session.method.clone(),
        security_level: level_name(&made.session),
        client_ip: context.client_ip.to_string(),
        created_timestamp: millis(made.session.created_at),
        valid_until_timestamp: millis(made.session.valid_until),
        read_only: made.session.read_only,
        constrained: is_constrained(&made.session),
    }
}

/// The header that gives a browser its new session.
///
/// # Errors
/// Never with the tokens that this server makes.
pub fn set_cookie(context: &RequestContext, made: &LoggedIn) -> Result<Vec<(HeaderName, HeaderValue)>, ApiError> {
    Ok(vec![(header::SET_COOKIE, cookie(context, Some(&made.token.text))?)])
}

/// The same, for callers who came by cookie; others keep what they have.
///
/// # Errors
/// As [`set_cookie`].
pub fn set_cookie_if_used(
    context: &RequestContext,
    made: &LoggedIn,
    headers: &HeaderMap,
) -> Result<Vec<(HeaderName, HeaderValue)>, ApiError> {
    if is_by_cookie(headers) { set_cookie(context, made) } else { Ok(Vec::new()) }
}

fn is_constrained(session: &session::Model) -> bool {
    session.functions.is_some() || session.customers.is_some() || session.read_only
}

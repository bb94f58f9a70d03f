//! What a session just made answers with.

use argus_core::authentication::session::session_key;
use argus_core::authentication::{AuthMethod, cookie_of, is_by_cookie};
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::envelope::{SessionMade, With};
use argus_core::error::ApiError;
use argus_identity::entity::session;
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::login::{LoggedIn, cookie};
use crate::model::{AuthenticationResponse, RequestCredentials};
use crate::sessions::level_name;

/// Cookie with the method of a client's last login.
const LAST_METHOD_COOKIE: &str = "argus_last_method";

/// A login's answer.
pub type Answer<T> = With<SessionMade<T>>;

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
        authorizations: made.authorizations.clone(),
        request_credentials_data: made.token.text.clone(),
        cookie: made.token.text.clone(),
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

/// What a login answers with: the session, and its cookie.
///
/// # Errors
/// As [`set_cookie`].
pub fn session(context: &RequestContext, made: &LoggedIn) -> Result<Answer<AuthenticationResponse>, ApiError> {
    answer(context, made, response(context, made))
}

/// The same for older clients.
///
/// # Errors
/// As [`set_cookie`].
pub fn session_flat(context: &RequestContext, made: &LoggedIn) -> Result<Answer<RequestCredentials>, ApiError> {
    answer(context, made, credentials(context, made))
}

fn answer<T>(context: &RequestContext, made: &LoggedIn, body: T) -> Result<Answer<T>, ApiError> {
    let answer = if made.is_password_due() { SessionMade::PasswordDue(body) } else { SessionMade::Usable(body) };
    let mut headers = set_cookie(context, made)?;
    headers.push((header::SET_COOKIE, last_method(context, &made.session.method)?));
    Ok(With { answer, headers })
}

/// The cookie by which `GET /methods` knows how this client logged in last (sdk-contract 3.1); it proves nothing, and goes with
/// the browser's session: clients that change who they are forget just the cookies without an end.
fn last_method(context: &RequestContext, method: &str) -> Result<HeaderValue, ApiError> {
    let secure = if context.platform.settings.is_https() { "; Secure" } else { "" };
    let text = format!("{LAST_METHOD_COOKIE}={method}; Path=/; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).map_err(ApiError::internal)
}

/// The method of a client's last login, as its cookie says.
pub fn last_method_of(headers: &HeaderMap) -> Option<AuthMethod> {
    AuthMethod::parse(cookie_of(headers, LAST_METHOD_COOKIE)?)
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

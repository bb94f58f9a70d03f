//! Logins, by whatever method: each proves who somebody is in a file of its own, and all end in [`begin`].

mod attempt;
mod ldap;
mod openid;
mod password;
mod totp;

use std::collections::BTreeMap;
use std::sync::Arc;

use argus_core::access::Level;
use argus_core::authentication::authorization::{self, SET_PASSWORD};
use argus_core::authentication::session::{NewSession, NewToken, new_token};
use argus_core::authentication::{AuthMethod, SESSION_COOKIE, Tried, login};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::{session as row, subject};
use argus_identity::users::flag;
use poem::http::HeaderValue;
use serde_json::json;

use crate::authorize;
use crate::model::UserAuthorization;

pub use attempt::Attempt;
pub use ldap::{by_ldap, is_at_directory};
pub use openid::{ask, by_openid};
pub use password::by_password;
pub use totp::by_totp;

/// A session just made.
pub struct LoggedIn {
    /// Whose.
    pub user: Arc<subject::Model>,
    /// The token, shown once.
    pub token: NewToken,
    /// The session.
    pub session: row::Model,
    /// What it was asked for besides, and gives.
    pub authorizations: Vec<UserAuthorization>,
}

impl LoggedIn {
    /// Whether nothing can be done with the session until another password is set.
    pub fn is_password_due(&self) -> bool {
        AuthMethod::parse(&self.session.method).is_some_and(|method| method.is_password_due(&self.user))
    }
}

/// Whether a user may log in at all, by that method.
///
/// # Errors
/// When the store fails.
pub async fn may_log_in(context: &RequestContext, user: &subject::Model, method: AuthMethod) -> Result<bool, ApiError> {
    Ok(user.methods & method.bit() != 0 && !context.platform.directory.shuts_out(user).await?)
}

/// Whoever is marked to need a code does not come in without one, by whatever else was proved; only who proved it hears so.
fn refuse_without_code(
    context: &RequestContext,
    user: &subject::Model,
    method: AuthMethod,
    level: Level,
) -> Result<(), ApiError> {
    if user.flags & flag::SECOND_FACTOR == 0 || level >= Level::Administrative {
        return Ok(());
    }
    context.note_try(Tried { method: method.name(), name: user.short_name.clone(), user_id: Some(user.id) });
    let text = "This user needs a time-based code too: log in at /authentication/v1/totp/authentication";
    Err(ApiError::unauthorized("authentication.second.factor", text))
}

/// Makes the session of a user who proved who it is, and its record, in one transaction. Of the authorizations asked for
/// it gives those that it may (sdk-contract 3.0), and says nothing of the others.
///
/// # Errors
/// 401 where a code is needed too, or when the store fails.
pub async fn begin(
    context: &RequestContext,
    user: subject::Model,
    method: AuthMethod,
    level: Level,
    requested: Option<&[String]>,
) -> Result<LoggedIn, ApiError> {
    refuse_without_code(context, &user, method, level)?;
    let authorizations = authorizations(context, &user, method, requested)?;
    let token = new_token(&context.platform.ids);
    let new = NewSession::of_login(user.id, method, level, context.client_ip);
    let given = authorizations.iter().map(|given| given.operation.as_str()).collect::<Vec<_>>();
    let after = (!given.is_empty()).then(|| json!({ "authorizations": given }));
    let session = context.change(async |transaction| {
        let made = login::begin(context, transaction, &user, new.clone(), &token, after.clone()).await?;
        let text = "The user was changed meanwhile; try again";
        made.ok_or_else(|| ApiError::unauthorized("authentication.failed", text))
    });
    let session = session.await?;
    Ok(LoggedIn { user: Arc::new(user), token, session, authorizations })
}

/// `setPassword`, for who has to set another password.
fn authorizations(
    context: &RequestContext,
    user: &subject::Model,
    method: AuthMethod,
    requested: Option<&[String]>,
) -> Result<Vec<UserAuthorization>, ApiError> {
    let wanted = requested.is_some_and(|names| names.iter().any(|name| name == "setPassword"));
    if !wanted || !method.is_password_due(user) {
        return Ok(Vec::new());
    }
    let (token, claims) =
        authorization::issue(&context.platform, user, SET_PASSWORD, BTreeMap::new(), authorize::LIFETIME)?;
    Ok(vec![authorize::shown(token, claims, None)])
}

/// The cookie of a session; without a token, the one that takes it away.
pub fn cookie(context: &RequestContext, token: Option<&str>) -> Result<HeaderValue, ApiError> {
    let secure = if context.platform.settings.is_https() { "; Secure" } else { "" };
    let text = match token {
        Some(token) => format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"),
        None => format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    };
    HeaderValue::from_str(&text).map_err(ApiError::internal)
}

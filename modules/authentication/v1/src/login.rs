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
use argus_core::authentication::session::{self, NewSession, NewToken, new_token};
use argus_core::authentication::{AuthMethod, SESSION_COOKIE, Tried};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::{session as row, subject};
use argus_identity::users::{self, flag};
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
    let platform = &context.platform;
    refuse_without_code(context, &user, method, level)?;
    let authorizations = authorizations(context, &user, method, requested)?;
    let token = new_token(&platform.ids);
    let new = NewSession {
        user_id: user.id,
        method,
        level,
        from: context.client_ip,
        functions: None,
        customers: None,
        read_only: false,
        impersonator_id: None,
        parent: None,
        lifetime: None,
    };
    let given = authorizations.iter().map(|given| given.operation.as_str()).collect::<Vec<_>>();
    let after = (!given.is_empty()).then(|| json!({ "authorizations": given }));
    let session = context.change(async |transaction| {
        // What was proved has to be so still: a password may have been changed while it was being checked.
        let current = users::by_id_locked(transaction, user.id).await?;
        if !current.is_some_and(|current| is_as_proved(&current, &user)) {
            context.note_try(Tried { method: method.name(), name: user.short_name.clone(), user_id: Some(user.id) });
            return Err(ApiError::unauthorized("authentication.failed", "The user was changed meanwhile; try again"));
        }
        let made = session::begin(transaction, platform, new.clone(), &token).await?;
        users::note_login(transaction, user.id, method.name(), context.client_ip.to_string(), made.created_at).await?;
        let mut record = context.record().by(&user).about("SESSION", made.id.to_string(), None, after.clone());
        record.auth_method = Some(method.name().to_owned());
        Ok((made, record))
    });
    let session = session.await?;
    Ok(LoggedIn { user: Arc::new(user), token, session, authorizations })
}

fn is_as_proved(current: &subject::Model, proved: &subject::Model) -> bool {
    let of = |user: &subject::Model| {
        let marks = (user.methods, user.flags, user.blocked, user.deleted_at);
        (marks, user.customer_id, user.password_hash.clone(), user.ldap_name.clone())
    };
    of(current) == of(proved)
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

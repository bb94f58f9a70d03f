//! Logins, by whatever method: each proves who somebody is in a file of its own, and all end in [`begin`].

mod attempt;
mod ldap;
mod openid;
mod password;

use std::sync::Arc;

use argus_core::access::Level;
use argus_core::authentication::session::{self, NewSession, NewToken, new_token};
use argus_core::authentication::{AuthMethod, SESSION_COOKIE};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::{session as row, subject};
use argus_identity::users;
use poem::http::HeaderValue;

pub use attempt::Attempt;
pub use ldap::by_ldap;
pub use openid::{ask, by_openid};
pub use password::by_password;

/// A session just made.
pub struct LoggedIn {
    /// Whose.
    pub user: Arc<subject::Model>,
    /// The token, shown once.
    pub token: NewToken,
    /// The session.
    pub session: row::Model,
}

/// Whether a user may log in at all, by that method: a bit of [`users::method`].
pub fn may_log_in(user: &subject::Model, method: i32) -> bool {
    user.deleted_at.is_none() && !user.blocked && user.methods & method != 0
}

/// Makes the session of a user who proved who it is, and its record, in one transaction.
///
/// # Errors
/// When the store fails.
pub async fn begin(
    context: &RequestContext,
    user: subject::Model,
    method: AuthMethod,
    level: Level,
) -> Result<LoggedIn, ApiError> {
    let platform = &context.platform;
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
    };
    let session = context.change(async |transaction| {
        let made = session::begin(transaction, platform, new.clone(), &token).await?;
        users::note_login(transaction, user.id, method.name(), context.client_ip.to_string(), made.created_at).await?;
        let mut record = context.record().about("SESSION", made.id.to_string(), None, None);
        record.customer_id = Some(user.customer_id);
        record.user_id = Some(user.id);
        record.actor_name = Some(user.short_name.clone());
        record.auth_method = Some(method.name().to_owned());
        Ok((made, record))
    });
    let session = session.await?;
    Ok(LoggedIn { user: Arc::new(user), token, session })
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

//! Password login: unknown user and wrong password are one answer after one time, tries are limited per account and
//! per address, and every try is recorded.

use std::sync::Arc;

use argus_core::access::Level;
use argus_core::app::AllTries;
use argus_core::authentication::session::{self, NewSession, NewToken, new_token};
use argus_core::authentication::{AuthMethod, SESSION_COOKIE, Tried};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::{session as row, subject};
use argus_identity::users::{self, method};
use poem::http::HeaderValue;

use crate::model::PasswordLogin;

/// A session just made.
pub struct LoggedIn {
    /// Whose.
    pub user: Arc<subject::Model>,
    /// The token, shown once.
    pub token: NewToken,
    /// The session.
    pub session: row::Model,
}

/// Logs a user in by password.
///
/// # Errors
/// 401, always with the same words; 429 after too many tries; 503.
pub async fn by_password(context: &RequestContext, login: &PasswordLogin) -> Result<LoggedIn, ApiError> {
    let platform = &context.platform;
    let tried = |user_id| Tried { method: AuthMethod::Password.name(), name: login.user_name.clone(), user_id };
    let domain = platform.directory.tree().await?.find_domain(login.domain.as_deref());
    let account = AllTries::account(domain.unwrap_or(0), &login.user_name);
    let now = platform.clock.now();
    let allowed = platform.tries.addresses.begin(&context.client_ip, now);
    if let Err(error) = allowed.and_then(|()| platform.tries.accounts.begin(&account, now)) {
        context.note_try(tried(None));
        return Err(error);
    }
    let looked_at = look_at(context, domain, login).await;
    // What could not be looked at, because the store or the pool was busy, is no failed try.
    let (user, good) = looked_at.inspect_err(|_| {
        platform.tries.accounts.succeeded(&account);
        platform.tries.addresses.succeeded(&context.client_ip);
    })?;
    let user_id = user.as_ref().map(|user| user.id);
    let Some(user) = user.filter(|_| good) else {
        context.note_try(tried(user_id));
        return Err(ApiError::unauthorized("authentication.failed", "The user name or the password is not right"));
    };
    platform.tries.accounts.forget(&account);
    platform.tries.addresses.succeeded(&context.client_ip);
    begin(context, user).await
}

/// The user of that name, if there is one, and whether it may come in with that password.
async fn look_at(
    context: &RequestContext,
    domain: Option<i64>,
    login: &PasswordLogin,
) -> Result<(Option<subject::Model>, bool), ApiError> {
    let platform = &context.platform;
    let user = match domain {
        Some(domain) => users::by_name(platform.db.reader(), domain, &login.user_name).await?,
        None => None,
    };
    let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let right = platform.passwords.verify(stored, &login.password).await?;
    let kept_out = match &user {
        Some(user) => user.methods & method::PASSWORD == 0 || platform.directory.shuts_out(user).await?,
        None => true,
    };
    Ok((user, right && !kept_out))
}

/// Makes the session and its record in one transaction.
async fn begin(context: &RequestContext, user: subject::Model) -> Result<LoggedIn, ApiError> {
    let platform = &context.platform;
    let token = new_token(&platform.ids);
    let new = NewSession {
        user_id: user.id,
        method: AuthMethod::Password,
        level: Level::Default,
        from: context.client_ip,
        functions: None,
        customers: None,
        read_only: false,
        impersonator_id: None,
        parent: None,
    };
    let session = context.change(async |transaction| {
        let made = session::begin(transaction, platform, new.clone(), &token).await?;
        users::note_login(transaction, user.id, new.method.name(), context.client_ip.to_string(), made.created_at)
            .await?;
        let mut record = context.record().about("SESSION", made.id.to_string(), None, None);
        record.customer_id = Some(user.customer_id);
        record.user_id = Some(user.id);
        record.actor_name = Some(user.short_name.clone());
        record.auth_method = Some(AuthMethod::Password.name().to_owned());
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

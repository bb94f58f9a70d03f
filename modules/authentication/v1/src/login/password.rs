//! Password login: unknown user and wrong password are one answer after one time.

use argus_core::access::Level;
use argus_core::authentication::AuthMethod;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;
use argus_identity::users::method;

use super::{Attempt, LoggedIn, begin, may_log_in};
use crate::model::PasswordLogin;

/// Logs a user in by password.
///
/// # Errors
/// 401, always with the same words; 429 after too many tries; 503.
pub async fn by_password(context: &RequestContext, login: &PasswordLogin) -> Result<LoggedIn, ApiError> {
    let attempt = Attempt::begin(context, AuthMethod::Password, &login.user_name, login.domain.as_deref()).await?;
    let user = prove(context, &attempt, &login.password, method::PASSWORD).await?;
    let made =
        begin(context, user, AuthMethod::Password, Level::Default, login.requested_authorizations.as_deref()).await?;
    attempt.succeed();
    Ok(made)
}

/// The user who has that password and may log in by that method.
///
/// # Errors
/// As [`by_password`].
pub async fn prove(
    context: &RequestContext,
    attempt: &Attempt<'_>,
    password: &str,
    method: i32,
) -> Result<subject::Model, ApiError> {
    let looked_at = async {
        let user = attempt.user().await?;
        let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
        let right = context.platform.passwords.verify(stored, password).await?;
        let may = match &user {
            Some(user) => may_log_in(context, user, method).await?,
            None => false,
        };
        Ok::<_, ApiError>((user, right && may))
    };
    let (user, good) = looked_at.await.inspect_err(|_| attempt.take_back())?;
    match user {
        Some(user) if good => Ok(user),
        user => Err(attempt.refuse(user.as_ref())),
    }
}

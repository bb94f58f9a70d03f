//! Password login: unknown user and wrong password are one answer after one time.

use argus_core::access::Level;
use argus_core::authentication::AuthMethod;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;

use super::{Attempt, LoggedIn};
use crate::model::PasswordLogin;

/// Logs a user in by password.
///
/// # Errors
/// 401, always with the same words; 429 after too many tries; 503.
pub async fn by_password(context: &RequestContext, login: &PasswordLogin) -> Result<LoggedIn, ApiError> {
    let attempt = Attempt::begin(context, AuthMethod::Password, &login.user_name, login.domain.as_deref()).await?;
    let user = prove(context, &attempt, &login.password).await?;
    attempt.log_in(user, Level::Default, login.requested_authorizations.as_deref()).await
}

/// The user who has that password and may log in.
///
/// # Errors
/// As [`by_password`].
pub async fn prove(
    context: &RequestContext,
    attempt: &Attempt<'_>,
    password: &str,
) -> Result<subject::Model, ApiError> {
    let right = attempt.prove(async |user| {
        let stored = user.and_then(|user| user.password_hash.as_deref());
        context.platform.passwords.verify(stored, password).await
    });
    right.await
}

//! Login by a password that a directory server checks, of users of Argus only.

use std::sync::Arc;

use argus_core::access::Level;
use argus_core::authentication::AuthMethod;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;
use argus_identity::users::{flag, method};

use super::{Attempt, LoggedIn, begin, may_log_in};
use crate::model::PasswordLogin;
use crate::outside::Outside;

/// Logs a user in by its password at the directory.
///
/// # Errors
/// 401, always with the same words; 412 where there is no directory; 429 after too many tries; 503.
pub async fn by_ldap(context: &RequestContext, login: &PasswordLogin) -> Result<LoggedIn, ApiError> {
    let outside = configured(context)?;
    let attempt = Attempt::begin(context, AuthMethod::Ldap, &login.user_name, login.domain.as_deref()).await?;
    let user = prove(&outside, &attempt, &login.user_name, &login.password).await?;
    attempt.succeed();
    begin(context, user, AuthMethod::Ldap, Level::Default).await
}

/// Those outside, with a directory among them.
fn configured(context: &RequestContext) -> Result<Arc<Outside>, ApiError> {
    let outside = Outside::of(context)?;
    if outside.ldap.is_some() {
        return Ok(outside);
    }
    Err(ApiError::unmet("ldap.not.configured", "This server asks no directory (LDAP)"))
}

/// The user of that name whose password at the directory it is, and who may log in so. The directory is asked in any case,
/// by the name as tried where there is no such user: how long it takes tells nothing of who exists here.
///
/// # Errors
/// As [`by_ldap`].
async fn prove(
    outside: &Outside,
    attempt: &Attempt<'_>,
    name: &str,
    password: &str,
) -> Result<subject::Model, ApiError> {
    let looked_at = async {
        let user = attempt.user().await?;
        let name = user.as_ref().and_then(|user| user.ldap_name.as_deref()).unwrap_or(name);
        let right = match &outside.ldap {
            Some(server) => server.is_password(name, password).await?,
            None => false,
        };
        Ok::<_, ApiError>((user, right))
    };
    let (user, right) = looked_at.await.inspect_err(|_| attempt.take_back())?;
    match user {
        // One who needs the second factor does not come in by a password alone, whoever checks it.
        Some(user) if right && may_log_in(&user, method::LDAP) && user.flags & flag::SECOND_FACTOR == 0 => Ok(user),
        user => Err(attempt.refuse(user.as_ref())),
    }
}

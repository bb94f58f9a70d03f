//! Login by a password that a directory server checks, of users of Argus only.

use std::sync::Arc;

use argus_core::access::Level;
use argus_core::app::AllTries;
use argus_core::authentication::AuthMethod;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;

use super::{Attempt, LoggedIn};
use crate::model::PasswordLogin;
use crate::outside::Outside;

/// Logs a user in by its password at the directory.
///
/// # Errors
/// 401, always with the same words; 412 where there is no directory; 429 after too many tries; 503.
pub async fn by_ldap(context: &RequestContext, login: &PasswordLogin) -> Result<LoggedIn, ApiError> {
    let outside = configured(context)?;
    let attempt = Attempt::begin(context, AuthMethod::Ldap, &login.user_name, login.domain.as_deref()).await?;
    // The directory is asked in any case, by the name as tried where there is no such user: how long it takes tells nothing of
    // who exists here.
    let user = attempt.prove(async |user| {
        let name = user.map_or(login.user_name.as_str(), name_of);
        is_password(&outside, name, &login.password).await
    });
    attempt.log_in(user.await?, Level::Default, login.requested_authorizations.as_deref()).await
}

/// Whether it is the password that a user, who is known already, has at the directory. A wrong one counts as a failed try of
/// the account.
///
/// # Errors
/// 412 where there is no directory; 429 after too many tries; 503.
pub async fn is_at_directory(
    context: &RequestContext,
    user: &subject::Model,
    password: &str,
) -> Result<bool, ApiError> {
    let outside = configured(context)?;
    let (platform, account) = (&context.platform, AllTries::account(user.domain_id, &user.short_name));
    let look = is_password(&outside, name_of(user), password);
    platform.tries.accounts.counted(&account, platform.clock.now(), look).await
}

async fn is_password(outside: &Outside, name: &str, password: &str) -> Result<bool, ApiError> {
    match &outside.ldap {
        Some(server) => Ok(server.is_password(name, password).await?),
        None => Ok(false),
    }
}

/// What a user is called at the directory.
fn name_of(user: &subject::Model) -> &str {
    user.ldap_name.as_deref().unwrap_or(&user.short_name)
}

/// Those outside, with a directory among them.
fn configured(context: &RequestContext) -> Result<Arc<Outside>, ApiError> {
    let outside = Outside::of(context)?;
    if outside.ldap.is_some() {
        return Ok(outside);
    }
    Err(ApiError::unmet("ldap.not.configured", "This server asks no directory (LDAP)"))
}

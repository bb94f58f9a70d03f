//! Login by a password that a directory server checks, of users of Argus only.

use std::sync::Arc;

use argus_core::access::Level;
use argus_core::app::AllTries;
use argus_core::authentication::AuthMethod;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;
use argus_identity::users::method;

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
    let user = prove(context, &outside, &attempt, &login.user_name, &login.password).await?;
    let made =
        begin(context, user, AuthMethod::Ldap, Level::Default, login.requested_authorizations.as_deref()).await?;
    attempt.succeed();
    Ok(made)
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
    let (account, tries) = (AllTries::account(user.domain_id, &user.short_name), &context.platform.tries.accounts);
    tries.begin(&account, context.platform.clock.now())?;
    let right = match &outside.ldap {
        Some(server) => server.is_password(name_of(user), password).await,
        None => Ok(false),
    };
    if !matches!(right, Ok(false)) {
        tries.succeeded(&account);
    }
    Ok(right?)
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

/// The user of that name whose password at the directory it is, and who may log in so. The directory is asked in any case,
/// by the name as tried where there is no such user: how long it takes tells nothing of who exists here.
///
/// # Errors
/// As [`by_ldap`].
async fn prove(
    context: &RequestContext,
    outside: &Outside,
    attempt: &Attempt<'_>,
    name: &str,
    password: &str,
) -> Result<subject::Model, ApiError> {
    let looked_at = async {
        let user = attempt.user().await?;
        let name = user.as_ref().map_or(name, name_of);
        let right = match &outside.ldap {
            Some(server) => server.is_password(name, password).await?,
            None => false,
        };
        let may = match &user {
            Some(user) => may_log_in(context, user, method::LDAP).await?,
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

//! Login by password and time-based code: the way to the level administrative.

use argus_core::access::Level;
use argus_core::authentication::AuthMethod;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use poem::http::StatusCode;
use poem_openapi::types::ToJSON;

use super::password::prove;
use super::{Attempt, LoggedIn};
use crate::codes::{Presented, present};
use crate::model::{TotpChallenge, TotpLogin};

/// Logs a user in by password and code. That a code is wrong is told in the words of a wrong password: whoever guesses
/// one of both does not hear which.
///
/// # Errors
/// 401; 206 for a code that was used before, so that the client waits for the next one; 429 after too many tries; 503.
pub async fn by_totp(context: &RequestContext, login: &TotpLogin) -> Result<LoggedIn, ApiError> {
    let attempt = Attempt::begin(context, AuthMethod::Totp, &login.user_name, login.domain.as_deref()).await?;
    let user = prove(context, &attempt, &login.password).await?;
    let presented = present(context, user.id, &login.token_code).await.inspect_err(|_| attempt.note(Some(&user)))?;
    match presented {
        Presented::Good => attempt.log_in(user, Level::Administrative, login.requested_authorizations.as_deref()).await,
        Presented::Used => {
            attempt.note(Some(&user));
            Err(wait_for_the_next(&user.short_name))
        }
        Presented::Wrong => Err(attempt.refuse(Some(&user))),
    }
}

/// 206 (sdk-contract 3.3). No session was made, so it is recorded as what it is: a login that did not succeed.
fn wait_for_the_next(user_name: &str) -> ApiError {
    let message = "This code was used before; wait for the next one";
    let challenge = TotpChallenge {
        username: user_name.to_owned(),
        message: message.to_owned(),
        failed: false,
        suppressed: Vec::new(),
    };
    let error = ApiError::action(StatusCode::PARTIAL_CONTENT, "totp.code.used", message);
    ApiError { data: challenge.to_json(), ..error }
}

//! A second proof of who is at the keyboard, before something lasting is made (sdk-contract 3.5): the caller's password,
//! or an authorization for just that, which a step-up gave.

use poem::http::StatusCode;
use sea_orm::ConnectionTrait;

use super::authorization::{self, Claims};
use super::password::is_callers;
use crate::context::RequestContext;
use crate::error::ApiError;

/// That it was proved. An authorization is used up together with what it is for.
#[must_use]
#[derive(Debug, Default)]
pub struct Proof(Option<Claims>);

impl Proof {
    /// Uses the authorization up, inside the transaction of what it is for.
    ///
    /// # Errors
    /// 412 when it was used before.
    pub async fn spend(&self, transaction: &impl ConnectionTrait) -> Result<(), ApiError> {
        match &self.0 {
            Some(claims) => authorization::spend(transaction, claims).await.map_err(on_field),
            None => Ok(()),
        }
    }
}

/// Checks the password, or else the authorization for `operation`, of the caller.
///
/// # Errors
/// 412 naming the field that is missing or wrong; 429 after too many wrong passwords.
pub async fn prove(
    context: &RequestContext,
    password: Option<&str>,
    token: Option<&str>,
    operation: &str,
) -> Result<Proof, ApiError> {
    let principal = context.caller()?;
    match (password, token) {
        (Some(password), _) if is_callers(&context.platform, principal, password).await? => Ok(Proof(None)),
        (Some(_), _) => Err(ApiError::field("password", "invalid.password", "The password is not right")),
        (None, Some(token)) => {
            let checked = authorization::check(&context.platform, token, operation, false).await;
            let (claims, user) = checked.map_err(on_field)?;
            if user.id == principal.user_id { Ok(Proof(Some(claims))) } else { Err(not_valid()) }
        }
        (None, None) => {
            let text = "The caller's password is needed as a proof, or an authorization";
            Err(ApiError::field("password", "missing.field.value", text))
        }
    }
}

/// What is wrong with an authorization is wrong with a field here; that the store fails is not.
fn on_field(error: ApiError) -> ApiError {
    if error.status == StatusCode::UNAUTHORIZED { not_valid() } else { error }
}

fn not_valid() -> ApiError {
    ApiError::field("authorization", "invalid.authorization", "The authorization is not valid")
}

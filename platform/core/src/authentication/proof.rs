//! A second proof of who is at the keyboard, before something lasting is made (sdk-contract 3.5): the caller's password,
//! or an authorization for just that, which a step-up gave.

use poem::http::StatusCode;
use sea_orm::ConnectionTrait;

use super::authorization::{self, Claims};
use super::password::is_callers;
use crate::context::RequestContext;
use crate::error::ApiError;

/// That it was proved. An authorization is used up together with what it is for; beside it stands the field that it came in.
#[must_use]
#[derive(Debug, Default)]
pub struct Proof(Option<(Claims, &'static str)>);

impl Proof {
    /// Uses the authorization up, inside the transaction of what it is for.
    ///
    /// # Errors
    /// 412 when it was used before.
    pub async fn spend(&self, transaction: &impl ConnectionTrait) -> Result<(), ApiError> {
        match &self.0 {
            Some((claims, field)) => {
                authorization::spend(transaction, claims).await.map_err(|error| on_field(field, error))
            }
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
    match (password, token) {
        (Some(password), _) if is_callers(&context.platform, context.caller()?, password).await? => Ok(Proof(None)),
        (Some(_), _) => Err(ApiError::field("password", "invalid.password", "The password is not right")),
        (None, Some(token)) => authorized(context, ("authorization", token), operation, None).await,
        (None, None) => {
            let text = "The caller's password is needed as a proof, or an authorization";
            Err(ApiError::field("password", "missing.field.value", text))
        }
    }
}

/// Checks the authorization of the caller for `operation` on something, which a pair of its context names. It came in
/// `field`; a password does not stand for it.
///
/// # Errors
/// 412 on the field, for a missing one too.
pub async fn prove_on(
    context: &RequestContext,
    (field, token): (&'static str, Option<&str>),
    operation: &str,
    pair: (&str, &str),
) -> Result<Proof, ApiError> {
    match token {
        Some(token) => authorized(context, (field, token), operation, Some(pair)).await,
        None => {
            let text = format!("An authorization for {operation} is needed, with {} in its context", pair.0);
            Err(ApiError::field(field, "missing.field.value", text))
        }
    }
}

async fn authorized(
    context: &RequestContext,
    (field, token): (&'static str, &str),
    operation: &str,
    pair: Option<(&str, &str)>,
) -> Result<Proof, ApiError> {
    let checked = authorization::check(&context.platform, token, operation, false).await;
    let (claims, user) = checked.map_err(|error| on_field(field, error))?;
    let meant = pair.is_none_or(|(name, value)| claims.context.get(name).is_some_and(|known| known == value));
    let own = user.id == context.caller()?.user_id;
    if own && meant { Ok(Proof(Some((claims, field)))) } else { Err(not_valid(field)) }
}

/// What is wrong with an authorization is wrong with a field here; that the store fails is not.
fn on_field(field: &'static str, error: ApiError) -> ApiError {
    if error.status == StatusCode::UNAUTHORIZED { not_valid(field) } else { error }
}

fn not_valid(field: &'static str) -> ApiError {
    ApiError::field(field, "invalid.authorization", "The authorization is not valid")
}

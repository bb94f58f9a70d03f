//! Step-up: an authorization for one operation, for who proves once more who is at the keyboard (sdk-contract 3.0).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use argus_core::authentication::AuthMethod;
use argus_core::authentication::authorization::{
    self, CUSTOMER_ID, Claims, INITIALIZE_TOTP, PRUNE_CUSTOMER_DATA, SET_PASSWORD,
};
use argus_core::authentication::password::is_callers;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_identity::entity::subject;
use serde_json::json;

use crate::codes::{Presented, present};
use crate::login::is_at_directory;
use crate::model::{AuthorizationCheck, PasswordStepUp, TotpStepUp, UserAuthorization, ValidAuthorization};

/// How long an authorization is good, in ms: five minutes.
pub const LIFETIME: i64 = 300_000;

/// Pairs that the context of an authorization may have.
const MOST_PAIRS: usize = 20;

/// Characters of a name or value there.
const LONGEST: usize = 1_000;

/// Gives an authorization to a caller who knows the password; in a session made by password.
///
/// # Errors
/// 403 in a session made by another method, 412 naming every bad field, 429 after too many wrong passwords.
pub async fn by_password(context: &RequestContext, asked: &PasswordStepUp) -> Result<UserAuthorization, ApiError> {
    let right = async |_: &subject::Model| is_callers(&context.platform, context.caller()?, &asked.password).await;
    by_secret(context, AuthMethod::Password, asked, right).await
}

/// The same for the password at the directory server; in a session made by it.
///
/// # Errors
/// As [`by_password`]; 503 when the directory does not answer.
pub async fn by_ldap(context: &RequestContext, asked: &PasswordStepUp) -> Result<UserAuthorization, ApiError> {
    let right = async |user: &subject::Model| is_at_directory(context, user, &asked.password).await;
    by_secret(context, AuthMethod::Ldap, asked, right).await
}

async fn by_secret(
    context: &RequestContext,
    method: AuthMethod,
    asked: &PasswordStepUp,
    right: impl AsyncFnOnce(&subject::Model) -> Result<bool, ApiError>,
) -> Result<UserAuthorization, ApiError> {
    let user = caller_by(context, method).await?;
    let wanted = Wanted::read(context, &asked.operation, &asked.next_uri, asked.context.as_ref())?;
    if !right(&user).await? {
        return Err(ApiError::field("password", "invalid.password", "The password is not right"));
    }
    wanted.give(context, &user).await
}

/// Gives an authorization to a caller whose generator shows this code; in a session made by code.
///
/// # Errors
/// As [`by_password`].
pub async fn by_totp(context: &RequestContext, asked: &TotpStepUp) -> Result<UserAuthorization, ApiError> {
    let user = caller_by(context, AuthMethod::Totp).await?;
    let wanted = Wanted::read(context, &asked.operation, &asked.next_uri, asked.context.as_ref())?;
    let text = match present(context, user.id, &asked.token_code).await? {
        Presented::Good => return wanted.give(context, &user).await,
        Presented::Used => "This code was used before; wait for the next one",
        Presented::Wrong => "The code is not right",
    };
    Err(ApiError::field("tokenCode", "invalid.field.value", text))
}

/// The caller, in a session made by that method.
async fn caller_by(context: &RequestContext, method: AuthMethod) -> Result<Arc<subject::Model>, ApiError> {
    let principal = context.caller()?;
    if principal.method != method {
        let text = format!("Access denied: this session was not made by {}", method.name());
        return Err(ApiError::forbidden("access.denied", text));
    }
    let user = context.platform.directory.user(principal.user_id).await?;
    user.ok_or_else(|| ApiError::not_found("user"))
}

/// What an authorization is asked for.
struct Wanted {
    operation: String,
    next_uri: String,
    context: BTreeMap<String, String>,
}

impl Wanted {
    fn read(
        context: &RequestContext,
        operation: &str,
        next_uri: &str,
        pairs: Option<&HashMap<String, String>>,
    ) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        if !is_ours(context, next_uri) {
            let text = "Must be a path of this service, or an address below one of its public ones";
            errors.add("nextURI", "invalid.field.value", text);
        }
        let pairs: BTreeMap<String, String> = pairs.cloned().unwrap_or_default().into_iter().collect();
        let long = |text: &String| text.chars().count() > LONGEST;
        if pairs.len() > MOST_PAIRS || pairs.iter().any(|(name, value)| long(name) || long(value)) {
            let text = format!("At most {MOST_PAIRS} pairs of at most {LONGEST} characters each");
            errors.add("context", "invalid.field.value", text);
        } else if operation == PRUNE_CUSTOMER_DATA && !pairs.contains_key(CUSTOMER_ID) {
            // It would be good for nothing: better said now than after the proof.
            errors.add("context", "missing.field.value", format!("{CUSTOMER_ID} says the number of the customer"));
        }
        errors.finish()?;
        Ok(Self { operation: operation.to_owned(), next_uri: next_uri.to_owned(), context: pairs })
    }

    async fn give(self, context: &RequestContext, user: &subject::Model) -> Result<UserAuthorization, ApiError> {
        let (token, claims) = authorization::issue(&context.platform, user, &self.operation, self.context, LIFETIME)?;
        let after = json!({
            "authorization": claims.jti.to_string(), "operation": claims.operation, "context": claims.context,
            "expires": claims.exp,
        });
        let about = |after| context.record().about("AUTHORIZATION", claims.jti.to_string(), None, Some(after));
        context.change(async |_| Ok(((), about(after)))).await?;
        Ok(shown(token, claims, Some(self.next_uri)))
    }
}

/// What an authorization says, if it is good for what is asked; it is used up by that, unless the caller says otherwise.
///
/// # Errors
/// 401, always with the same words.
pub async fn validate(context: &RequestContext, asked: &AuthorizationCheck) -> Result<ValidAuthorization, ApiError> {
    let platform = &context.platform;
    let expired = asked.allow_expired == Some(true);
    let (claims, user) = authorization::check(platform, &asked.authorization, &asked.operation, expired).await?;
    let mut given = asked.context.iter().flatten();
    if given.any(|(name, value)| claims.context.get(name) != Some(value)) {
        return Err(ApiError::unauthorized("authorization.invalid", "The authorization is not valid"));
    }
    if asked.allow_replay != Some(true) {
        let used = context.change(async |transaction| {
            authorization::spend(transaction, &claims).await?;
            Ok(((), context.record().about("AUTHORIZATION", claims.jti.to_string(), None, None)))
        });
        used.await?;
    }
    let user = platform.directory.tree().await?.user_info(&user);
    let (context, timestamp, expires) = (claims.context.into_iter().collect(), claims.iat, claims.exp);
    Ok(ValidAuthorization { operation: claims.operation, context, timestamp, expires, user })
}

/// An authorization as it is handed out.
pub fn shown(token: String, claims: Claims, next_uri: Option<String>) -> UserAuthorization {
    let identifier = match claims.operation.as_str() {
        SET_PASSWORD => "setPassword",
        INITIALIZE_TOTP => "initializeTOTP",
        "publickey.enroll" => "enrollPublicKey",
        other => other,
    };
    UserAuthorization {
        authorization: token,
        expires: claims.exp,
        identifier: identifier.to_owned(),
        next_uri,
        operation: claims.operation,
    }
}

/// Whether the address leads back here: whoever is sent on carries the authorization along.
fn is_ours(context: &RequestContext, uri: &str) -> bool {
    if uri.contains('\\') || uri.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return false;
    }
    if uri.starts_with('/') {
        return !uri.starts_with("//");
    }
    let Some((scheme, rest)) = uri.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    context.platform.settings.is_public_origin(&format!("{scheme}://{authority}"))
}

//! Authorization tokens: short-lived permissions for one operation of one user, signed by this server (sdk-contract 3.0).

use std::collections::BTreeMap;
use std::sync::Arc;

use argus_identity::authorizations;
use argus_identity::entity::subject;
use sea_orm::ConnectionTrait;
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

use super::jws;
use crate::app::Platform;
use crate::clock::NANOS_PER_MILLI;
use crate::error::ApiError;

/// Setting a password.
pub const SET_PASSWORD: &str = "password.set";

/// Making an API key.
pub const CREATE_API_KEY: &str = "apikey.create";

/// Giving an API key another period or secret.
pub const RENEW_API_KEY: &str = "apikey.renew";

/// Setting up a generator of time-based codes.
pub const INITIALIZE_TOTP: &str = "totp.initialize";

/// Taking away what is kept for a customer; the context says which one.
pub const PRUNE_CUSTOMER_DATA: &str = "pruneCustomerData";

/// The name in the context of [`PRUNE_CUSTOMER_DATA`] under which the customer's number stands.
pub const CUSTOMER_ID: &str = "customerID";

/// How long after its end an authorization is looked at by who takes expired ones, in ms: 30 days.
const LATEST: i64 = 30 * 86_400_000;

/// What a token says. Times are ms since the epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The token's own identifier.
    pub jti: Uuid,
    /// Whose.
    pub user: i64,
    /// What for.
    pub operation: String,
    /// On what.
    pub context: BTreeMap<String, String>,
    /// When it was made.
    pub iat: i64,
    /// When it expires.
    pub exp: i64,
    /// When the user's password was set, in ns: with another password all earlier tokens are void.
    pub password: i64,
}

/// Makes a token that is good for `lifetime` ms.
///
/// # Errors
/// Never, but for mistakes in the code.
pub fn issue(
    platform: &Platform,
    user: &subject::Model,
    operation: &str,
    context: BTreeMap<String, String>,
    lifetime: i64,
) -> Result<(String, Claims), ApiError> {
    let iat = platform.clock.now_millis();
    let claims = Claims {
        jti: platform.ids.uuid(),
        user: user.id,
        operation: operation.to_owned(),
        context,
        iat,
        exp: iat.saturating_add(lifetime),
        password: user.password_changed_at.unwrap_or(0),
    };
    Ok((jws::sign(key(platform).as_ref(), &claims)?, claims))
}

/// Checks a token: ours, for that operation, not expired (with `expired`: not for more than 30 days), of a user who may
/// still log in and has the same password. Whether it was used is for [`spend`] to say.
///
/// # Errors
/// 401, always with the same words.
pub async fn check(
    platform: &Platform,
    token: &str,
    operation: &str,
    expired: bool,
) -> Result<(Claims, Arc<subject::Model>), ApiError> {
    let claims: Claims = jws::signed(key(platform).as_ref(), token).ok_or_else(refused)?;
    // Who brings one need not have proved who he is: nobody may have looked yet whether another node changed the user.
    platform.directory.sync().await?;
    let user = platform.directory.user(claims.user).await?.ok_or_else(refused)?;
    let usable = !platform.directory.shuts_out(&user).await?;
    let same = user.password_changed_at.unwrap_or(0) == claims.password;
    let late = if expired { LATEST } else { 0 };
    let fresh = platform.clock.now_millis() <= claims.exp.saturating_add(late);
    if usable && same && fresh && claims.operation == operation { Ok((claims, user)) } else { Err(refused()) }
}

/// Uses a token up, inside the transaction of what it is used for.
///
/// # Errors
/// 401 when it was used before.
pub async fn spend(transaction: &impl ConnectionTrait, claims: &Claims) -> Result<(), ApiError> {
    // A moment longer than it can be presented, also by who takes expired ones.
    let until = claims.exp.saturating_add(LATEST + 1).saturating_mul(NANOS_PER_MILLI);
    if authorizations::spend(transaction, claims.jti, until).await? { Ok(()) } else { Err(refused()) }
}

fn key(platform: &Platform) -> ring::hmac::Tag {
    platform.secret.key("argus authorization")
}

fn refused() -> ApiError {
    ApiError::unauthorized("authorization.invalid", "The authorization is not valid")
}

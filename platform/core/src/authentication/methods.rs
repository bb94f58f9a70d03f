//! By what a user can log in.

use argus_identity::entity::subject;
use argus_identity::{keys, openid_links, signatures, totp, users};
use poem_openapi::Object;
use poem_openapi::types::Any;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::AuthMethod;
use crate::clock::millis;
use crate::context::RequestContext;
use crate::error::ApiError;

/// A method of authentication of a user.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct MethodConfig {
    /// `PASSWORD`, `SIGNATURE`, `TOTP`, `APIKEY`, `LDAP` or `OPENID`.
    pub method: String,
    /// Whether it is set up: there is a password, a key, a generator.
    pub initialized: bool,
    /// From where the last login came, where it was by this method; else null.
    #[oai(rename = "lastLoginIP")]
    pub last_login_ip: Option<String>,
    /// When, in ms.
    pub last_login_timestamp: Option<i64>,
    /// Settings of the method; none for now.
    pub settings: Any<Value>,
}

/// The methods that are enabled for a user, and how far each is set up.
///
/// # Errors
/// When the store fails.
pub async fn methods_of(context: &RequestContext, user: i64) -> Result<Vec<MethodConfig>, ApiError> {
    let db = context.platform.db.reader();
    // Not from memory: there the last login is that of the last other change.
    let user = users::by_id(db, user).await?.ok_or_else(|| ApiError::not_found("user"))?;
    let mut methods = Vec::new();
    for method in AuthMethod::OF_USERS.into_iter().filter(|method| user.methods & method.bit() != 0) {
        methods.push(method_of(db, &user, method).await?);
    }
    Ok(methods)
}

/// How far a method of a user is set up.
///
/// # Errors
/// When the store fails.
pub async fn method_of(
    db: &impl ConnectionTrait,
    user: &subject::Model,
    method: AuthMethod,
) -> Result<MethodConfig, ApiError> {
    let last = user.last_login_method.as_deref() == Some(method.name());
    Ok(MethodConfig {
        method: method.name().to_owned(),
        initialized: is_set_up(db, user, method).await?,
        last_login_ip: user.last_login_ip.clone().filter(|_| last),
        last_login_timestamp: user.last_login_at.filter(|_| last).map(millis),
        settings: Any(json!({})),
    })
}

/// Whether a user can use a method that is enabled: there is a password, a key, a generator.
async fn is_set_up(db: &impl ConnectionTrait, user: &subject::Model, method: AuthMethod) -> Result<bool, ApiError> {
    Ok(match method {
        AuthMethod::Password => user.password_hash.is_some(),
        AuthMethod::ApiKey => !keys::of_user(db, user.id).await?.is_empty(),
        AuthMethod::Signature => signatures::of_user(db, user.id).await?.iter().any(|key| key.revoked_at.is_none()),
        AuthMethod::Totp => totp::active(db, user.id).await?.is_some(),
        // The directory knows every user under some name.
        AuthMethod::Ldap => true,
        AuthMethod::OpenId => openid_links::of_user(db, user.id).await?.is_some(),
        AuthMethod::Impersonated | AuthMethod::Anonymous => false,
    })
}

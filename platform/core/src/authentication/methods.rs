//! By what a user can log in.

use argus_identity::keys;
use argus_identity::users::{self, method};
use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::{Value, json};

use super::AuthMethod;
use crate::clock::millis;
use crate::context::RequestContext;
use crate::error::ApiError;

/// A method of authentication of a user.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct MethodConfig {
    /// `PASSWORD`, `APIKEY`, and those that later versions add.
    pub method: String,
    /// Whether it is set up: there is a password, a key.
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
    for (bit, name, initialized) in [
        (method::PASSWORD, AuthMethod::Password.name(), user.password_hash.is_some()),
        (method::API_KEY, AuthMethod::ApiKey.name(), !keys::of_user(db, user.id).await?.is_empty()),
    ] {
        if user.methods & bit == 0 {
            continue;
        }
        let last = user.last_login_method.as_deref() == Some(name);
        methods.push(MethodConfig {
            method: name.to_owned(),
            initialized,
            last_login_ip: user.last_login_ip.clone().filter(|_| last),
            last_login_timestamp: user.last_login_at.filter(|_| last).map(millis),
            settings: Any(json!({})),
        });
    }
    Ok(methods)
}

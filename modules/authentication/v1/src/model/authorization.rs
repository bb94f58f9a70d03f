//! Authorizations: short-lived tokens for one operation.

use std::collections::HashMap;

use argus_core::info::UserInfo;
use poem_openapi::Object;

/// An authorization just made. The token is shown this once.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserAuthorization {
    /// The token.
    pub authorization: String,
    /// When it expires, in ms.
    pub expires: i64,
    /// `setPassword`, `initializeTOTP` or `enrollPublicKey`; for other operations their name.
    pub identifier: String,
    /// Where to go on with it, as it was asked for; null where it was not.
    #[oai(rename = "nextURI")]
    pub next_uri: Option<String>,
    /// The operation it is for.
    pub operation: String,
}

/// An authorization to be looked at.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AuthorizationCheck {
    /// The token.
    #[oai(validator(max_length = 8192))]
    pub authorization: String,
    /// The operation it must be for.
    #[oai(validator(max_length = 255))]
    pub operation: String,
    /// What must stand in it.
    pub context: Option<HashMap<String, String>>,
    /// Whether it may be expired.
    pub allow_expired: Option<bool>,
    /// Whether it may have been used, and is not used up.
    pub allow_replay: Option<bool>,
}

/// A good authorization.
#[derive(Debug, Clone, Object)]
pub struct ValidAuthorization {
    /// The operation it is for.
    pub operation: String,
    /// What stands in it.
    pub context: HashMap<String, String>,
    /// When it was made, in ms.
    pub timestamp: i64,
    /// When it expires, in ms.
    pub expires: i64,
    /// Whose.
    pub user: UserInfo,
}

/// A step-up by password: an authorization is wanted, and this proves once more who is at the keyboard.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PasswordStepUp {
    /// The operation that it is to be for: `apikey.create`, `apikey.renew`, `totp.initialize`, `password.set`, or one of
    /// another service.
    #[oai(validator(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$"))]
    pub operation: String,
    /// Where the client goes on: a path of this service, or an address of it.
    #[oai(rename = "nextURI", validator(min_length = 1, max_length = 2048))]
    pub next_uri: String,
    /// What the authorization is to be for exactly.
    pub context: Option<HashMap<String, String>>,
    /// The caller's password.
    #[oai(validator(max_length = 1024))]
    pub password: String,
}

/// The same by a time-based code.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct TotpStepUp {
    /// As in a step-up by password.
    #[oai(validator(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$"))]
    pub operation: String,
    /// As in a step-up by password.
    #[oai(rename = "nextURI", validator(min_length = 1, max_length = 2048))]
    pub next_uri: String,
    /// As in a step-up by password.
    pub context: Option<HashMap<String, String>>,
    /// The code that the caller's generator shows.
    #[oai(validator(max_length = 16))]
    pub token_code: String,
}

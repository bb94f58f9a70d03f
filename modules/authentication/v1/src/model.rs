//! Wire types (sdk-contract 3).

mod keys;
mod outside;

use argus_core::info::UserInfo;
use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

pub use keys::{DeletedSignature, Keys, RenewedKey, RevokedKey, RevokedSignature};
pub use outside::{Flow, LdapSetup, OpenIdLink, OpenIdLogin, OpenIdProviderInfo, OpenIdRequest, OpenIdSetup};

/// A password login.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PasswordLogin {
    /// Name to log in with.
    #[oai(validator(max_length = 255))]
    pub user_name: String,
    /// The password.
    #[oai(validator(max_length = 1024))]
    pub password: String,
    /// Domain in which the name is looked up; the first one when absent.
    #[oai(validator(max_length = 255))]
    pub domain: Option<String>,
    /// Authorizations asked for along with the session; may be refused silently.
    #[oai(validator(max_items = 10))]
    pub requested_authorizations: Option<Vec<String>>,
}

/// What a login gives.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AuthenticationResponse {
    /// The session token, for the cookie `argus_session` or the header `Authorization: Bearer`.
    pub credentials: RequestCredentials,
    /// Key for CSRF tokens: standard base64 with padding.
    pub session_key: String,
    /// Always empty for now.
    pub authorizations: Vec<String>,
    /// Name of the user.
    pub username: String,
    /// Number of the user.
    #[oai(rename = "userID")]
    pub user_id: i64,
    /// `PASSWORD`, `APIKEY` for a session made from a key, or `IMPERSONATED`.
    pub authentication_method: String,
    /// `EXTERNAL`, `DEFAULT` or `ADMINISTRATIVE`.
    pub security_level: String,
    /// From where.
    #[oai(rename = "clientIP")]
    pub client_ip: String,
    /// When, in ms.
    pub created_timestamp: i64,
    /// The hard end, in ms.
    pub valid_until_timestamp: i64,
    /// Whether only functions that read can be used.
    pub read_only: bool,
    /// Whether it is cut to some functions or customers, or to reading.
    pub constrained: bool,
}

/// A session token.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RequestCredentials {
    /// `sessionToken`.
    pub request_credentials_type: String,
    /// The token.
    pub request_credentials_data: String,
    /// From where.
    #[oai(rename = "clientIP")]
    pub client_ip: String,
}

/// Where the caller comes from.
#[derive(Debug, Clone, Object)]
pub struct ClientInfo {
    /// The address.
    #[oai(rename = "clientIP")]
    pub client_ip: String,
}

/// The session of the caller.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SessionInfo {
    /// What names it, and opens nothing; null for a caller by key.
    pub identifier: Option<String>,
    /// How it was proved.
    pub authentication_method: String,
    /// From where it was made.
    #[oai(rename = "clientIP")]
    pub client_ip: String,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// When it was last used, in ms.
    pub timestamp: i64,
    /// The hard end, in ms; 0 for a caller by key.
    pub valid_until_timestamp: i64,
    /// Whether the user has no password.
    pub password_not_set: bool,
    /// Whether only functions that read can be used.
    pub read_only: bool,
    /// `EXTERNAL`, `DEFAULT` or `ADMINISTRATIVE`.
    pub security_level: String,
    /// Key for CSRF tokens; null for a caller by key, and in lists.
    pub session_key: Option<String>,
    /// Name of the user.
    pub username: String,
    /// Number of the user.
    #[oai(rename = "userID")]
    pub user_id: i64,
    /// Who acts as the user; null for the user itself.
    #[oai(rename = "impersonatingUserID")]
    pub impersonating_user_id: Option<i64>,
}

/// What a session is to be cut to.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct Constraints {
    /// Customers, by number or short name, each with all below it.
    #[oai(validator(max_items = 1000))]
    pub customer: Option<Vec<String>>,
    /// Functions, by name; a role stands for its functions.
    #[oai(validator(max_items = 1000))]
    pub function: Option<Vec<String>>,
    /// Older spelling of `customer`.
    #[oai(rename = "customerID", validator(max_items = 1000))]
    pub customer_id: Option<Vec<Any<Value>>>,
    /// Older spelling of `function`; also by number.
    #[oai(rename = "functionID", validator(max_items = 1000))]
    pub function_id: Option<Vec<Any<Value>>>,
    /// Only functions that read.
    pub read_only: Option<bool>,
}

/// Whom to act as.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct Impersonation {
    /// The user, by number or short name. Required.
    #[oai(validator(max_length = 255))]
    pub user: Option<String>,
    /// Older spelling of `user`.
    #[oai(validator(max_length = 255))]
    pub user_name: Option<String>,
    /// Domain of the short name, by number or name; the caller's when absent.
    #[oai(validator(max_length = 255))]
    pub domain: Option<String>,
    /// Customers to cut the session to, by number or short name.
    #[oai(validator(max_items = 1000))]
    pub customer: Option<Vec<String>>,
    /// Functions to cut the session to, by name.
    #[oai(validator(max_items = 1000))]
    pub function: Option<Vec<String>>,
    /// `external`, `standard` or `administrative`; the caller's own when absent, and never more.
    #[oai(validator(max_length = 20))]
    pub security_level: Option<String>,
}

/// How many sessions were ended.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DeletedSessions {
    /// So many.
    pub sessions_deleted: i32,
}

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

/// Another password. One of `oldPassword` and `authorization`.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PasswordChange {
    /// The password: at least 12 characters.
    #[oai(validator(max_length = 1024))]
    pub new_password: String,
    /// The password until now.
    #[oai(validator(max_length = 1024))]
    pub old_password: Option<String>,
    /// An authorization for `password.set`.
    #[oai(validator(max_length = 8192))]
    pub authorization: Option<String>,
}

/// A password to be looked at.
#[derive(Clone, Object)]
pub struct PasswordTest {
    /// The password.
    #[oai(validator(max_length = 1024))]
    pub password: String,
}

/// What was found of a password.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct TestedPassword {
    /// `ok` or `breached`.
    pub state: String,
    /// 0 or 1: this server counts no breaches, it has a list.
    pub breach_count: i32,
}

/// An authorization just made. The token is shown this once.
#[derive(Clone, Object)]
pub struct UserAuthorization {
    /// The token.
    pub authorization: String,
    /// When it expires, in ms.
    pub expires: i64,
    /// `setPassword`.
    pub identifier: String,
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
    pub context: Option<std::collections::HashMap<String, String>>,
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
    pub context: std::collections::HashMap<String, String>,
    /// When it was made, in ms.
    pub timestamp: i64,
    /// When it expires, in ms.
    pub expires: i64,
    /// Whose.
    pub user: UserInfo,
}

/// How a user stands.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserStatus {
    /// Whether it cannot authenticate by any method.
    pub blocked: bool,
    /// Whether it must set another password.
    pub force_password_change: bool,
}

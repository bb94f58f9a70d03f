//! Wire types (sdk-contract 3).

mod authorization;
mod events;
mod keys;
mod outside;
mod totp;

use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

pub use authorization::{AuthorizationCheck, PasswordStepUp, TotpStepUp, UserAuthorization, ValidAuthorization};
pub use events::AuthenticationEvent;
pub use keys::{DeletedSignature, Keys, RenewedKey, RevokedKey, RevokedSignature};
pub use outside::{Flow, LdapSetup, OpenIdLink, OpenIdLogin, OpenIdProviderInfo, OpenIdRequest, OpenIdSetup};
pub use totp::{TotpChallenge, TotpGenerator, TotpLogin, TotpProof, TotpVerification, TotpVerified};

/// A password login.
#[derive(Clone, Object)]
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
    /// Authorizations asked for along with the session: `setPassword`, given to who has to set another password. What
    /// is not given is left out.
    #[oai(validator(max_items = 10))]
    pub requested_authorizations: Option<Vec<String>>,
}

/// What a login gives.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AuthenticationResponse {
    /// The session token, for the cookie `argus_session` or the header `Authorization: Bearer`.
    pub credentials: RequestCredentials,
    /// Key for CSRF tokens: standard base64 with padding.
    pub session_key: String,
    /// Those of the authorizations asked for that are given.
    pub authorizations: Vec<UserAuthorization>,
    /// The token once more, where older clients look for it.
    pub request_credentials_data: String,
    /// The token once more, where older clients look for it.
    pub cookie: String,
    /// Name of the user.
    pub username: String,
    /// Number of the user.
    #[oai(rename = "userID")]
    pub user_id: i64,
    /// `PASSWORD`, `TOTP`, `LDAP`, `OPENID`, `APIKEY` for a session made from a key, or `IMPERSONATED`.
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
#[derive(Clone, Object)]
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
#[derive(Clone, Object)]
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
    /// Customers, by number (also as a JSON number) or short name, each with all below it.
    #[oai(validator(max_items = 1000))]
    pub customer: Option<Vec<Any<Value>>>,
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
    /// Customers to cut the session to, by number (also as a JSON number) or short name.
    #[oai(validator(max_items = 1000))]
    pub customer: Option<Vec<Any<Value>>>,
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

/// How a user stands.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserStatus {
    /// Whether it cannot authenticate by any method.
    pub blocked: bool,
    /// Whether it must set another password.
    pub force_password_change: bool,
    /// Whether a password alone does not let it in.
    pub second_factor_required: bool,
}

/// What may change about how a user stands. Only given members change.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserStatusUpdate {
    /// Whether it must set another password before anything else.
    pub force_password_change: Option<bool>,
    /// Whether a password alone, or somebody else's word, does not let it in: it needs a time-based code too.
    pub second_factor_required: Option<bool>,
}

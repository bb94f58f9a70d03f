//! Wire types (sdk-contract 3).

use argus_core::authentication::api_key::wire::KeyDescriptor;
use poem_openapi::Object;

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
    /// `PASSWORD`.
    pub authentication_method: String,
    /// `DEFAULT`.
    pub security_level: String,
    /// From where.
    #[oai(rename = "clientIP")]
    pub client_ip: String,
    /// When, in ms.
    pub created_timestamp: i64,
    /// The hard end, in ms.
    pub valid_until_timestamp: i64,
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
    /// How it was proved.
    pub authentication_method: String,
    /// From where it was made.
    #[oai(rename = "clientIP")]
    pub client_ip: String,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// Now, in ms: the session was just used.
    pub timestamp: i64,
    /// The hard end, in ms; 0 for a caller by key.
    pub valid_until_timestamp: i64,
    /// Whether the user has no password.
    pub password_not_set: bool,
    /// Whether only functions that read can be used.
    pub read_only: bool,
    /// `EXTERNAL`, `DEFAULT` or `ADMINISTRATIVE`.
    pub security_level: String,
    /// Key for CSRF tokens; null for a caller by key.
    pub session_key: Option<String>,
    /// Name of the user.
    pub username: String,
    /// Number of the user.
    #[oai(rename = "userID")]
    pub user_id: i64,
}

/// Keys.
#[derive(Debug, Clone, Object)]
pub struct Keys {
    /// The keys.
    pub keys: Vec<KeyDescriptor>,
}

/// A key with another period.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RenewedKey {
    /// The key.
    pub renewed_key: KeyDescriptor,
}

/// A key that was revoked.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RevokedKey {
    /// The key.
    pub revoked_key: KeyDescriptor,
    /// The same as a list, as some clients read it.
    pub keys: Vec<KeyDescriptor>,
}

/// A signature key that was revoked.
#[derive(Debug, Clone, Object)]
pub struct RevokedSignature {
    /// Its index.
    #[oai(rename = "keyID")]
    pub key_id: i64,
    /// What it was for.
    pub description: String,
    /// `argus` or `upload`.
    #[oai(rename = "type")]
    pub kind: String,
}

/// A signature key that was revoked, as administrators see it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DeletedSignature {
    /// Its index.
    pub deleted_key: String,
}

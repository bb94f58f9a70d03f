//! What goes over the wire.

use poem_openapi::Object;

/// A message. Its other members are always null.
#[derive(Debug, Clone, Object)]
pub struct Message {
    /// Always null.
    pub loc: Option<String>,
    /// What is told.
    pub msg: String,
    /// Always null.
    #[oai(rename = "type")]
    pub kind: Option<String>,
}

impl Message {
    /// A message of that text.
    pub fn of(msg: impl Into<String>) -> Self {
        Self { loc: None, msg: msg.into(), kind: None }
    }
}

/// The token of a login.
#[derive(Debug, Clone, Object)]
pub struct AccessToken {
    /// A JWT, for the header `Authorization: Bearer`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
}

/// An access key.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AccessKey {
    /// A UUID, for the header `api-key`. A secret.
    pub access_key: String,
}

/// A user.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct User {
    /// Name.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// Number.
    pub id: i64,
    /// When the account was made: ISO 8601, UTC, without a zone.
    pub created_at: String,
    /// When it was last changed; null until then.
    pub last_updated_at: Option<String>,
}

/// What runs here.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Health {
    /// Name of the service.
    pub app_name: String,
    /// `production`.
    pub mode: String,
    /// Whether it tells more than it should.
    pub debug: bool,
}

/// Somebody who signs up.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Signup {
    /// 5 to 32 letters, digits, `_`, `.`, `@` and `-`; no number.
    #[oai(validator(min_length = 5, max_length = 32))]
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// 8 to 64 characters; an upper-case letter, a lower-case letter, a digit and a special character among them.
    #[oai(validator(min_length = 8, max_length = 64))]
    pub password: String,
    /// The password once more.
    pub repeat_password: String,
}

/// Somebody who logs in.
#[derive(Debug, Clone, Object)]
pub struct Login {
    /// Name.
    pub username: String,
    /// Password.
    pub password: String,
}

/// Whose account it is.
#[derive(Debug, Clone, Object)]
pub struct Address {
    /// E-mail address.
    pub email: String,
}

/// Another password in the place of the one until now.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PasswordChange {
    /// The password until now.
    pub password: String,
    /// 8 to 64 characters; an upper-case letter, a lower-case letter, a digit and a special character among them.
    #[oai(validator(min_length = 8, max_length = 64))]
    pub new_password: String,
    /// The new password once more.
    pub repeat_password: String,
}

/// Another password.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PasswordReset {
    /// 8 to 64 characters; an upper-case letter, a lower-case letter, a digit and a special character among them.
    #[oai(validator(min_length = 8, max_length = 64))]
    pub new_password: String,
    /// The new password once more.
    pub repeat_password: String,
}

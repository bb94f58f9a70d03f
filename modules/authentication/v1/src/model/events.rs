//! Events of login histories (sdk-contract 3.7).

use argus_core::info::{CustomerInfo, UserInfo};
use poem_openapi::Object;
use sea_orm::prelude::Uuid;

/// What happened to a user's way in.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AuthenticationEvent {
    /// Identifier; the audit log has the event under the same one.
    pub id: Uuid,
    /// When, in ms.
    pub timestamp: i64,
    /// `login`, `keyEnrolled`, `totpEnrolled`, `userBlocked` or `userUnblocked`.
    pub action: String,
    /// `success` or `failure`.
    pub result: String,
    /// `password`, `signature`, `apikey`, `totp`, `impersonated`, and those that later versions add; null where none is
    /// meant.
    pub authentication_method: Option<String>,
    /// From where.
    pub ip: Option<String>,
    /// The same for a person.
    pub message: String,
    /// The user whose history it is.
    pub user: Option<UserInfo>,
    /// The user's customer.
    pub customer: Option<CustomerInfo>,
}

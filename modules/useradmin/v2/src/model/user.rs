//! Users on the wire.

use argus_core::wire::Language;
use argus_useradmin_store::phone::Phone;
use poem_openapi::{Enum, Object};

use super::group::Subject;

/// A way to prove who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum Method {
    /// Password login.
    Password,
    /// Signed requests.
    Signature,
    /// A code by text message; not offered by this server.
    Sms,
    /// Password with a time-based code.
    Totp,
    /// API keys.
    Apikey,
    /// Password checked by a directory server.
    Ldap,
}

/// A user to be made. It has neither a password nor any function.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserAdd {
    /// The customer it belongs to, by number or short name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub customer: String,
    /// Name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// Name to log in with: letters, digits, `_`, `-`, `.` and `@`, and not a number; unique in the domain, case aside.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub short_name: String,
    /// The domain, by number or name; that of the customer when absent.
    #[oai(validator(max_length = 255))]
    pub domain: Option<String>,
    /// E-mail address.
    #[oai(validator(max_length = 255))]
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// For people.
    #[oai(validator(max_length = 4000))]
    pub description: Option<String>,
    /// English when absent.
    pub language: Option<Language>,
    /// A program, not a person.
    pub daemon_account: Option<bool>,
    /// Only there to be notified.
    pub notification_user: Option<bool>,
    /// A directory server decides about it.
    pub externally_managed: Option<bool>,
    /// The methods it can use; password, apikey, signature and totp when absent, none when empty.
    #[oai(validator(max_items = 10))]
    pub enable_authentication_methods: Option<Vec<Method>>,
}

/// What may change about a user. Only given members change.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserUpdate {
    /// Another name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: Option<String>,
    /// Another name to log in with.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub short_name: Option<String>,
    /// Another e-mail address; an empty one takes it away.
    #[oai(validator(max_length = 255))]
    pub email: Option<String>,
    /// Another telephone number; an empty object takes it away.
    pub phone: Option<Phone>,
    /// Another description.
    #[oai(validator(max_length = 4000))]
    pub description: Option<String>,
    /// Another language.
    pub language: Option<Language>,
    /// Whether it is a program.
    pub daemon_account: Option<bool>,
    /// Whether it is only there to be notified.
    pub notification_user: Option<bool>,
    /// Whether a directory server decides about it.
    pub externally_managed: Option<bool>,
}

/// Where a user or a group goes.
#[derive(Debug, Clone, Object)]
pub struct Move {
    /// The customer, by number or short name; of the same domain.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub customer: String,
}

/// A user.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct User {
    /// What it has in common with groups.
    #[oai(flatten)]
    pub subject: Subject,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// `english` or `norwegian`.
    pub language: String,
    /// The last login, in ms.
    pub last_login_timestamp: Option<i64>,
    /// Its method.
    pub last_login_method: Option<String>,
    /// When somebody last acted as this user, in ms.
    pub last_impersonation_timestamp: Option<i64>,
}

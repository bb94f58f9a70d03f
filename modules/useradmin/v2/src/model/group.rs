//! Groups, and users and groups alike, on the wire.

use argus_core::info::{CustomerInfo, DomainInfo, UserInfo};
use poem_openapi::Object;

/// A group to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct GroupAdd {
    /// The customer it belongs to, by number or short name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub customer: String,
    /// Name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// Name for programs: letters, digits, `_`, `-`, `.` and `@`, and not a number; unique in the domain among users and
    /// groups, case aside.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub short_name: String,
    /// The domain, by number or name; that of the customer when absent.
    #[oai(validator(max_length = 255))]
    pub domain: Option<String>,
    /// For people.
    #[oai(validator(max_length = 4000))]
    pub description: Option<String>,
    /// Of programs, not of people.
    pub daemon_account: Option<bool>,
    /// A directory server decides about it.
    pub externally_managed: Option<bool>,
}

/// What may change about a group. Only given members change.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct GroupUpdate {
    /// Another name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: Option<String>,
    /// Another name for programs.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub short_name: Option<String>,
    /// Another description.
    #[oai(validator(max_length = 4000))]
    pub description: Option<String>,
    /// Whether it is of programs.
    pub daemon_account: Option<bool>,
    /// Whether a directory server decides about it.
    pub externally_managed: Option<bool>,
}

/// A user or a group, told apart by `type`.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Subject {
    /// Number.
    pub id: i64,
    /// Name for programs; a user logs in with it.
    pub short_name: String,
    /// Name for people.
    pub name: String,
    /// `user` or `group`.
    #[oai(rename = "type")]
    pub kind: String,
    /// For people.
    pub description: Option<String>,
    /// The customer it belongs to.
    pub customer: Option<CustomerInfo>,
    /// Its domain.
    pub domain: DomainInfo,
    /// Of `deleted`, `daemonAccount`, `externallyManaged`; of a user also `blocked`, `forcePasswordChange`, `passwordNotSet`,
    /// `notificationUser`.
    pub flags: Vec<String>,
    /// The groups it is in directly, of those that you may see.
    pub member_of: Vec<UserInfo>,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom.
    pub created_by_user: Option<UserInfo>,
    /// When it was last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<UserInfo>,
    /// When it was deleted, in ms.
    pub deleted_timestamp: Option<i64>,
    /// By whom.
    pub deleted_by_user: Option<UserInfo>,
}

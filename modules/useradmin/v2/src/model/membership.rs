//! Memberships on the wire.

use argus_core::info::UserInfo;
use poem_openapi::Object;

/// Who comes into a group.
#[derive(Debug, Clone, Object)]
pub struct MembersAdd {
    /// Users and groups, by number or short name; at least one.
    #[oai(validator(max_items = 1000))]
    pub subject: Vec<String>,
    /// Why.
    #[oai(validator(max_length = 4000))]
    pub comment: Option<String>,
}

/// Groups that somebody comes into.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct GroupsAdd {
    /// Groups, by number or short name; at least one.
    #[oai(validator(max_items = 1000))]
    pub parent_groups: Vec<String>,
    /// Why.
    #[oai(validator(max_length = 4000))]
    pub comment: Option<String>,
}

/// A membership.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Membership {
    /// Identifier, a UUID.
    pub id: String,
    /// The group.
    pub group: Option<UserInfo>,
    /// The user or group in it.
    pub member: Option<UserInfo>,
    /// Of `deleted`, `externallyManaged`.
    pub flags: Vec<String>,
    /// Since when, in ms.
    pub added_timestamp: i64,
    /// Who added it.
    pub added_by_user: Option<UserInfo>,
    /// Why.
    pub add_comment: Option<String>,
    /// Until when, in ms; null while it lasts.
    pub removed_timestamp: Option<i64>,
    /// Who ended it.
    pub removed_by_user: Option<UserInfo>,
    /// Why.
    pub remove_comment: Option<String>,
}

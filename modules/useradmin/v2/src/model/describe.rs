//! From rows to what is printed.

use std::collections::HashMap;

use argus_core::access::CustomerSet;
use argus_core::app::Platform;
use argus_core::clock::millis;
use argus_core::error::ApiError;
use argus_core::info::{People, UserInfo};
use argus_identity::entity::{membership, subject};
use argus_identity::subjects;
use argus_identity::users::flag;
use argus_useradmin_store::phone::Phone;

use super::group::Subject;
use super::membership::Membership;
use super::user::User;

/// Users and groups with whom they refer to.
pub struct Described<'a> {
    rows: &'a [subject::Model],
    people: People,
    groups: HashMap<i64, Vec<UserInfo>>,
}

impl<'a> Described<'a> {
    /// Looks up what the rows refer to; of groups, those of customers in the scope.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(
        platform: &Platform,
        scope: &CustomerSet,
        rows: &'a [subject::Model],
    ) -> Result<Described<'a>, ApiError> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let memberships = subjects::groups_of(platform.db.reader(), &ids).await?;
        let by = rows.iter().flat_map(|row| [row.created_by, row.updated_by, row.deleted_by]).flatten();
        let people = People::of(platform, by.chain(memberships.iter().map(|it| it.group_id)).collect()).await?;
        let mut groups: HashMap<i64, Vec<UserInfo>> = HashMap::new();
        for row in memberships.iter().filter(|row| people.in_scope(row.group_id, scope)) {
            groups.entry(row.member_id).or_default().extend(people.info(Some(row.group_id)));
        }
        Ok(Self { rows, people, groups })
    }

    /// As users.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.rows.iter().map(|row| self.user(row)).collect()
    }

    /// As users or groups.
    #[must_use]
    pub fn subjects(&self) -> Vec<Subject> {
        self.rows.iter().map(|row| self.subject(row)).collect()
    }

    fn subject(&self, row: &subject::Model) -> Subject {
        Subject {
            id: row.id,
            short_name: row.short_name.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            description: row.description.clone(),
            customer: self.people.tree.customer_info(row.customer_id),
            domain: self.people.tree.domain_info(row.domain_id),
            flags: flags(row),
            member_of: self.groups.get(&row.id).cloned().unwrap_or_default(),
            created_timestamp: millis(row.created_at),
            created_by_user: self.people.info(row.created_by),
            last_updated_timestamp: row.updated_at.map(millis),
            last_updated_by_user: self.people.info(row.updated_by),
            deleted_timestamp: row.deleted_at.map(millis),
            deleted_by_user: self.people.info(row.deleted_by),
        }
    }

    fn user(&self, row: &subject::Model) -> User {
        User {
            subject: self.subject(row),
            email: row.email.clone(),
            phone: Phone::of(row),
            language: row.language.clone(),
            last_login_timestamp: row.last_login_at.map(millis),
            last_login_method: row.last_login_method.as_deref().map(str::to_lowercase),
            last_impersonation_timestamp: row.last_impersonated_at.map(millis),
        }
    }
}

/// The flags of a user or a group.
#[must_use]
pub fn flags(row: &subject::Model) -> Vec<String> {
    let is_user = row.kind == "user";
    let marked = |bit: i64| row.flags & bit != 0;
    let all = [
        ("blocked", row.blocked),
        ("daemonAccount", marked(flag::DAEMON_ACCOUNT)),
        ("deleted", row.deleted_at.is_some()),
        ("externallyManaged", marked(flag::EXTERNALLY_MANAGED)),
        ("forcePasswordChange", marked(flag::FORCE_PASSWORD_CHANGE)),
        ("passwordNotSet", is_user && row.password_hash.is_none()),
        ("notificationUser", marked(flag::NOTIFICATION_USER)),
    ];
    all.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned()).collect()
}

/// Memberships as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn memberships(platform: &Platform, rows: &[membership::Model]) -> Result<Vec<Membership>, ApiError> {
    let ids = |row: &membership::Model| [Some(row.group_id), Some(row.member_id), row.added_by, row.removed_by];
    let people = People::of(platform, rows.iter().flat_map(ids).flatten().collect()).await?;
    let flags = |row: &membership::Model| {
        let all = [("deleted", row.removed_at.is_some()), ("externallyManaged", row.externally_managed)];
        all.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned()).collect()
    };
    let printed = rows.iter().map(|row| Membership {
        id: row.id.to_string(),
        group: people.info(Some(row.group_id)),
        member: people.info(Some(row.member_id)),
        flags: flags(row),
        added_timestamp: millis(row.added_at),
        added_by_user: people.info(row.added_by),
        add_comment: row.add_comment.clone(),
        removed_timestamp: row.removed_at.map(millis),
        removed_by_user: people.info(row.removed_by),
        remove_comment: row.remove_comment.clone(),
    });
    Ok(printed.collect())
}

//! Users and groups alike, and who is in which group.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::MOST_VALUES;
use crate::entity::{membership, subject};

/// The user or group with that number, deleted ones too.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<subject::Model>, DbErr> {
    subject::Entity::find_by_id(id).one(db).await
}

/// The user or group of that short name in a domain, deleted ones too; case does not matter.
///
/// # Errors
/// When the store fails.
pub async fn by_name(db: &impl ConnectionTrait, domain_id: i64, name: &str) -> Result<Option<subject::Model>, DbErr> {
    subject::Entity::find()
        .filter(subject::Column::DomainId.eq(domain_id))
        .filter(subject::Column::ShortNameKey.eq(name.to_lowercase()))
        .one(db)
        .await
}

/// Changes a user or a group.
///
/// # Errors
/// When there is no such one, the short name is taken, or the store fails.
pub async fn update(db: &impl ConnectionTrait, row: subject::ActiveModel) -> Result<subject::Model, DbErr> {
    row.update(db).await
}

/// The numbers of users and groups that are not deleted, as a subquery.
#[must_use]
pub fn not_deleted() -> SelectStatement {
    let mut live = Query::select();
    live.column(subject::Column::Id).from(subject::Entity).and_where(subject::Column::DeletedAt.is_null());
    live
}

/// The memberships that `members` have now.
///
/// # Errors
/// When the store fails.
pub async fn groups_of(db: &impl ConnectionTrait, members: &[i64]) -> Result<Vec<membership::Model>, DbErr> {
    let mut found = Vec::new();
    for members in members.chunks(MOST_VALUES) {
        let rows = membership::Entity::find()
            .filter(membership::Column::MemberId.is_in(members.iter().copied()))
            .filter(membership::Column::RemovedAt.is_null())
            .order_by_asc(membership::Column::GroupId);
        found.extend(rows.all(db).await?);
    }
    Ok(found)
}

/// The members that a group has now.
///
/// # Errors
/// When the store fails.
pub async fn members_of(db: &impl ConnectionTrait, group: i64) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::GroupId.eq(group))
        .filter(membership::Column::RemovedAt.is_null())
        .order_by_asc(membership::Column::MemberId)
        .all(db)
        .await
}

/// The memberships with those identifiers, ended ones too.
///
/// # Errors
/// When the store fails.
pub async fn memberships(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find().filter(membership::Column::Id.is_in(ids.iter().copied())).all(db).await
}

/// A membership to be made.
#[derive(Debug, Clone)]
pub struct NewMembership {
    /// Identifier.
    pub id: Uuid,
    /// The group.
    pub group_id: i64,
    /// The user or group that comes into it.
    pub member_id: i64,
    /// Who adds it.
    pub by: Option<i64>,
    /// Why.
    pub comment: Option<String>,
}

/// Adds a membership.
///
/// # Errors
/// When there is one of that group and member, or the store fails.
pub async fn join(db: &impl ConnectionTrait, new: NewMembership, now: i64) -> Result<membership::Model, DbErr> {
    membership::ActiveModel {
        id: Set(new.id),
        group_id: Set(new.group_id),
        member_id: Set(new.member_id),
        externally_managed: Set(false),
        added_at: Set(now),
        added_by: Set(new.by),
        add_comment: Set(new.comment),
        removed_at: Set(None),
        removed_by: Set(None),
        remove_comment: Set(None),
    }
    .insert(db)
    .await
}

/// Ends a membership.
///
/// # Errors
/// When there is no such one, or the store fails.
pub async fn leave(
    db: &impl ConnectionTrait,
    id: Uuid,
    by: Option<i64>,
    comment: Option<String>,
    now: i64,
) -> Result<membership::Model, DbErr> {
    let mut row = <membership::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.removed_at = Set(Some(now));
    row.removed_by = Set(by);
    row.remove_comment = Set(comment);
    row.update(db).await
}

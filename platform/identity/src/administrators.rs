//! Who holds the role that has every function, at the root customer.

use std::collections::HashSet;

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::customers;
use crate::entity::{customer, function, membership, permission, subject};
use crate::functions::{self, ADMINISTRATOR};

/// Makes everybody who asks the same, on another connection or node, wait until this transaction ends.
///
/// # Errors
/// When the store fails.
pub async fn lock(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let role = function::Entity::find().filter(function::Column::Name.eq(ADMINISTRATOR));
    role.lock_exclusive().one(db).await.map(|_| ())
}

/// The users who hold the role at the root, themselves or by groups, directly or by roles above it; none is deleted, or of a
/// disabled customer.
///
/// # Errors
/// When the store fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<subject::Model>, DbErr> {
    let holders = permission::Entity::find()
        .filter(permission::Column::FunctionId.is_in(roles(db).await?))
        .filter(permission::Column::RevokedAt.is_null())
        .all(db)
        .await?;
    let root = customer::Entity::find().filter(customer::Column::ParentId.is_null()).one(db).await?;
    let holders = holders.into_iter().filter(|held| root.as_ref().is_some_and(|root| root.id == held.customer_id));
    let mut frontier: Vec<i64> = holders.map(|held| held.subject_id).collect();
    let (mut known, mut users) = (frontier.iter().copied().collect::<HashSet<_>>(), Vec::new());
    while !frontier.is_empty() {
        // The groups of a disabled customer still are what they are to members from elsewhere.
        let enabled = subject::Column::CustomerId.not_in_subquery(customers::disabled());
        let found = subject::Entity::find()
            .filter(subject::Column::Id.is_in(frontier))
            .filter(Condition::any().add(subject::Column::Kind.eq("group")).add(enabled))
            .filter(subject::Column::DeletedAt.is_null())
            .all(db)
            .await?;
        let (people, groups): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.kind == "user");
        users.extend(people);
        let members = membership::Entity::find()
            .filter(membership::Column::GroupId.is_in(groups.into_iter().map(|group| group.id)))
            .filter(membership::Column::RemovedAt.is_null())
            .all(db)
            .await?;
        frontier = members.into_iter().map(|row| row.member_id).filter(|id| known.insert(*id)).collect();
    }
    Ok(users)
}

/// The role and every one above it that was not removed.
async fn roles(db: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
    let live = functions::all(db).await?;
    let live: Vec<_> = live.into_iter().filter(|function| function.deleted_at.is_none()).collect();
    let links = functions::children(db).await?;
    let mut known: Vec<i64> = live.iter().filter(|it| it.name == ADMINISTRATOR).map(|it| it.id).collect();
    let mut next = 0;
    while let Some(child) = known.get(next).copied() {
        next += 1;
        for link in links.iter().filter(|link| link.child_id == child) {
            let is_live = live.iter().any(|it| it.id == link.parent_id);
            if is_live && !known.contains(&link.parent_id) {
                known.push(link.parent_id);
            }
        }
    }
    Ok(known)
}

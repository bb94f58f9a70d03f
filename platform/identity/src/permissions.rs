//! Who may do what on whom: reads and writes for the face that administers permissions.

use std::collections::HashSet;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
    Set,
};

use crate::entity::permission::{ActiveModel, Column, Entity, Model};

/// A permission to be made.
#[derive(Debug, Clone)]
pub struct NewPermission {
    /// Who.
    pub subject_id: i64,
    /// May do what.
    pub function_id: i64,
    /// On whom.
    pub customer_id: i64,
    /// Who grants it.
    pub by: Option<i64>,
    /// Why.
    pub comment: Option<String>,
}

/// Adds a permission.
///
/// # Errors
/// When there is one of that subject, function and customer, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, new: NewPermission, now: i64) -> Result<Model, DbErr> {
    ActiveModel {
        id: NotSet,
        subject_id: Set(new.subject_id),
        function_id: Set(new.function_id),
        customer_id: Set(new.customer_id),
        granted_at: Set(now),
        granted_by: Set(new.by),
        grant_comment: Set(new.comment),
        revoked_at: Set(None),
        revoked_by: Set(None),
        revoke_comment: Set(None),
    }
    .insert(db)
    .await
}

/// Ends a permission.
///
/// # Errors
/// When there is no such one, or the store fails.
pub async fn revoke(
    db: &impl ConnectionTrait,
    id: i64,
    by: Option<i64>,
    comment: Option<String>,
    now: i64,
) -> Result<Model, DbErr> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.revoked_at = Set(Some(now));
    row.revoked_by = Set(by);
    row.revoke_comment = Set(comment);
    row.update(db).await
}

/// The permissions with those numbers, ended ones too.
///
/// # Errors
/// When the store fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Id).all(db).await
}

/// The customers on which any of some functions is granted now.
///
/// # Errors
/// When the store fails.
pub async fn customers_of(db: &impl ConnectionTrait, functions: HashSet<i64>) -> Result<Vec<i64>, DbErr> {
    let granted = Entity::find().filter(Column::FunctionId.is_in(functions)).filter(Column::RevokedAt.is_null());
    granted.select_only().column(Column::CustomerId).distinct().into_tuple().all(db).await
}

/// The permissions on any of those customers that last now.
///
/// # Errors
/// When the store fails.
pub async fn on(db: &impl ConnectionTrait, customers: &[i64]) -> Result<Vec<Model>, DbErr> {
    let on = Column::CustomerId.is_in(customers.iter().copied());
    Entity::find().filter(on).filter(Column::RevokedAt.is_null()).order_by_asc(Column::Id).all(db).await
}

//! Schedules in the store.

use argus_audit_jobs::store::only_of;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::search::folded_column;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect,
};

use super::{ActiveModel, Column, Entity, Model};

/// Schedules that one user may have.
const MOST: u64 = 100;

/// The schedules that a caller may know of: its own, or all for whoever holds the function at the root.
///
/// # Errors
/// 500 without a caller.
pub fn visible(context: &RequestContext, function: &str) -> Result<Condition, ApiError> {
    Ok(Condition::all().add_option(only_of(context, function)?.map(|user| Column::CreatedBy.eq(user))))
}

/// One of them.
///
/// # Errors
/// 404 when there is none.
pub async fn find(db: &impl ConnectionTrait, visible: Condition, id: &str) -> Result<Model, ApiError> {
    let none = || ApiError::not_found("report schedule");
    let id = Uuid::try_parse(id).map_err(|_| none())?;
    Entity::find().filter(visible).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(none)
}

/// The same, so that nobody else changes it until the transaction ends.
///
/// # Errors
/// 404 when it was taken away meanwhile.
pub async fn lock(db: &DatabaseTransaction, id: Uuid) -> Result<Model, ApiError> {
    let found = Entity::find_by_id(id).lock_exclusive().one(db).await?;
    found.ok_or_else(|| ApiError::not_found("report schedule"))
}

/// Adds one.
///
/// # Errors
/// 412 when its maker has as many as it may; when the store fails.
pub async fn add(db: &DatabaseTransaction, row: &Model) -> Result<(), ApiError> {
    if Entity::find().filter(Column::CreatedBy.eq(row.created_by)).count(db).await? >= MOST {
        let text = format!("One user has at most {MOST} schedules of reports");
        return Err(ApiError::unmet("too.many.objects", text));
    }
    Entity::insert(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Writes what was changed.
///
/// # Errors
/// When the store fails.
pub async fn update(db: &DatabaseTransaction, row: &Model) -> Result<(), ApiError> {
    Entity::update(ActiveModel::from(row.clone()).reset_all()).exec(db).await?;
    Ok(())
}

/// Takes one away.
///
/// # Errors
/// When the store fails.
pub async fn remove(db: &DatabaseTransaction, id: Uuid) -> Result<(), ApiError> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// The folded texts of a schedule.
#[must_use]
pub fn folded(name: &str) -> Option<String> {
    folded_column(&[("name", Some(name))])
}

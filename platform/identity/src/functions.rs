//! Functions, roles and permissions.

use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, Set};

use crate::entity::{function, function_child, permission};

/// The role that has every function of every module; the first administrator is given it at the root customer.
pub const ADMINISTRATOR: &str = "administrator";

/// A function that a module makes known.
#[derive(Debug, Clone, Copy)]
pub struct NewFunction {
    /// Name, unique.
    pub name: &'static str,
    /// `external`, `standard` or `administrative`.
    pub minimum_level: &'static str,
    /// Whether it only reads.
    pub read_only: bool,
}

/// Every function.
///
/// # Errors
/// When the store fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<function::Model>, DbErr> {
    function::Entity::find().all(db).await
}

/// Every parent and child.
///
/// # Errors
/// When the store fails.
pub async fn children(db: &impl ConnectionTrait) -> Result<Vec<function_child::Model>, DbErr> {
    function_child::Entity::find().all(db).await
}

/// Makes the modules' functions known and part of the role [`ADMINISTRATOR`]; what is there already stays.
///
/// # Errors
/// When the store fails.
pub async fn register(db: &impl ConnectionTrait, functions: &[NewFunction]) -> Result<(), DbErr> {
    let role = NewFunction { name: ADMINISTRATOR, minimum_level: "external", read_only: false };
    let role = ensure(db, role, true).await?;
    for new in functions {
        let child = ensure(db, *new, false).await?;
        let link = function_child::Entity::find_by_id((role.id, child.id)).one(db).await?;
        if link.is_none() {
            function_child::ActiveModel { parent_id: Set(role.id), child_id: Set(child.id) }.insert(db).await?;
        }
    }
    Ok(())
}

async fn ensure(db: &impl ConnectionTrait, new: NewFunction, role: bool) -> Result<function::Model, DbErr> {
    let found = function::Entity::find().filter(function::Column::Name.eq(new.name)).one(db).await?;
    if let Some(found) = found {
        return Ok(found);
    }
    function::ActiveModel {
        id: NotSet,
        name: Set(new.name.into()),
        minimum_level: Set(new.minimum_level.into()),
        read_only: Set(new.read_only),
        role: Set(role),
    }
    .insert(db)
    .await
}

/// Lets `subject` use `function` on `customer` and all below it.
///
/// # Errors
/// When there is no such function, or the store fails.
pub async fn grant(
    db: &impl ConnectionTrait,
    subject_id: i64,
    function: &str,
    customer_id: i64,
    now: i64,
) -> Result<permission::Model, DbErr> {
    let found = function::Entity::find().filter(function::Column::Name.eq(function)).one(db).await?;
    let function = found.ok_or_else(|| DbErr::RecordNotFound(format!("function {function}")))?;
    permission::ActiveModel {
        id: NotSet,
        subject_id: Set(subject_id),
        function_id: Set(function.id),
        customer_id: Set(customer_id),
        granted_at: Set(now),
        revoked_at: Set(None),
    }
    .insert(db)
    .await
}

/// Ends a permission.
///
/// # Errors
/// When there is no such permission, or the store fails.
pub async fn revoke(db: &impl ConnectionTrait, id: i64, now: i64) -> Result<(), DbErr> {
    let change =
        permission::ActiveModel { id: Set(id), revoked_at: Set(Some(now)), ..sea_orm::ActiveModelTrait::default() };
    change.update(db).await.map(|_| ())
}

/// The permissions that any of `subjects` holds now.
///
/// # Errors
/// When the store fails.
pub async fn held_by(db: &impl ConnectionTrait, subjects: Vec<i64>) -> Result<Vec<permission::Model>, DbErr> {
    permission::Entity::find()
        .filter(permission::Column::SubjectId.is_in(subjects))
        .filter(permission::Column::RevokedAt.is_null())
        .all(db)
        .await
}

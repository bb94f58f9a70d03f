//! Functions, roles and permissions.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, QueryOrder, Set,
};

use crate::MOST_VALUES;
use crate::entity::{function, function_child, permission};

/// The role that has every function of every module; the first administrator is given it at the root customer.
pub const ADMINISTRATOR: &str = "administrator";

/// A function that a module makes known.
#[derive(Debug, Clone, Copy)]
pub struct NewFunction {
    /// Name, unique.
    pub name: &'static str,
    /// `external`, `default` or `administrative`.
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

/// Every parent and child of now.
///
/// # Errors
/// When the store fails.
pub async fn children(db: &impl ConnectionTrait) -> Result<Vec<function_child::Model>, DbErr> {
    function_child::Entity::find().filter(function_child::Column::DeletedAt.is_null()).all(db).await
}

/// Makes the modules' functions known and part of the role [`ADMINISTRATOR`]; what is there already stays.
///
/// # Errors
/// When the store fails.
pub async fn register(
    db: &impl ConnectionTrait,
    functions: &[NewFunction],
    id: impl Fn() -> Uuid,
    now: i64,
) -> Result<(), DbErr> {
    let role = NewFunction { name: ADMINISTRATOR, minimum_level: "external", read_only: false };
    let role = ensure(db, role, true, now).await?;
    for new in functions {
        let child = ensure(db, *new, false, now).await?;
        let link = function_child::Entity::find()
            .filter(function_child::Column::ParentId.eq(role.id))
            .filter(function_child::Column::ChildId.eq(child.id))
            .filter(function_child::Column::DeletedAt.is_null());
        if link.one(db).await?.is_none() {
            add_child(db, id(), role.id, child.id, None, now).await?;
        }
    }
    Ok(())
}

/// Makes a function part of a role.
///
/// # Errors
/// When it is part of it already, or the store fails.
pub async fn add_child(
    db: &impl ConnectionTrait,
    id: Uuid,
    parent_id: i64,
    child_id: i64,
    by: Option<i64>,
    now: i64,
) -> Result<function_child::Model, DbErr> {
    function_child::ActiveModel {
        id: Set(id),
        parent_id: Set(parent_id),
        child_id: Set(child_id),
        created_at: Set(now),
        created_by: Set(by),
        deleted_at: Set(None),
        deleted_by: Set(None),
    }
    .insert(db)
    .await
}

async fn ensure(db: &impl ConnectionTrait, new: NewFunction, role: bool, now: i64) -> Result<function::Model, DbErr> {
    let found = function::Entity::find().filter(function::Column::Name.eq(new.name)).one(db).await?;
    if let Some(found) = found {
        let as_known = found.least_level.as_deref() == Some(new.minimum_level) && found.read_only == new.read_only;
        if as_known && found.built_in && found.deleted_at.is_none() {
            return Ok(found);
        }
        // The module asks for something else than before; or somebody had made, or removed, a function of that name before
        // a module made it known. A level that somebody raised stays raised.
        let mut known = <function::ActiveModel as ActiveModelTrait>::default();
        known.id = Set(found.id);
        if rank(new.minimum_level) > rank(&found.minimum_level) {
            known.minimum_level = Set(new.minimum_level.into());
        }
        known.least_level = Set(Some(new.minimum_level.into()));
        known.read_only = Set(new.read_only);
        known.role = Set(role);
        known.built_in = Set(true);
        known.deleted_at = Set(None);
        known.deleted_by = Set(None);
        return known.update(db).await;
    }
    function::ActiveModel {
        id: NotSet,
        name: Set(new.name.into()),
        minimum_level: Set(new.minimum_level.into()),
        least_level: Set(Some(new.minimum_level.into())),
        read_only: Set(new.read_only),
        role: Set(role),
        sysadm: Set(false),
        role_type: Set("other".into()),
        built_in: Set(true),
        localized_names: Set(None),
        localized_descriptions: Set(None),
        created_at: Set(now),
        created_by: Set(None),
        updated_at: Set(None),
        updated_by: Set(None),
        deleted_at: Set(None),
        deleted_by: Set(None),
        folded: Set(None),
    }
    .insert(db)
    .await
}

/// How strong a level is, weakest first.
fn rank(level: &str) -> usize {
    ["external", "default", "administrative"].iter().take_while(|known| **known != level).count()
}

/// Adds a function that no module made known, or changes one.
///
/// # Errors
/// When the name is taken, there is no such function, or the store fails.
pub async fn save(db: &impl ConnectionTrait, row: function::ActiveModel) -> Result<function::Model, DbErr> {
    if row.id.is_not_set() { row.insert(db).await } else { row.update(db).await }
}

/// The function of that number, removed ones too.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<function::Model>, DbErr> {
    function::Entity::find_by_id(id).one(db).await
}

/// The children that a role has now, and the roles that it is a child of.
///
/// # Errors
/// When the store fails.
pub async fn links_of(db: &impl ConnectionTrait, id: i64) -> Result<Vec<function_child::Model>, DbErr> {
    let either = function_child::Column::ParentId.eq(id).or(function_child::Column::ChildId.eq(id));
    let lasting = function_child::Entity::find().filter(function_child::Column::DeletedAt.is_null());
    lasting.filter(either).order_by_asc(function_child::Column::ChildId).all(db).await
}

/// Takes a child away from a role.
///
/// # Errors
/// When there is no such child, or the store fails.
pub async fn end_child(db: &impl ConnectionTrait, id: Uuid, by: Option<i64>, now: i64) -> Result<(), DbErr> {
    let mut row = <function_child::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.deleted_at = Set(Some(now));
    row.deleted_by = Set(by);
    row.update(db).await.map(|_| ())
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
        granted_by: Set(None),
        grant_comment: Set(None),
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
    let mut held = Vec::new();
    for subjects in subjects.chunks(MOST_VALUES) {
        let found = permission::Entity::find()
            .filter(permission::Column::SubjectId.is_in(subjects.iter().copied()))
            .filter(permission::Column::RevokedAt.is_null());
        held.extend(found.all(db).await?);
    }
    Ok(held)
}

//! Records that were committed together with the changes they tell of, waiting for the log to drain them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{NotSet, QueryOrder, QuerySelect, Set};

use super::Record;
use crate::error::ApiError;

/// A waiting record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_outbox")]
pub struct Model {
    /// Number; the order of commits on one node.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The record, as JSON.
    pub record: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds a record inside the transaction of its change.
///
/// # Errors
/// When the store fails; the transaction must then not be committed.
pub async fn add(transaction: &impl ConnectionTrait, record: &Record) -> Result<(), ApiError> {
    let record = serde_json::to_string(record).map_err(ApiError::internal)?;
    ActiveModel { id: NotSet, record: Set(record) }.insert(transaction).await?;
    Ok(())
}

/// Takes up to `most` records out, oldest first, inside the transaction that makes them events. On PostgreSQL, rows
/// that another node is just draining are passed over.
///
/// # Errors
/// When the store fails.
pub async fn take(transaction: &impl ConnectionTrait, most: u64) -> Result<Vec<Record>, DbErr> {
    let mut find = Entity::find().order_by_asc(Column::Id).limit(most);
    if transaction.get_database_backend() == sea_orm::DbBackend::Postgres {
        find = find.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let rows = find.all(transaction).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = rows.iter().map(|row| row.id).collect::<Vec<_>>();
    Entity::delete_many().filter(Column::Id.is_in(ids)).exec(transaction).await?;
    let parsed = rows.iter().map(|row| serde_json::from_str(&row.record));
    parsed.collect::<Result<_, _>>().map_err(|error| DbErr::Json(error.to_string()))
}

/// Whether anything waits.
///
/// # Errors
/// When the store fails.
pub async fn is_empty(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let one: Option<i32> = Entity::find().select_only().expr(Expr::val(1)).limit(1).into_tuple().one(db).await?;
    Ok(one.is_none())
}

//! How far imports of files are. A row changes in the transaction that writes the events it speaks of, so that an import
//! that was cut off goes on exactly where the log ends.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{IntoActiveModel, QueryOrder};

/// An import of one file.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_import")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of how the file is read and for whom, as hexadecimal: the same file read in another way is another import.
    pub scope: String,
    /// Bytes of the file that are done.
    pub position: i64,
    /// SHA-256 of these bytes, as hexadecimal.
    pub digest: String,
    /// Lines that are done.
    pub lines: i64,
    /// When it began, in ns.
    pub created_at: i64,
    /// When it last went on, in ns.
    pub updated_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The imports of one scope, those that came least far first.
///
/// # Errors
/// When the store fails.
pub async fn of_scope(db: &impl ConnectionTrait, scope: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Scope.eq(scope)).order_by_asc(Column::Position).all(db).await
}

/// Writes how far an import is, inside the transaction of its events.
///
/// # Errors
/// When the store fails.
pub async fn save(transaction: &impl ConnectionTrait, import: &Model) -> Result<(), DbErr> {
    let columns = [Column::Position, Column::Digest, Column::Lines, Column::UpdatedAt];
    let replace = OnConflict::column(Column::Id).update_columns(columns).to_owned();
    let row = import.clone().into_active_model().reset_all();
    Entity::insert(row).on_conflict(replace).exec_without_returning(transaction).await.map(|_| ())
}

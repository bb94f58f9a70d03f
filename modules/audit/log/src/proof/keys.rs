//! The public keys of the log, and its name.

use argus_audit_proof::growth::Growth;
use argus_audit_proof::note::PublicKey;
use argus_core::clock::Nanos;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, IntoActiveModel, QueryOrder, Set};

use super::Signer;
use super::grow::sign;

/// A public key of the log.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_key")]
pub struct Model {
    /// From 0, in the order in which they were in use.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Name, id and key in one line (C2SP signed-note).
    pub public_key: String,
    /// Since when checkpoints are signed with it, in ns.
    pub created_at: Nanos,
    /// When another one took its place, in ns.
    pub retired_at: Option<Nanos>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A key of the log, as it is kept.
pub type LogKey = Model;

/// All keys that the log ever had, the current one first.
///
/// # Errors
/// When the store fails, or holds what is no key.
pub async fn keys(db: &impl ConnectionTrait) -> Result<Vec<PublicKey>, DbErr> {
    let rows = Entity::find().order_by_desc(Column::Id).all(db).await?;
    let parsed = rows.iter().map(|row| {
        PublicKey::parse(&row.public_key).ok_or_else(|| DbErr::Custom("the log's public key cannot be read".to_owned()))
    });
    parsed.collect()
}

/// The first key of a log: its name is that of the log for good. A log without events has a checkpoint from then on.
///
/// # Errors
/// When the store fails.
pub async fn establish(transaction: &DatabaseTransaction, signer: &Signer, at: Nanos) -> Result<(), DbErr> {
    add(transaction, 0, signer, at).await?;
    sign(transaction, Growth::empty().head(), signer).await.map(|_| ())
}

/// Puts a key in the place of the current one. What was signed with that stays as good as it was.
///
/// # Errors
/// When the store fails.
pub async fn rotate(transaction: &DatabaseTransaction, signer: &Signer, at: Nanos) -> Result<(), DbErr> {
    let newest = Entity::find().order_by_desc(Column::Id).one(transaction).await?;
    let newest = newest.ok_or_else(|| DbErr::RecordNotFound("the log's key".to_owned()))?;
    let next = newest.id + 1;
    let mut retired = newest.into_active_model();
    retired.retired_at = Set(Some(at));
    Entity::update(retired).exec(transaction).await?;
    add(transaction, next, signer, at).await
}

async fn add(transaction: &DatabaseTransaction, id: i32, signer: &Signer, at: Nanos) -> Result<(), DbErr> {
    let row = Model { id, public_key: signer.public().text(), created_at: at, retired_at: None };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(transaction).await?;
    Ok(())
}

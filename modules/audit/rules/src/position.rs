//! How far the log was looked at, and which node looks.

use argus_core::clock::{NANOS_PER_SECOND, Nanos};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DbBackend};

/// How long a node that says nothing keeps the others from looking.
const LEASE: Nanos = 15 * NANOS_PER_SECOND;

/// The one position.
const ID: i64 = 1;

/// The position's row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_rule_position")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The event that is looked at next.
    pub next_sequence: i64,
    /// The node that looks.
    pub lease_owner: Option<String>,
    /// Until when no other node may, in ns.
    pub lease_until: Nanos,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Takes the position, or keeps it. Gives the event that comes next; nothing while another node has it.
///
/// # Errors
/// When the store fails.
pub async fn hold(db: &impl ConnectionTrait, owner: &str, now: Nanos) -> Result<Option<i64>, DbErr> {
    let free = Condition::any().add(Column::LeaseOwner.eq(owner)).add(Column::LeaseUntil.lte(now));
    let mut take = Entity::update_many()
        .col_expr(Column::LeaseOwner, Some(owner).into())
        .col_expr(Column::LeaseUntil, now.saturating_add(LEASE).into())
        .filter(Column::Id.eq(ID));
    // An embedded store has one process, and what an earlier one left is its own.
    if db.get_database_backend() != DbBackend::Sqlite {
        take = take.filter(free);
    }
    if take.exec(db).await?.rows_affected == 0 {
        return Ok(None);
    }
    Ok(Entity::find_by_id(ID).one(db).await?.map(|row| row.next_sequence))
}

/// Whether a position that was taken at `since` should be taken again.
pub fn is_to_be_renewed(since: Nanos, now: Nanos) -> bool {
    now >= since.saturating_add(LEASE / 3) || now < since
}

/// Saves how far the log was looked at. False when the position was lost to another node.
///
/// # Errors
/// When the store fails.
pub async fn save(db: &impl ConnectionTrait, owner: &str, next_sequence: i64) -> Result<bool, DbErr> {
    let saved = Entity::update_many()
        .col_expr(Column::NextSequence, next_sequence.into())
        .filter(Column::Id.eq(ID))
        .filter(Column::LeaseOwner.eq(owner))
        .exec(db)
        .await?;
    Ok(saved.rows_affected == 1)
}

/// Lets other nodes look at once.
///
/// # Errors
/// When the store fails.
pub async fn release(db: &impl ConnectionTrait, owner: &str) -> Result<(), DbErr> {
    let free = Entity::update_many().col_expr(Column::LeaseUntil, 0_i64.into());
    free.filter(Column::Id.eq(ID)).filter(Column::LeaseOwner.eq(owner)).exec(db).await.map(|_| ())
}

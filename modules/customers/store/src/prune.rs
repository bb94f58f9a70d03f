//! Taking away what belongs to a customer.

use argus_identity::prune::Counts;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::entity::{logo, property, role};

/// Takes away its properties and logo, and who has which role for it.
///
/// # Errors
/// When the store fails.
pub async fn belongings(db: &impl ConnectionTrait, customer: i64) -> Result<Counts, DbErr> {
    Ok(vec![
        ("properties", take::<property::Entity>(db, property::Column::CustomerId, customer).await?),
        ("logos", take::<logo::Entity>(db, logo::Column::CustomerId, customer).await?),
        ("userRoles", take::<role::Entity>(db, role::Column::CustomerId, customer).await?),
    ])
}

async fn take<E: EntityTrait>(db: &impl ConnectionTrait, owner: E::Column, customer: i64) -> Result<u64, DbErr> {
    Ok(E::delete_many().filter(owner.eq(customer)).exec(db).await?.rows_affected)
}

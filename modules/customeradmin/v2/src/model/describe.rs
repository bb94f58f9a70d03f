//! From rows to what is printed.

use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::info::People;
use argus_customers_store::flags::flags;
use argus_identity::entity::customer;

use super::customer::Customer;

/// Customers as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn described(context: &RequestContext, rows: &[customer::Model]) -> Result<Vec<Customer>, ApiError> {
    let reached = context.caller()?.rights.customers();
    let by = rows.iter().flat_map(|row| [row.created_by, row.updated_by, row.deleted_by]).flatten();
    let people = People::of(&context.platform, by.collect()).await?;
    let printed = rows.iter().map(|row| Customer {
        id: row.id,
        short_name: row.short_name.clone(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        parent: row.parent_id.filter(|id| reached.contains(*id)).and_then(|id| people.tree.customer_info(id)),
        domain: people.tree.domain_info(row.domain_id),
        language: row.language.clone(),
        time_zone: row.time_zone.clone(),
        flags: flags(row),
        created_timestamp: millis(row.created_at),
        created_by_user: people.info(row.created_by),
        last_updated_timestamp: row.updated_at.map(millis),
        last_updated_by_user: people.info(row.updated_by),
        deleted_timestamp: row.deleted_at.map(millis),
        deleted_by_user: people.info(row.deleted_by),
    });
    Ok(printed.collect())
}

/// One customer as an answer.
///
/// # Errors
/// When the store fails.
pub async fn one(context: &RequestContext, row: customer::Model) -> Result<One<Customer>, ApiError> {
    let mut data = described(context, &[row]).await?;
    data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
}

//! Leaves for events of an earlier version, which had none.

use argus_audit_proof::growth::Growth;
use argus_core::clock::Ids;
use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::members::DOCUMENTS;
use super::{Signer, grow, tiles};
use crate::entry::Entry;
use crate::event::{Column, Entity};
use crate::head::Head;

/// Events of one transaction.
const PAGE: u64 = 1_000;

/// Gives leaves to all events that have none, in the order of the log, each page with a checkpoint of its own. Goes on where
/// an earlier call ended; says how many it gave.
///
/// # Errors
/// When the store fails, or an event can have no leaf.
pub async fn adopt(db: &Db, signer: &Signer, ids: &Ids) -> Result<u64, ApiError> {
    let (mut adopted, mut kept) = (0, None);
    loop {
        let transaction = db.begin().await?;
        let number = page(&transaction, signer, ids, &mut kept).await?;
        transaction.commit().await?;
        if number == 0 {
            return Ok(adopted);
        }
        adopted += number;
        tracing::info!(adopted, "events of an earlier version get their leaves");
    }
}

async fn page(
    transaction: &DatabaseTransaction,
    signer: &Signer,
    ids: &Ids,
    kept: &mut Option<Growth>,
) -> Result<u64, ApiError> {
    // The writers of other nodes wait.
    let head = Head::lock(transaction, 0).await?;
    let size = tiles::size(transaction).await?;
    if size >= head.next_sequence {
        return Ok(0);
    }
    let rows = Entity::find().filter(Column::Sequence.gte(size)).order_by_asc(Column::Sequence).limit(PAGE);
    let rows = rows.all(transaction).await?;
    if rows.iter().zip(size..).any(|(row, place)| row.sequence != place) || rows.is_empty() {
        return Err(ApiError::internal(format!("the log has no event at the place {size}")));
    }
    let number = rows.len() as u64;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let (entry, sequence) = (Entry::of(row.clone(), ids)?, row.sequence);
        // What has to be written otherwise so that a leaf can hold it.
        for document in &DOCUMENTS {
            let is = (document.of)(&entry.row);
            if (document.of)(&row) != is {
                let update = Entity::update_many().col_expr(document.column, Expr::value(is.clone()));
                update.filter(Column::Sequence.eq(sequence)).exec(transaction).await?;
            }
        }
        entries.push(entry);
    }
    for entry in entries.iter().filter(|entry| entry.body.is_some()) {
        let print = Expr::value(entry.row.fingerprint.clone());
        let update = Entity::update_many().col_expr(Column::Fingerprint, print);
        update.filter(Column::Sequence.eq(entry.row.sequence)).exec(transaction).await?;
    }
    grow(transaction, &entries, kept, signer).await?;
    Ok(number)
}

//! The one place where rows become durable. Whatever has to be written beside an event, or told once it is there, is
//! called from here and from nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use argus_audit_proof::growth::Growth;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::entry::Entry;
use crate::index::Kept;
use crate::insert;
use crate::proof::{Grown, Signer, grow};
use crate::stream::Hub;

/// What the writer keeps of the last events from one transaction to the next, so that it need not be read again.
#[derive(Default)]
pub struct Memory {
    index: Kept,
    growth: Option<Growth>,
}

/// Inside the transaction that makes them durable, with the head of the log held: everything that is written of entries.
/// Gives what the tree became of them.
///
/// # Errors
/// When the store fails; the transaction must then not be committed, and the memory not be used again.
pub async fn before_commit(
    transaction: &DatabaseTransaction,
    entries: Vec<Entry>,
    memory: &mut Memory,
    signer: &Signer,
) -> Result<Option<Arc<Grown>>, DbErr> {
    let grown = grow(transaction, &entries, &mut memory.growth, signer).await?;
    let rows = entries.into_iter().map(|entry| entry.row).collect();
    insert::insert(transaction, rows, &mut memory.index).await?;
    Ok(grown)
}

/// After the commit, before anybody is answered.
pub fn after_commit(writing: &AtomicBool, hub: &Hub) {
    writing.store(true, Ordering::Relaxed);
    hub.committed();
}

//! The one place where rows become durable. Whatever has to be written beside an event, or told once it is there, is
//! called from here and from nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{DatabaseTransaction, DbErr};

use crate::event::Model;
use crate::index::Kept;
use crate::insert;
use crate::stream::Hub;

/// Inside the transaction that makes them durable, with the head of the log held: everything that is written of rows.
///
/// # Errors
/// When the store fails; the transaction must then not be committed.
pub async fn before_commit(transaction: &DatabaseTransaction, rows: Vec<Model>, kept: &mut Kept) -> Result<(), DbErr> {
    insert::insert(transaction, rows, kept).await
}

/// After the commit, before anybody is answered.
pub fn after_commit(writing: &AtomicBool, hub: &Hub) {
    writing.store(true, Ordering::Relaxed);
    hub.committed();
}

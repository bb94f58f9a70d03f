//! The one place where rows become durable. Whatever has to be written beside an event, or told once it is there, is
//! called from here and from nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{ConnectionTrait, DbErr};

use crate::event::Model;
use crate::insert;

/// Inside the transaction that makes them durable, with the head of the log held: everything that is written of rows.
///
/// # Errors
/// When the store fails; the transaction must then not be committed.
pub async fn before_commit(transaction: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    insert::insert(transaction, rows).await
}

/// After the commit, before anybody is answered.
pub fn after_commit(writing: &AtomicBool) {
    writing.store(true, Ordering::Relaxed);
}

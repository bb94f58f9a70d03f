//! Erasing values of events. What was erased is nowhere any more, and the log still proves that it was what it is: the leaf
//! keeps the commitment, whose salt goes with the value, and an event says what was erased, and why.
//!
//! With the values goes what was made of them: folded texts, terms and pieces of words, counts by hour, numbers by name, known
//! machines. The event's salt goes too, from which all salts of its fields could be made; those of the fields that are left
//! are kept one by one.

mod fields;

use argus_core::audit::{Record, outbox};
use argus_core::error::ApiError;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Statement};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::durable::{Memory, before_commit};
use crate::entry::Entry;
use crate::event::{Column, Entity, Model, flag};
use crate::head::Head;
use crate::log::AuditLog;
use crate::proof::members::sealed;
use crate::proof::{Stored, stored_leaves};
use crate::record::{empty, folded};
use crate::{index, machine, metric, rollup};

/// The type of the events that say what was erased.
pub const ERASURE: &str = "ERASURE";

/// The most events of one erasure: while it is written, nothing else is.
pub const MOST: usize = 500;

/// What is to be erased of events.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// Members, of those that a leaf seals; events that have none of them are left as they are.
    pub fields: Vec<&'static str>,
    /// Why: for whoever reads the log.
    pub reason: String,
    /// Whether the events are taken away by it: they are DELETED then, also those that have nothing to be erased.
    pub deleted: bool,
}

/// An event, before and after.
struct Change {
    before: Model,
    after: Model,
    fields: Vec<&'static str>,
    stored: Stored,
}

impl AuditLog {
    /// Erases values of the events at those places, at most [`MOST`], in one transaction with the events that say so and with
    /// `by`, the record of the request. Says of how many events something was erased, or that were taken away. Events that say
    /// what was erased are left as they are.
    ///
    /// # Errors
    /// When the store fails; then nothing was erased. What was erased is out of the file of an embedded store before this
    /// returns, unless somebody reads for so long that it cannot be; then soon after.
    pub async fn erase(&self, sequences: &[i64], erasure: &Erasure, by: Record) -> Result<u64, ApiError> {
        let transaction = self.db.begin().await?;
        let erased = match self.erase_in(&transaction, sequences, erasure, &by).await {
            Ok(erased) => erased,
            Err(error) => {
                let _ = transaction.rollback().await;
                return Err(error);
            }
        };
        transaction.commit().await?;
        self.hub.forget();
        self.hub.committed();
        self.outbox.notify_one();
        self.db.scrub(&TABLES).await;
        Ok(erased)
    }

    async fn erase_in(
        &self,
        transaction: &DatabaseTransaction,
        sequences: &[i64],
        erasure: &Erasure,
        by: &Record,
    ) -> Result<u64, ApiError> {
        let mut head = Head::lock(transaction, self.clock.now()).await?;
        let changes = changes(transaction, sequences, erasure).await?;
        let said = changes.iter().map(|change| Entry::of(said(change, erasure, by, &self.ids), &self.ids));
        let mut said = said.collect::<Result<Vec<_>, _>>()?;
        for entry in &mut said {
            (entry.row.sequence, entry.row.created_at) = (head.next_sequence, head.created_at);
            head.next_sequence += 1;
        }
        apply(transaction, &changes).await?;
        if !said.is_empty() {
            before_commit(transaction, said, &mut Memory::default(), &self.signer).await?;
            head.advance(transaction).await?;
        }
        outbox::add(transaction, by).await?;
        Ok(changes.len() as u64)
    }
}

/// The tables that values of events stand in.
const TABLES: [&str; 6] = ["event", "event_leaf", "event_rollup", "event_metric", "event_metric_name", "event_machine"];

/// What becomes of the events at those places; without those of which nothing does.
async fn changes(
    transaction: &DatabaseTransaction,
    sequences: &[i64],
    erasure: &Erasure,
) -> Result<Vec<Change>, ApiError> {
    let sequences = sequences.get(..MOST).unwrap_or(sequences);
    let rows = Entity::find().filter(Column::Sequence.is_in(sequences.iter().copied()));
    let rows = rows.order_by_asc(Column::Sequence).all(transaction).await?;
    let mut leaves = stored_leaves(transaction, sequences).await?;
    let mut changes = Vec::with_capacity(rows.len());
    for before in rows.into_iter().filter(|row| !is_erasure(row)) {
        let stored = leaves.remove(&before.sequence).ok_or_else(|| ApiError::internal("an event without a leaf"))?;
        let there = sealed(&before).ok_or_else(|| ApiError::internal("a row holds what is no JSON"))?;
        let there = there.into_iter().map(|(name, _)| name);
        let fields: Vec<_> = there.filter(|name| erasure.fields.contains(name)).collect();
        let mut after = before.clone();
        for name in &fields {
            fields::erase(&mut after, name);
        }
        after.folded = folded(&after);
        if !fields.is_empty() {
            after.flags |= flag::ERASED;
        }
        if erasure.deleted {
            after.flags |= flag::DELETED;
        }
        if after != before {
            changes.push(Change { before, after, fields, stored });
        }
    }
    Ok(changes)
}

/// Whether an event says what was erased of another.
#[must_use]
pub fn is_erasure(row: &Model) -> bool {
    row.dialect == "internal" && row.event_type.as_deref() == Some(ERASURE)
}

/// The event that says what was erased of one.
fn said(change: &Change, erasure: &Erasure, by: &Record, ids: &argus_core::clock::Ids) -> Model {
    let metadata = json!({ "fields": change.fields, "reason": erasure.reason });
    let mut row = Model {
        id: ids.uuid(),
        customer_id: change.before.customer_id,
        timestamp: by.timestamp,
        created_by_user: by.user_id,
        created_by_key: by.key.clone(),
        dialect: "internal".to_owned(),
        trace_id: Some(by.request_id.clone()).filter(|id| !id.is_empty()),
        category: Some("argus".to_owned()),
        event_type: Some(ERASURE.to_owned()),
        event_name: Some("audit.event.erased".to_owned()),
        action: Some("erase".to_owned()),
        verb: Some("DELETE".to_owned()),
        access_type: Some("DELETE".to_owned()),
        status: Some("SUCCESS".to_owned()),
        outcome: "SUCCESS".to_owned(),
        actor_id: by.actor_name.clone(),
        actor_name: by.actor_name.clone(),
        target_type: Some("EVENT".to_owned()),
        target_id: Some(change.before.id.to_string()),
        metadata: Some(metadata.to_string()),
        flags: flag::INTERNAL,
        ..empty()
    };
    row.folded = folded(&row);
    row
}

/// Writes what became of events, and of all that was made of them.
async fn apply(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<(), DbErr> {
    let before: Vec<Model> = changes.iter().map(|change| change.before.clone()).collect();
    let after: Vec<Model> = changes.iter().map(|change| change.after.clone()).collect();
    rollup::remove(transaction, &before).await?;
    rollup::add(transaction, &after).await?;
    rollup::forget(transaction, &before).await?;
    metric::remove(transaction, &before).await?;
    metric::add(transaction, &after).await?;
    metric::forget(transaction, &before).await?;
    machine::remove(transaction, &before).await?;
    machine::add(transaction, &after).await?;
    machine::forget(transaction, &before).await?;
    index::replace(transaction, &before, &after).await?;
    for change in changes {
        let row = change.after.clone().into_active_model().reset_all();
        Entity::update(row).exec(transaction).await?;
        if !change.fields.is_empty() {
            keep_salts(transaction, change).await?;
        }
    }
    Ok(())
}

/// Puts the salts of the fields that are left in the place of the event's own.
async fn keep_salts(transaction: &DatabaseTransaction, change: &Change) -> Result<(), DbErr> {
    let left = sealed(&change.after).unwrap_or_default().into_iter().map(|(name, _)| name);
    let salts = change.stored.salts(left);
    let salts = serde_json::to_string(&salts).map_err(|error| DbErr::Json(error.to_string()))?;
    let backend = transaction.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Postgres => "UPDATE event_leaf SET salt = NULL, field_salts = $1 WHERE sequence = $2",
        _ => "UPDATE event_leaf SET salt = NULL, field_salts = ? WHERE sequence = ?",
    };
    let values = [salts.into(), change.after.sequence.into()];
    transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
}

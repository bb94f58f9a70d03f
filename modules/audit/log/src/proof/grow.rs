//! Leaves, tiles and checkpoint of a batch, in its transaction.

use std::sync::Arc;

use argus_audit_proof::growth::{FullTile, Growth};
use argus_audit_proof::leaf_hash;
use argus_audit_proof::path::Head;
use sea_orm::{DatabaseTransaction, DbErr, Value};

use super::receipt::Grown;
use super::signer::Signer;
use super::tiles;
use crate::bulk::Bulk;
use crate::entry::Entry;

static LEAVES: Bulk<3> = Bulk::new("INSERT INTO event_leaf (sequence, salt, leaf)", "");
static TILES: Bulk<4> = Bulk::new("INSERT INTO log_tile (level, idx, root, hashes)", "");
static CHECKPOINTS: Bulk<2> = Bulk::new("INSERT INTO log_checkpoint (size, note)", "");

/// Adds entries to the tree, whose rows have their places and times of receipt. `kept` is what was left of the batch before,
/// where this node wrote it. Nothing comes of no entries.
///
/// # Errors
/// When the store fails, or what it holds is no tree; what was kept is then not to be used again.
pub async fn grow(
    transaction: &DatabaseTransaction,
    entries: &[Entry],
    kept: &mut Option<Growth>,
    signer: &Signer,
) -> Result<Option<Arc<Grown>>, DbErr> {
    let Some(first) = entries.first() else { return Ok(None) };
    let size = u64::try_from(first.row.sequence).unwrap_or_default();
    let mut growth = match kept.take().filter(|growth| growth.size() == size) {
        Some(growth) => growth,
        None => tiles::growth(transaction, size).await?,
    };
    let (mut rows, mut hashes) = (Vec::with_capacity(entries.len()), Vec::with_capacity(entries.len()));
    for entry in entries {
        let text = entry.frame.text(entry.row.created_at);
        let text = text.ok_or_else(|| DbErr::Custom("a leaf is too long".to_owned()))?;
        hashes.push(leaf_hash(text.as_bytes()));
        rows.push([entry.row.sequence.into(), Value::from(entry.salt.0.to_vec()), text.into()]);
    }
    let (full, batch) = growth.add(hashes);
    LEAVES.write(transaction, rows.into_iter()).await?;
    TILES.write(transaction, full.into_iter().map(row)).await?;
    let note = sign(transaction, batch.head(), signer).await?;
    *kept = Some(growth);
    Ok(Some(Arc::new(Grown { batch, note })))
}

/// Signs and keeps the checkpoint of a tree.
pub async fn sign(transaction: &DatabaseTransaction, head: Head, signer: &Signer) -> Result<String, DbErr> {
    let note = signer.checkpoint(head);
    CHECKPOINTS.write(transaction, std::iter::once([column(head.size).into(), note.clone().into()])).await?;
    Ok(note)
}

fn row(full: FullTile) -> [Value; 4] {
    let (level, index) = (i32::from(full.tile.level), column(full.tile.index));
    [level.into(), index.into(), full.root.to_vec().into(), full.hashes.concat().into()]
}

/// A place in the tree, as a column has it.
pub fn column(place: u64) -> i64 {
    // A log of more events than that there cannot be: places are its rows' keys.
    i64::try_from(place).unwrap_or(i64::MAX)
}

//! That an event is in the log, at which place, and under which checkpoint.

use std::collections::HashMap;
use std::sync::Arc;

use argus_audit_proof::Hash;
use argus_audit_proof::growth::Batch;
use argus_audit_proof::note::Checkpoint;
use argus_audit_proof::path::Plan;
use argus_core::db::Db;
use argus_core::error::ApiError;

use super::tiles::{self, Tiles};

/// What a batch made of the tree.
#[derive(Debug, PartialEq, Eq)]
pub struct Grown {
    pub(super) batch: Batch,
    pub(super) note: String,
}

/// The receipt of an event that was just written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    index: u64,
    grown: Arc<Grown>,
}

impl Receipt {
    pub(crate) fn new(sequence: i64, grown: &Arc<Grown>) -> Self {
        Self { index: u64::try_from(sequence).unwrap_or_default(), grown: grown.clone() }
    }

    /// What it says.
    ///
    /// # Errors
    /// 500 when the event is none of its batch.
    pub fn inclusion(&self) -> Result<Inclusion, ApiError> {
        let batch = &self.grown.batch;
        let found = batch.leaf(self.index).zip(batch.proof(self.index));
        let (leaf_hash, proof) = found.ok_or_else(|| ApiError::internal("a receipt of another batch"))?;
        Ok(Inclusion { index: self.index, leaf_hash, proof, checkpoint: self.grown.note.clone() })
    }
}

/// That a leaf is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// Its place.
    pub index: u64,
    /// Its hash.
    pub leaf_hash: Hash,
    /// That it is in the tree of the checkpoint: its sibling first.
    pub proof: Vec<Hash>,
    /// The signed note.
    pub checkpoint: String,
}

/// That the event at a place is in the tree of the newest checkpoint.
///
/// # Errors
/// 404 when it is not there; when the store fails.
pub async fn inclusion(db: &Db, sequence: i64) -> Result<Inclusion, ApiError> {
    let note = tiles::checkpoint(db).await?;
    within(&mut Tiles::of(db), sequence, note).await
}

/// The receipt that an event's sender got when it was written: by the checkpoint of its batch.
///
/// # Errors
/// As [`inclusion`].
pub async fn known_receipt(db: &Db, sequence: i64) -> Result<Inclusion, ApiError> {
    let note = tiles::checkpoint_after(db, sequence).await?;
    within(&mut Tiles::of(db), sequence, note).await
}

/// The same of many, by their places. What is not there is left out.
///
/// # Errors
/// When the store fails.
pub async fn inclusions(db: &Db, places: &[i64]) -> Result<HashMap<i64, Inclusion>, ApiError> {
    let (mut tiles, mut found) = (Tiles::of(db), HashMap::new());
    let mut last: Option<(i64, u64, String)> = None;
    for sequence in places.iter().copied() {
        let index = u64::try_from(sequence).unwrap_or_default();
        // The first checkpoint behind an event is also that of what comes between the two.
        let note = match last.take().filter(|(before, size, _)| *before <= sequence && index < *size) {
            Some((.., note)) => note,
            None => tiles::checkpoint_after(db, sequence).await?,
        };
        let inclusion = within(&mut tiles, sequence, note.clone()).await?;
        last = Some((sequence, size_of(&note)?, note));
        found.insert(sequence, inclusion);
    }
    Ok(found)
}

/// That events are in the tree of one checkpoint, by their places.
///
/// # Errors
/// 404 when one is not; when the store fails.
pub async fn inclusions_in(db: &Db, places: &[i64], note: &str) -> Result<HashMap<i64, Inclusion>, ApiError> {
    let (mut tiles, mut found) = (Tiles::of(db), HashMap::with_capacity(places.len()));
    for sequence in places.iter().copied() {
        found.insert(sequence, within(&mut tiles, sequence, note.to_owned()).await?);
    }
    Ok(found)
}

async fn within(tiles: &mut Tiles<'_>, sequence: i64, note: String) -> Result<Inclusion, ApiError> {
    let size = size_of(&note)?;
    let index = u64::try_from(sequence).unwrap_or(u64::MAX);
    let plan = Plan::inclusion(index, size).ok_or_else(|| ApiError::not_found("event"))?;
    let proof = tiles.proof(&plan).await?;
    Ok(Inclusion { index, leaf_hash: tiles.leaf(index).await?, proof, checkpoint: note })
}

/// The size of the tree that a checkpoint is of.
fn size_of(note: &str) -> Result<u64, ApiError> {
    let text = note.rsplit_once("\n\n").map(|(text, _)| format!("{text}\n"));
    let checkpoint = text.as_deref().and_then(Checkpoint::parse);
    checkpoint.map(|it| it.head.size).ok_or_else(|| ApiError::internal("a checkpoint cannot be read"))
}

//! What proves the log, for everybody: its checkpoint, its keys, its tiles.

use argus_audit_log::proof::{checkpoint, consistency, entries, keys, tile};
use argus_audit_proof::tile::{Wanted, parse};
use argus_core::access::{AtRoot, Caller, Public};
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{Path, Query};
use poem_openapi::OpenApi;

use crate::ViewAuditEvents;
use crate::model::Consistency;
use crate::proof::printed;
use crate::raw::{Bytes, Text};

/// What proves the log.
#[derive(Clone, Copy)]
pub struct LogApi;

#[OpenApi]
impl LogApi {
    /// Get the newest checkpoint: the signed head of the log; no envelope.
    ///
    /// A note of C2SP tlog-checkpoint: name of the log, number of leaves, root of the Merkle tree (RFC 6962), signature. Keep
    /// one, and whatever is changed, taken away or left out of what was in the log by then can be found. Leaves no record.
    #[oai(path = "/log/checkpoint", method = "get", operation_id = "audit_v1_log_checkpoint_get")]
    async fn get_checkpoint(&self, caller: Caller<Public>) -> Result<Text, ApiError> {
        caller.mark_recorded();
        Ok(Text(checkpoint(&caller.platform.db).await?))
    }

    /// Get the log's public keys, the current one first; no envelope.
    ///
    /// A line each, as C2SP signed-note has them: name, key id and key (Ed25519). Keys that were replaced stay: what they
    /// signed is as good as it was. Leaves no record.
    #[oai(path = "/log/key", method = "get", operation_id = "audit_v1_log_key_get")]
    async fn get_keys(&self, caller: Caller<Public>) -> Result<Text, ApiError> {
        caller.mark_recorded();
        let keys = keys(caller.platform.db.reader()).await?;
        Ok(Text(keys.iter().map(|key| key.text() + "\n").collect()))
    }

    /// Prove that the log as it was is the beginning of the log as it is.
    ///
    /// Between trees of `from` and `to` leaves; `to` is the newest when absent. Leaves no record.
    #[oai(path = "/log/consistency", method = "get", operation_id = "audit_v1_log_consistency_get")]
    async fn get_consistency(
        &self,
        caller: Caller<Public>,
        /// Leaves of the smaller tree.
        from: Query<i64>,
        /// Leaves of the larger tree; the newest when absent.
        to: Query<Option<i64>>,
    ) -> Result<One<Consistency>, ApiError> {
        caller.mark_recorded();
        let (to, proof) = consistency(&caller.platform.db, from.0, to.0).await?;
        let proof = proof.iter().map(|hash| printed(hash)).collect();
        Ok(One(Consistency { from: from.0, to: i64::try_from(to).unwrap_or(i64::MAX), proof }))
    }

    /// Get a bundle of leaves (C2SP tlog-tiles); no envelope.
    ///
    /// Up to 256 leaves, each with its length in two bytes before it. They are of all customers: needs the function at the
    /// root customer. `path` is the bundle's index in groups of three digits (`x001/x234/067`), and `.p/<width>` where it is not
    /// full; its slashes stand as they are.
    #[oai(path = "/log/tile/entries/:path", method = "get", operation_id = "audit_v1_log_entries_get")]
    async fn get_entries(
        &self,
        caller: Caller<AtRoot<ViewAuditEvents>>,
        /// The bundle's index, and its width where it is not full.
        path: Path<String>,
    ) -> Result<Bytes, ApiError> {
        match parse(&format!("entries/{}", *path)) {
            Some(Wanted::Entries(index, width)) => Ok(Bytes(entries(&caller.platform.db, index, width).await?)),
            _ => Err(ApiError::not_found("tile")),
        }
    }

    /// Get a tile of the tree (C2SP tlog-tiles); no envelope.
    ///
    /// Up to 256 hashes of a level, 32 bytes each. A full tile never changes, and of one that is not full every width up to
    /// the present one can be had. `path` is the tile's index in groups of three digits (`x001/x234/067`), and `.p/<width>`
    /// where it is not full; its slashes stand as they are. Leaves no record.
    #[oai(path = "/log/tile/:level/:path", method = "get", operation_id = "audit_v1_log_tile_get")]
    async fn get_tile(
        &self,
        caller: Caller<Public>,
        /// Level of tiles, from 0, whose hashes are those of leaves.
        level: Path<String>,
        /// The tile's index, and its width where it is not full.
        path: Path<String>,
    ) -> Result<Bytes, ApiError> {
        caller.mark_recorded();
        match parse(&format!("{}/{}", *level, *path)) {
            Some(Wanted::Hashes(wanted, width)) => Ok(Bytes(tile(&caller.platform.db, wanted, width).await?)),
            _ => Err(ApiError::not_found("tile")),
        }
    }
}

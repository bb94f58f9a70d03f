//! What proves an event to be in the log.

use std::collections::HashMap;

use argus_audit_log::proof::Inclusion;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem_openapi::Object;

use super::Event;

/// That an event is in the log: to be kept by whoever sent it. Complete by itself: with the log's public key it can be verified
/// without asking anybody.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(rename_all = "camelCase")]
pub struct Receipt {
    /// Place of the event's leaf, from 0: the event's `sequence`.
    pub leaf_index: i64,
    /// SHA-256 of a zero byte and the leaf (RFC 6962), base64.
    pub leaf_hash: String,
    /// The signed head of the log with the event in it (C2SP tlog-checkpoint), whole.
    pub checkpoint: String,
    /// That the leaf is in the tree of the checkpoint: the leaf's sibling first, base64.
    pub inclusion_proof: Vec<String>,
}

impl From<Inclusion> for Receipt {
    fn from(inclusion: Inclusion) -> Self {
        Self {
            leaf_index: i64::try_from(inclusion.index).unwrap_or(i64::MAX),
            leaf_hash: STANDARD.encode(inclusion.leaf_hash),
            checkpoint: inclusion.checkpoint,
            inclusion_proof: inclusion.proof.iter().map(|hash| STANDARD.encode(hash)).collect(),
        }
    }
}

/// An event with all that proves it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct EventProof {
    /// The event, or what of it is disclosed.
    pub event: Event,
    /// The exact text of its leaf: JSON in its canonical form (RFC 8785).
    pub leaf: String,
    /// By the names of members, the salts with which their values give the commitments in the leaf: base64url without padding.
    pub salts: HashMap<String, String>,
    /// Place of the leaf, from 0: the event's `sequence`.
    pub leaf_index: i64,
    /// SHA-256 of a zero byte and the leaf (RFC 6962), base64.
    pub leaf_hash: String,
    /// That the leaf is in the tree of the checkpoint: the leaf's sibling first, base64.
    pub inclusion_proof: Vec<String>,
    /// The newest signed head of the log (C2SP tlog-checkpoint), whole.
    pub checkpoint: String,
}

/// That one tree of the log is the beginning of another.
#[derive(Debug, Clone, Object)]
pub struct Consistency {
    /// Leaves of the one.
    pub from: i64,
    /// Leaves of the other.
    pub to: i64,
    /// The proof (RFC 6962 section 2.1.2), base64; empty from 0, and between equal ones.
    pub proof: Vec<String>,
}

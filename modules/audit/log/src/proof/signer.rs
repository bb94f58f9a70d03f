//! Whoever signs the log's checkpoints.

use argus_audit_proof::note::{Checkpoint, PublicKey};
use argus_audit_proof::path::Head;
use ring::signature::Ed25519KeyPair;

/// The log's private key, with the name of the log.
pub struct Signer {
    origin: String,
    key: Ed25519KeyPair,
}

impl Signer {
    /// `origin` is the name of the log and of its keys: host, port and path, without scheme (C2SP tlog-checkpoint).
    #[must_use]
    pub fn new(origin: String, key: Ed25519KeyPair) -> Self {
        Self { origin, key }
    }

    /// What its signatures are verified with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey::of(&self.origin, &self.key)
    }

    /// The signed checkpoint of a tree.
    #[must_use]
    pub fn checkpoint(&self, head: Head) -> String {
        Checkpoint { origin: self.origin.clone(), head }.sign(&self.origin, &self.key)
    }
}

//! The log proves itself: with its public key and nothing of its own store or code but what verifies.

mod adopted;
mod erasure;
mod events;
mod guard;
mod keys;
mod nodes;
mod tiles;
mod verified;
mod watched;

use argus_audit_proof::note::{Checkpoint, PublicKey, open};
use argus_audit_proof::path::{Head, is_consistent, is_included};
use argus_audit_proof::{Hash, leaf_hash};
use argus_testing::Actor;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

const LOG: &str = "/audit/v1/log";

/// The public keys, as they are published.
pub async fn keys(anybody: &Actor) -> Vec<PublicKey> {
    let text = anybody.get(&format!("{LOG}/key")).await.expect(200).text;
    text.lines().map(|line| PublicKey::parse(line).unwrap()).collect()
}

/// The tree of a signed checkpoint.
fn head(note: &str, keys: &[PublicKey]) -> Head {
    let checkpoint = Checkpoint::parse(open(note, keys).unwrap()).unwrap();
    assert_eq!(checkpoint.origin, keys[0].name);
    checkpoint.head
}

/// The newest checkpoint's tree.
async fn newest(anybody: &Actor) -> Head {
    let note = anybody.get(&format!("{LOG}/checkpoint")).await.expect(200).text;
    head(&note, &keys(anybody).await)
}

fn hash(text: &Value) -> Hash {
    STANDARD.decode(text.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(hash).collect()
}

/// Fails unless a receipt, or a proof, holds; gives the tree it is of.
fn assert_holds(receipt: &Value, keys: &[PublicKey]) -> Head {
    let head = head(receipt["checkpoint"].as_str().unwrap(), keys);
    let (index, leaf) = (receipt["leafIndex"].as_u64().unwrap(), hash(&receipt["leafHash"]));
    if let Some(text) = receipt["leaf"].as_str() {
        assert_eq!(leaf_hash(text.as_bytes()), leaf);
    }
    let proof = hashes(&receipt["inclusionProof"]);
    assert!(is_included(&leaf, index, head.size, &proof, &head.root), "{receipt}");
    head
}

/// Fails unless one tree is the beginning of another, by the log's own word.
async fn assert_grew(anybody: &Actor, from: Head, to: Head) {
    let answer = anybody.get(&format!("{LOG}/consistency?from={}&to={}", from.size, to.size)).await.expect(200);
    assert!(is_consistent(&from, &to, &hashes(&answer["data"]["proof"])), "{from:?} {to:?} {}", answer.text);
}

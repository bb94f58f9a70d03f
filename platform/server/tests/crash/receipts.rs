//! The receipts that senders got, and whether the log keeps what they promise.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use argus_audit_proof::Hash;
use argus_audit_proof::note::{Checkpoint, PublicKey, open};
use argus_audit_proof::path::{Head, is_consistent, is_included};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::common::Client;

/// Where the log proves itself.
const LOG: &str = "/audit/v1/log";

/// By the ids of events, the receipts that somebody got for them: more than one where an event was sent again.
#[derive(Default)]
pub struct Receipts(BTreeMap<String, Vec<Value>>);

impl Receipts {
    /// Keeps those of events that were answered with one request.
    pub fn keep(&mut self, events: &[&Value]) {
        for event in events {
            self.add(event["id"].as_str().unwrap(), event["receipt"].clone());
        }
    }

    /// With those that others got.
    pub fn extend(&mut self, other: Self) {
        for (id, receipts) in other.0 {
            receipts.into_iter().for_each(|receipt| self.add(&id, receipt));
        }
    }

    fn add(&mut self, id: &str, receipt: Value) {
        assert!(receipt["leafIndex"].is_u64(), "{id} was acknowledged without a receipt: {receipt}");
        let earlier = self.0.entry(id.to_owned()).or_default();
        if !earlier.contains(&receipt) {
            earlier.push(receipt);
        }
    }

    /// The checkpoints that they have, each once.
    pub fn checkpoints(&self) -> BTreeSet<&str> {
        self.each().map(|(_, receipt)| receipt["checkpoint"].as_str().unwrap()).collect()
    }

    /// Every event is where its receipt says, nobody else is, every proof holds, and every tree that was signed is the
    /// beginning of the newest.
    pub async fn check(&self, client: &Client, log: &[Value]) {
        let places: HashMap<&str, &Value> =
            log.iter().map(|event| (event["id"].as_str().unwrap(), &event["sequence"])).collect();
        let mut taken: HashMap<u64, &str> = HashMap::new();
        let keys = keys(client).await;
        let heads: HashMap<&str, Head> = self.checkpoints().into_iter().map(|note| (note, head(note, &keys))).collect();
        for (id, receipt) in self.each() {
            let index = receipt["leafIndex"].as_u64().unwrap();
            assert_eq!(places.get(id), Some(&&receipt["leafIndex"]), "{id} is not where its receipt says");
            assert_eq!(*taken.entry(index).or_insert(id), id, "the place {index} was given twice");
            let head = heads[receipt["checkpoint"].as_str().unwrap()];
            let proof = hashes(&receipt["inclusionProof"]);
            assert!(is_included(&hash(&receipt["leafHash"]), index, head.size, &proof, &head.root), "{id}: {receipt}");
        }
        self.check_one(client).await;
        let newest = client.text(&format!("{LOG}/checkpoint")).await;
        let newest = head(&newest, &keys);
        let mut sizes: HashMap<u64, Head> = HashMap::new();
        for older in heads.into_values() {
            let same = *sizes.entry(older.size).or_insert(older);
            assert_eq!(same, older, "two trees of one size were signed");
        }
        for older in sizes.into_values() {
            let path = format!("{LOG}/consistency?from={}&to={}", older.size, newest.size);
            let answer = client.get(&path).await.unwrap().expect(200);
            let proof = hashes(&answer["data"]["proof"]);
            assert!(
                is_consistent(&older, &newest, &proof),
                "{older:?} is not the beginning of {newest:?}: {}",
                answer["data"]
            );
        }
    }

    /// A list may be read from elsewhere than a single event: the first and the last are asked for by their ids.
    async fn check_one(&self, client: &Client) {
        let by_place: BTreeMap<u64, &str> =
            self.each().map(|(id, receipt)| (receipt["leafIndex"].as_u64().unwrap(), id)).collect();
        for (index, id) in by_place.first_key_value().into_iter().chain(by_place.last_key_value()) {
            let event = client.get(&format!("/audit/v1/event/{id}")).await.unwrap().expect(200);
            assert_eq!(event["data"]["sequence"], *index, "{id}");
        }
    }

    fn each(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|(id, receipts)| receipts.iter().map(move |receipt| (id.as_str(), receipt)))
    }
}

/// The log's public keys, as they are published.
pub async fn keys(client: &Client) -> Vec<PublicKey> {
    let text = client.text(&format!("{LOG}/key")).await;
    text.lines().map(|line| PublicKey::parse(line).unwrap()).collect()
}

/// The tree of a signed checkpoint.
fn head(note: &str, keys: &[PublicKey]) -> Head {
    Checkpoint::parse(open(note, keys).unwrap()).unwrap().head
}

fn hash(text: &Value) -> Hash {
    STANDARD.decode(text.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(hash).collect()
}

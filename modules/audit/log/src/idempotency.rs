//! What was submitted under a key, for the life of the log: the same again is answered as it was the first time.

use std::collections::HashMap;

use argus_core::clock::Nanos;
use ring::digest::{SHA256, digest};
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Keys that one statement looks for.
const LOOK_FOR: usize = 500;

/// A submission that was accepted under a key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// SHA-256 of the key and of where it holds, as hexadecimal: no text of a client is kept.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// SHA-256 of the body, as hexadecimal.
    pub fingerprint: String,
    /// When it was accepted, in ns.
    pub created_at: i64,
    /// The [`Run`]s of its events, JSON.
    pub events: String,
    /// What else its sender has to be told again, JSON.
    pub note: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A key that came with a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub(crate) id: String,
    pub(crate) fingerprint: String,
    pub(crate) note: Option<String>,
}

impl Key {
    /// The key as a user sent it to an operation, with the fingerprint of the body it came with.
    #[must_use]
    pub fn new(user: i64, method: &str, path: &str, key: &str, fingerprint: String) -> Self {
        let place = json!([user, method, path, key]).to_string();
        Self { id: hex(digest(&SHA256, place.as_bytes()).as_ref()), fingerprint, note: None }
    }

    /// The same, with what else is to be told again.
    #[must_use]
    pub fn with_note(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }
}

/// Bytes as hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What came of a submission under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    pub(crate) fingerprint: String,
    /// Its events, in their order.
    pub runs: Vec<Run>,
    /// What its sender left to be told again.
    pub note: Option<String>,
}

impl Remembered {
    /// Whether a submission with that key is the same.
    #[must_use]
    pub fn is_of(&self, key: &Key) -> bool {
        self.fingerprint == key.fingerprint
    }
}

/// Events that follow each other in a submission, and in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What became of them.
    pub kind: Kind,
    /// The sequence of the first; of those that are not in the log 0.
    pub first: i64,
    /// How many they are.
    pub count: i64,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It was written.
    New,
    /// It was there already.
    Known,
    /// It was refused, since another one had its identifier.
    Other,
}

impl Run {
    /// The runs of events with these kinds and sequences.
    #[must_use]
    pub fn of(events: impl Iterator<Item = (Kind, i64)>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for (kind, sequence) in events {
            match runs.last_mut() {
                Some(run) if run.kind == kind && (kind == Kind::Other || run.first + run.count == sequence) => {
                    run.count += 1;
                }
                _ => runs.push(Self { kind, first: sequence, count: 1 }),
            }
        }
        runs
    }
}

/// What is remembered under those of the keys that were used before.
///
/// # Errors
/// When the store fails.
pub async fn known(
    db: &impl ConnectionTrait,
    keys: impl Iterator<Item = &Key>,
) -> Result<HashMap<String, Remembered>, DbErr> {
    let ids: Vec<&str> = keys.map(|key| key.id.as_str()).collect();
    let mut known = HashMap::new();
    for ids in ids.chunks(LOOK_FOR) {
        for row in Entity::find().filter(Column::Id.is_in(ids.iter().copied())).limit(LOOK_FOR as u64).all(db).await? {
            let runs = serde_json::from_str(&row.events).map_err(|error| DbErr::Json(error.to_string()))?;
            known.insert(row.id, Remembered { fingerprint: row.fingerprint, runs, note: row.note });
        }
    }
    Ok(known)
}

/// Remembers what came of submissions, inside the transaction that writes their events.
///
/// # Errors
/// When the store fails.
pub async fn remember(
    transaction: &impl ConnectionTrait,
    accepted: Vec<(String, Remembered)>,
    at: Nanos,
) -> Result<(), DbErr> {
    let mut rows = Vec::with_capacity(accepted.len());
    for (id, remembered) in accepted {
        let events = serde_json::to_string(&remembered.runs).map_err(|error| DbErr::Json(error.to_string()))?;
        rows.push(ActiveModel {
            id: Set(id),
            fingerprint: Set(remembered.fingerprint),
            created_at: Set(at),
            events: Set(events),
            note: Set(remembered.note),
        });
    }
    for rows in rows.chunks(LOOK_FOR) {
        Entity::insert_many(rows.iter().cloned()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_each_other_is_one_run() {
        let events =
            [(Kind::New, 5), (Kind::New, 6), (Kind::Known, 1), (Kind::Other, 0), (Kind::Other, 0), (Kind::New, 7)];
        let run = |kind, first, count| Run { kind, first, count };
        let expected = vec![run(Kind::New, 5, 2), run(Kind::Known, 1, 1), run(Kind::Other, 0, 2), run(Kind::New, 7, 1)];
        assert_eq!(Run::of(events.into_iter()), expected);
    }

    #[test]
    fn a_key_holds_for_one_user_method_and_path() {
        let key = |user, method, path, key| Key::new(user, method, path, key, String::new()).id;
        let one = key(1, "POST", "/a", "k");
        assert_eq!(one, key(1, "POST", "/a", "k"));
        for other in
            [key(2, "POST", "/a", "k"), key(1, "PUT", "/a", "k"), key(1, "POST", "/b", "k"), key(1, "POST", "/a", "l")]
        {
            assert_ne!(one, other);
        }
    }
}

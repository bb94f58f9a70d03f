//! When keys and sessions were last used, noted in memory and written together: no request waits for a write.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use argus_identity::{keys, sessions};
use sea_orm::prelude::Uuid;

use crate::clock::Nanos;
use crate::db::Db;
use crate::error::ApiError;

/// Uses of keys that are written together. With more of them, events would wait too long for their turn.
const AT_ONCE: usize = 2_000;

/// Uses since the last flush. Bounded by the credentials that exist and were used in the meantime.
#[derive(Default)]
pub struct Usage {
    keys: Mutex<HashMap<i64, (Nanos, IpAddr)>>,
    signatures: Mutex<HashMap<i64, (Nanos, IpAddr)>>,
    sessions: Mutex<HashMap<Uuid, Nanos>>,
}

impl Usage {
    /// Notes that a key, by row number, was used.
    pub fn key_used(&self, row: i64, at: Nanos, from: IpAddr) {
        lock(&self.keys).insert(row, (at, from));
    }

    /// Notes that a public key, by row number, was used.
    pub fn signature_used(&self, row: i64, at: Nanos, from: IpAddr) {
        lock(&self.signatures).insert(row, (at, from));
    }

    /// Notes that a session was used.
    pub fn session_used(&self, id: Uuid, at: Nanos) {
        lock(&self.sessions).insert(id, at);
    }

    /// Writes what was noted. When something cannot be written all of it is kept for the next time: what was written
    /// already changes nothing then.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn flush(&self, db: &Db) -> Result<(), ApiError> {
        let used = Taken { keys: take(&self.keys), signatures: take(&self.signatures), sessions: take(&self.sessions) };
        let written = used.write(db).await;
        if written.is_err() {
            put_back(&self.keys, used.keys);
            put_back(&self.signatures, used.signatures);
            put_back(&self.sessions, used.sessions);
        }
        written
    }
}

struct Taken {
    keys: HashMap<i64, (Nanos, IpAddr)>,
    signatures: HashMap<i64, (Nanos, IpAddr)>,
    sessions: HashMap<Uuid, Nanos>,
}

impl Taken {
    async fn write(&self, db: &Db) -> Result<(), ApiError> {
        for (of, used) in [(keys::Used::ApiKeys, &self.keys), (keys::Used::PublicKeys, &self.signatures)] {
            for some in in_order(used).chunks(AT_ONCE) {
                keys::note_uses(db.writer(), of, some).await?;
            }
        }
        if self.sessions.is_empty() {
            return Ok(());
        }
        let transaction = db.begin().await?;
        for (id, at) in &self.sessions {
            sessions::note_use(&transaction, *id, *at).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// In the order of the table, so that each of its pages is written once.
fn in_order(used: &HashMap<i64, (Nanos, IpAddr)>) -> Vec<keys::Use> {
    let mut uses: Vec<keys::Use> = used.iter().map(|(row, (at, from))| (*row, *at, *from)).collect();
    uses.sort_unstable_by_key(|(row, ..)| *row);
    uses
}

fn lock<K, V>(map: &Mutex<HashMap<K, V>>) -> std::sync::MutexGuard<'_, HashMap<K, V>> {
    // Nothing that holds the lock can panic half-way through a change.
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take<K, V>(map: &Mutex<HashMap<K, V>>) -> HashMap<K, V> {
    std::mem::take(&mut *lock(map))
}

/// Newer notes made meanwhile win.
fn put_back<K: Eq + Hash, V>(map: &Mutex<HashMap<K, V>>, old: HashMap<K, V>) {
    let mut map = lock(map);
    for (key, value) in old {
        map.entry(key).or_insert(value);
    }
}

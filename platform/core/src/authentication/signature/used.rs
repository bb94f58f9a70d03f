//! What was accepted: nonces that are used up and pins that are set. Durable before a request is let in, so that no
//! request is good twice, also after a crash; in batches, so that this costs a request little.
//!
//! Memory holds the nonces whose timestamps could still pass. The store holds them for as long as they could pass if the
//! pin were taken away, and decides where several nodes share it: the pin's row is locked while a key's nonces are
//! looked up and added.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argus_identity::entity::{signature_nonce, signature_pin};
use argus_identity::signatures;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dashmap::DashMap;
use ring::digest::{SHA256, digest};
use sea_orm::DbErr;
use tokio::sync::{mpsc, oneshot};

use super::skew::{self, BadTime, FARTHEST, Pin};
use crate::cache::Cache;
use crate::clock::{Clock, NANOS_PER_MILLI, Nanos};
use crate::db::Db;
use crate::error::ApiError;

/// Requests that are made durable together.
const BATCH: usize = 512;

/// Requests that may wait for it.
const QUEUE: usize = 4_096;

/// Nonces that memory holds: what two tolerances bring at ten thousand requests a second.
const MOST_NONCES: usize = 1_200_000;

/// How long the store keeps a nonce: for as long as it could pass at most, for a pin may be taken away, and a timestamp be
/// as far ahead as behind.
pub const KEPT: Nanos = 2 * FARTHEST + 3_600_000_000_000;

/// Why a request whose signature is right is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its time.
    Time(BadTime),
    /// The nonce was used with this key before.
    Used,
}

/// A request whose signature was found right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signed {
    /// The key, by row number.
    pub key: i64,
    /// The client's timestamp, in ms.
    pub stamp: i64,
    /// The first half of the nonce's SHA-256.
    pub nonce: [u8; 16],
}

impl Signed {
    /// A request with that nonce.
    #[must_use]
    pub fn new(key: i64, stamp: i64, nonce: &str) -> Self {
        // SHA-256 has more than 16 bytes.
        let half = digest(&SHA256, nonce.as_bytes()).as_ref().first_chunk().copied().unwrap_or_default();
        Self { key, stamp, nonce: half }
    }

    fn row(&self, accepted_at: Nanos) -> signature_nonce::Model {
        let digest = URL_SAFE_NO_PAD.encode(self.nonce);
        signature_nonce::Model { key_id: self.key, stamp: self.stamp, digest, accepted_at }
    }
}

/// What was accepted, by this node and through the store by all of them.
pub struct Used {
    memory: Arc<Memory>,
    queue: mpsc::Sender<Waiting>,
}

struct Memory {
    /// When a nonce's timestamp is too old anyway.
    nonces: DashMap<(i64, [u8; 16]), Nanos>,
    /// A hint for the first look. Nothing is decided by it alone, and an eviction takes it away at once.
    pins: Arc<Pins>,
    tolerance: Nanos,
}

/// Pins by key.
pub type Pins = Cache<i64, Pin>;

struct Waiting {
    signed: Signed,
    answer: oneshot::Sender<Result<Result<(), Refusal>, ApiError>>,
}

impl Used {
    /// Reads what a node before this one left, and starts to write. Ends when the last handle is dropped.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(db: &Db, clock: &Clock, tolerance: Nanos, pins: Arc<Pins>) -> Result<Self, DbErr> {
        let memory = Arc::new(Memory { nonces: DashMap::new(), pins, tolerance });
        let now = clock.now();
        let since = now.saturating_sub(tolerance.saturating_mul(2)).saturating_sub(2_000_000_000);
        let pins = signatures::pins(db.reader()).await?;
        let pins: HashMap<i64, Pin> = pins.into_iter().filter_map(keyed).collect();
        for row in signatures::nonces_since(db.reader(), since).await? {
            if let Some(pin) = pins.get(&row.key_id) {
                memory.note(&row, *pin);
            }
        }
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write(db.clone(), clock.clone(), memory.clone(), waiting));
        Ok(Self { memory, queue })
    }

    /// A look at what is known, before the signature is checked: what is refused here need not be.
    ///
    /// # Errors
    /// Why it would not be accepted.
    pub fn look(&self, signed: &Signed, now: Nanos) -> Result<(), Refusal> {
        let pin = self.memory.pins.get(&signed.key);
        skew::check(pin, skew::of(signed.stamp, now), now, self.memory.tolerance).map_err(Refusal::Time)?;
        match self.memory.nonces.contains_key(&(signed.key, signed.nonce)) {
            true => Err(Refusal::Used),
            false => Ok(()),
        }
    }

    /// Accepts a request whose signature is right, once. When this returns, the nonce is used up on disk.
    ///
    /// # Errors
    /// 503 when that cannot be written now; then nothing is used up.
    pub async fn accept(&self, signed: Signed) -> Result<Result<(), Refusal>, ApiError> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Waiting { signed, answer }).map_err(|_| ApiError::unavailable())?;
        answered.await.map_err(|_| ApiError::unavailable())?
    }

    /// Drops from memory what would be too late now.
    pub fn forget_late(&self, now: Nanos) {
        self.memory.nonces.retain(|_, late| *late > now);
    }

    /// How many nonces memory holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.memory.nonces.len()
    }

    /// Whether memory holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.memory.nonces.is_empty()
    }
}

impl Memory {
    fn note(&self, row: &signature_nonce::Model, pin: Pin) {
        let mut nonce = [0; 16];
        if URL_SAFE_NO_PAD.decode_slice(&row.digest, &mut nonce) == Ok(nonce.len()) {
            let late = skew::late_from(row.stamp.saturating_mul(NANOS_PER_MILLI), pin, self.tolerance);
            self.nonces.insert((row.key_id, nonce), late);
        }
    }
}

fn keyed(row: signature_pin::Model) -> Option<(i64, Pin)> {
    Some((row.key_id, Pin { skew: row.skew?, moved_at: row.moved_at }))
}

async fn write(db: Db, clock: Clock, memory: Arc<Memory>, mut queue: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut waiting, BATCH).await > 0 {
        if memory.nonces.len() > MOST_NONCES {
            memory.nonces.retain(|_, late| *late > clock.now());
        }
        let signed: Vec<Signed> = waiting.iter().map(|one| one.signed).collect();
        let done = if memory.nonces.len() > MOST_NONCES {
            Err(ApiError::unavailable())
        } else {
            batch(&db, &memory, &signed, clock.now()).await.map_err(ApiError::from)
        };
        let mut outcomes = done.map(Vec::into_iter);
        for one in waiting.drain(..) {
            let outcome = match &mut outcomes {
                Ok(outcomes) => outcomes.next().ok_or_else(ApiError::unavailable),
                Err(error) => Err(error.clone()),
            };
            // Nobody waits where the request was cut off; its nonce is used up all the same.
            let _ = one.answer.send(outcome);
        }
    }
}

/// Decides on some requests in their order, and makes what is accepted durable. An outcome for each of them.
async fn batch(db: &Db, memory: &Memory, some: &[Signed], now: Nanos) -> Result<Vec<Result<(), Refusal>>, DbErr> {
    let ticket = memory.pins.ticket();
    let transaction = db.begin().await?;
    let keys: HashSet<i64> = some.iter().map(|signed| signed.key).collect();
    let rows = signatures::lock_pins(&transaction, &keys).await?;
    let before: HashMap<i64, Pin> = rows.into_iter().filter_map(keyed).collect();
    let asked: Vec<_> = some.iter().map(|signed| signed.row(now)).collect();
    let known = signatures::used_nonces(&transaction, &asked).await?;
    let mut used: HashSet<(i64, String)> = known.into_iter().map(|row| (row.key_id, row.digest)).collect();
    let (mut pins, mut accepted, mut outcomes) = (before.clone(), Vec::new(), Vec::with_capacity(some.len()));
    for (signed, row) in some.iter().zip(asked) {
        let pin = skew::check(pins.get(&signed.key).copied(), skew::of(signed.stamp, now), now, memory.tolerance);
        let fresh = !memory.nonces.contains_key(&(signed.key, signed.nonce));
        outcomes.push(match pin {
            Err(bad) => Err(Refusal::Time(bad)),
            Ok(pin) if fresh && used.insert((row.key_id, row.digest.clone())) => {
                pins.insert(signed.key, pin);
                accepted.push(row);
                Ok(())
            }
            Ok(_) => Err(Refusal::Used),
        });
    }
    signatures::add_nonces(&transaction, &accepted).await?;
    for (key, pin) in &pins {
        if before.get(key) != Some(pin) {
            signatures::set_pin(&transaction, *key, pin.skew, pin.moved_at).await?;
        }
    }
    transaction.commit().await?;
    for row in &accepted {
        if let Some(pin) = pins.get(&row.key_id) {
            memory.note(row, *pin);
        }
    }
    pins.into_iter().for_each(|(key, pin)| memory.pins.put(ticket, key, pin));
    Ok(outcomes)
}
